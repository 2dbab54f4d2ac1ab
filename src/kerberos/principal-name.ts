import type { Value } from '../wire/codec.ts';
import type { principalName } from '../x509/krb5-principal-name.ts';

/** Name types, RFC 4120 6.2 and RFC 6806 5. */
export const nameType = {
  principal: 1,
  serviceInstance: 2,
  serviceHost: 3,
  wellKnown: 11,
  enterprise: 10,
} as const;

export type PrincipalName = Value<typeof principalName>;

/** A name and the realm it stands in. */
export interface Principal {
  readonly realm: string;
  readonly name: PrincipalName;
}
/** The ticket-granting service of a realm, as `krbtgt/SERVED@realm` (RFC 4120 7.3). */
export const ticketGrantingService = (served: string): PrincipalName => ({
  nameType: nameType.serviceInstance,
  nameString: ['krbtgt', served],
});
/** The RDP service of a host, as Windows registers it. */
export const terminalService = (host: string): PrincipalName => ({
  nameType: nameType.serviceInstance,
  nameString: ['TERMSRV', host],
});
/** Name types are hints (RFC 4120 6.2): what makes two names the same are their components. */
export const isSameName = (a: PrincipalName, b: PrincipalName): boolean =>
  a.nameString.length === b.nameString.length && a.nameString.every((component, i) => component === b.nameString[i]);

/** Octets of a DNS name: realms are no longer. */
const MOST_SHOWN = 255;
/** A realm that anybody may have named, as it may stand in a line for people: what could move their cursor is a question mark. */
export const shownRealm = (realm: string): string => JSON.stringify(realm.slice(0, MOST_SHOWN)).replace(/[^\x20-\x7e]/g, '?');

/** RFC 1964 2.1.1: `/` between components, and `\` before what would be taken for a separator. */
export function principalText({ name, realm }: Principal): string {
  const quoted = (text: string) => text.replace(/[/@\\]/g, '\\$&');
  return `${name.nameString.map(quoted).join('/')}@${realm.replace(/[/@\\]/g, '\\$&')}`;
}

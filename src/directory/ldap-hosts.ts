import type { Host } from '../policy/account.ts';
import { lowerCase } from '../policy/lower-case.ts';
import { numberOf, sidsOf, textOf, textsOf } from './entry-values.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { both, either, equal, present } from './ldap-filter.ts';
import { organizationalUnits } from './ldap-name.ts';
import type { LdapEntry } from './ldap-reply.ts';

/** Labels of hosts by the attributes they are read from; `operatingSystem` is always there. */
export type HostLabels = Readonly<Record<string, string>>;
const MOST_HOSTS = 100_000;
const DISABLED = 0x2n;
const isComputer = equal('objectClass', 'computer');
const serviceOf = (name: string) => `TERMSRV/${name}`;
const attributesOf = (labels: HostLabels) => [
  ...new Set([
    'dNSHostName',
    'operatingSystem',
    'servicePrincipalName',
    'userAccountControl',
    'objectSid',
    ...Object.values(labels),
  ]),
];

/** A computer that can be asked for: it has a DNS name and is enabled. */
function hostOf(entry: LdapEntry, labels: HostLabels): Host | undefined {
  const name = textOf(entry, 'dNSHostName')?.toLowerCase();
  const control = numberOf(entry, 'userAccountControl');
  if (name === undefined || control === undefined || (control & DISABLED) !== 0n) return undefined;
  const read = Object.entries({ operatingSystem: 'operatingSystem', ...labels }).flatMap(([label, attribute]) => {
    const [value] = textsOf(entry, attribute);
    return value === undefined ? [] : [[label, value] as const];
  });
  return { name, labels: Object.fromEntries(read), organizationalUnits: organizationalUnits(entry.name) };
}

/** All computers, page by page; what stands in the way of one is looked for when it is asked for. */
export async function listHosts(
  connection: LdapConnection,
  base: string,
  labels: HostLabels,
  progress: (found: number) => void,
): Promise<Host[]> {
  const filter = both(isComputer, present('dNSHostName'));
  const search = { base, scope: 'sub', filter, attributes: attributesOf(labels), atMost: MOST_HOSTS, progress } as const;
  return (await connection.search(search)).flatMap((entry) => hostOf(entry, labels) ?? []);
}

/** One host, fresh, with whoever has its service. */
export async function findHost(
  connection: LdapConnection,
  { base, root, labels }: { readonly base: string; readonly root: string; readonly labels: HostLabels },
  name: string,
): Promise<Host | undefined> {
  const filter = both(isComputer, equal('dNSHostName', name));
  const entries = await connection.search({ base, scope: 'sub', filter, attributes: attributesOf(labels) });
  const found = entries.flatMap((entry) => {
    const host = hostOf(entry, labels);
    return host && lowerCase(host.name) === lowerCase(name) ? [{ entry, host }] : [];
  });
  const [first] = found;
  if (!first) return undefined;
  const obstacles =
    1 < found.length ? ['several computers have its name'] : await serviceFaults(connection, root, first.entry, first.host);
  return obstacles.length === 0 ? first.host : { ...first.host, obstacles };
}

/** A ticket for the host is opened by whoever has the service: that must be the host, and nobody else in the domain. */
async function serviceFaults(connection: LdapConnection, root: string, entry: LdapEntry, { name }: Host): Promise<string[]> {
  const service = serviceOf(name);
  const short = serviceOf(name.split('.', 1)[0] ?? '');
  const filter = either(equal('servicePrincipalName', service), equal('servicePrincipalName', short));
  const attributes = ['objectSid', 'servicePrincipalName'];
  const holders = await connection.search({ base: root, scope: 'sub', filter, attributes });
  const [own] = sidsOf(entry, 'objectSid');
  const isOwn = (holder: LdapEntry) => own !== undefined && sidsOf(holder, 'objectSid')[0] === own;
  const holds = (holder: LdapEntry) =>
    textsOf(holder, 'servicePrincipalName').some((each) => lowerCase(each) === lowerCase(service));
  const others = holders.filter((holder) => !isOwn(holder));
  if (others.length > 0) return [`${service} or ${short} is registered on another account as well: ${others[0]?.name}`];
  return holders.some((holder) => isOwn(holder) && holds(holder))
    ? []
    : [`${service} is not registered on the host's own account`];
}

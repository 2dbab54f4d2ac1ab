import type { DirectoryObject } from '../pki/directory-objects.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import type { CheckId } from './checks.ts';
import { crlFindings } from './crl.ts';
import { type Finding, ok, wrong } from './finding.ts';

/** What a domain controller has of one object that is to be there. */
export interface HeldObject {
  readonly object: DirectoryObject;
  /** Of its attribute; undefined: there is no such object. */
  readonly values: readonly Uint8Array[] | undefined;
}
/** What a CRL is held to. */
export interface CrlIssuer {
  /** The CA's certificate, DER. */
  readonly certificate: Uint8Array;
  readonly now: UnixSeconds;
}
const certificateChecks = { ntauth: 'ntauth', root: 'root', aia: 'aia' } as const satisfies Readonly<Record<string, CheckId>>;
/** All that this can tell of a domain controller. */
export const publicationChecks: readonly CheckId[] = ['ntauth', 'root', 'aia', 'crl-object', 'crl-signed', 'crl-fresh'];

const APPLY = 'let an enterprise admin run `mayfly ad apply`, or Publish-MayflyCA.ps1';
const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

/** What one domain controller holds of a CA's publication. @param issuerOf the CA whose CRL an object is to hold */
export async function publicationFindings(
  server: string,
  held: readonly HeldObject[],
  issuerOf: (object: DirectoryObject) => CrlIssuer,
): Promise<readonly Finding[]> {
  const found = await Promise.all(
    held.map(async (each): Promise<readonly Finding[]> => {
      const { role } = each.object;
      if (role === 'crl') return crlFindings(server, each, issuerOf(each.object));
      return role === 'container' ? [] : [certificateFinding(certificateChecks[role], server, each)];
    }),
  );
  return found.flat();
}
function certificateFinding(check: CheckId, server: string, { object, values }: HeldObject): Finding {
  const { name, value } = object;
  if (values === undefined) return wrong(check, server, { says: `there is no ${name}`, fix: APPLY, code: 'directory-no-object' });
  if (value && values.some((each) => same(each, value.octets)))
    return ok(check, server, values.length === 1 ? 'it is there' : `it is there, beside ${values.length - 1} of others`);
  const others = values.length === 1 ? 'another certificate' : `${values.length} other certificates`;
  return wrong(check, server, { says: `${name} holds ${others} and not that of this CA`, fix: APPLY, code: 'ca-not-published' });
}

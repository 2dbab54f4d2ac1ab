import { ask, type Conversation } from '../wire/conversation.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { oid } from '../x509/oid.ts';
import { readPathCertificate } from '../x509/path-certificate.ts';
import { dNSNameMatches, readSubjectAltName } from '../x509/subject-alt-name.ts';
import type { RealmProfile } from './realm-profile.ts';

export interface KdcClaim {
  /** The signer's first, DER. */
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly profile: RealmProfile;
  /** The name by which the KDC that answered was configured or found. */
  readonly host: string | undefined;
}
const inRealm = (host: string, realm: string) => host.toLowerCase().replace(/\.$/, '').endsWith(`.${realm.toLowerCase()}`);

/**
 * Whether a certificate names a KDC of the realm: id-pkinit-san `krbtgt/REALM@REALM` (RFC 4556 3.2.4), the realm's DNS name
 * (template Kerberos Authentication), or the very host that was asked: one that is configured, or one that DNS told of
 * and that stands below the realm, since what DNS says is not authentic ([MS-PKCA] 3.1.5.2).
 */
export function namesKdc(certificate: Uint8Array, { realm, kdcNames }: RealmProfile, host: string | undefined): boolean {
  const { extensions } = readPathCertificate(certificate);
  const names = readSubjectAltName(extensions.get(oid.subjectAltName)?.value);
  const isService = names.principals.some(
    (p) => p.realm === realm && p.nameString.length === 2 && p.nameString[0] === 'krbtgt' && p.nameString[1] === realm,
  );
  const hosts = [realm, ...kdcNames, ...(host !== undefined && inRealm(host, realm) ? [host] : [])];
  return isService || names.dNSNames.some((name) => hosts.some((wanted) => dNSNameMatches(name, wanted, { wildcards: false })));
}
/**
 * Holds the signer of a reply to be a KDC of the realm, or fails.
 * @throws MayflyError `kdc-certificate` (no path to an anchor, revoked, not for KDCs), `kdc-name`
 */
export function* proveKdc({ certificates, crls, profile, host }: KdcClaim): Conversation<void> {
  const purpose = profile.oldDomainControllers ? 'kdc-or-domain-controller' : 'kdc';
  const verdict = yield* ask<'verify-chain'>({ do: 'verify-chain', certificates, crls, purpose, realm: profile.realm });
  if (!verdict.ok)
    throw new MayflyError('kdc-certificate', `the KDC's certificate is refused: ${verdict.reason}`, {
      next: 'name the CA of the domain controllers as anchor of the realm; old templates need oldDomainControllers',
    });
  const [certificate] = certificates;
  if (!certificate || !namesKdc(certificate, profile, host))
    throw new MayflyError('kdc-name', `the KDC's certificate names no KDC of realm ${profile.realm}`, {
      next: 'it wants the domain name or the host that was asked as DNS name; otherwise list its name in kdcNames',
    });
}

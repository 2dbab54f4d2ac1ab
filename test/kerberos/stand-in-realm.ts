import { type KeyObject, sign } from 'node:crypto';
import { encode } from '../../src/wire/codec.ts';
import { any, context, implicit, sequence, sequenceOf, type Tagged } from '../../src/wire/der.ts';
import { objectIdentifier } from '../../src/wire/der-primitives.ts';
import type { UnixSeconds } from '../../src/wire/der-time.ts';
import { extKeyUsage, keyUsage } from '../../src/x509/extensions.ts';
import { krb5PrincipalName } from '../../src/x509/krb5-principal-name.ts';
import { type LogonCertificate, logonCertificateWriter, signedCertificate } from '../../src/x509/logon-certificate.ts';
import { oid } from '../../src/x509/oid.ts';
import { algorithmIdentifier, keyIdentifier } from '../../src/x509/public-key.ts';
import {
  caExtensions,
  DAY,
  dNSNames,
  ecKey,
  endEntity,
  type MadeCertificate,
  type MadeKey,
  made,
  makeCertificate,
  now,
  rsaKey,
} from '../x509/made-certificate.ts';
import type { Account } from './pkca-checker.ts';

/** The realm that most stand-ins serve, and its people. */
export const REALM = 'CORP.EXAMPLE';
export const alice: Account = {
  principalName: 'alice@corp.example',
  samAccountName: 'alice',
  sid: 'S-1-5-21-1111111111-2222222222-3333333333-1104',
};
export const bob: Account = { ...alice, principalName: 'bob@corp.example', samAccountName: 'bob', sid: `${alice.sid}5` };

const ca = (subject: string) => makeCertificate({ subject, key: ecKey(), extensions: caExtensions() });
/** The root of the enterprise; below it who issues logon certificates, and who issues to domain controllers. */
export const root = ca('enterprise root');
const below = (subject: string) => makeCertificate({ subject, key: ecKey(), issuer: root, extensions: caExtensions(0) });
export const logonCa = below('logon ca');
export const kdcCa = below('kdc ca');
/** Of the same enterprise, but not in the NTAuth store. */
export const otherCa = below('other ca');
const unknownCa = ca('unknown ca');

const cardKeys = { rsa: rsaKey(), ec: ecKey() };
export interface Card {
  /** The card's, then the CA's; DER. */
  readonly certificates: readonly Uint8Array[];
  readonly privateKey: KeyObject;
}
export interface CardPlan extends Partial<LogonCertificate> {
  readonly key?: keyof typeof cardKeys;
  readonly issuer?: MadeCertificate;
}
/** A card as Mayfly mints it, by its own writer; `plan` says what is different. */
export function cardOf(account: Account, { key = 'rsa', issuer = logonCa, ...plan }: CardPlan = {}): Card {
  const { privateKey, spki } = cardKeys[key];
  const signatureAlgorithm = encode(algorithmIdentifier, { algorithm: oid.ecdsaWithSHA256 });
  const { subject } = issuer;
  const keyId = keyIdentifier(issuer.key.spki);
  const where = { crlUrls: ['http://pki.corp.example/logon.crl'], caIssuerUrls: [] };
  const tbs = logonCertificateWriter({ subject, keyId, signatureAlgorithm, sidPlacement: 'extension', ...where })({
    serialNumber: Uint8Array.of(0x4d, 0x46, 1),
    notBefore: now - 60,
    notAfter: now + 900,
    account: account.samAccountName,
    cardId: 'c0ffee',
    subjectPublicKeyInfo: spki,
    userPrincipalName: account.principalName,
    sid: account.sid,
    extendedKeyUsage: [oid.smartcardLogon, oid.clientAuth],
    ...plan,
  });
  const signature = new Uint8Array(sign('sha256', tbs, issuer.key.privateKey));
  return { certificates: [signedCertificate(tbs, signatureAlgorithm, signature), issuer.der], privateKey };
}

const kdcKeys = { rsa: rsaKey(), ec: ecKey('P-384') };
const kdcPurposes = [oid.clientAuth, oid.serverAuth, oid.smartcardLogon, oid.pkinitKPKdc];
interface KdcPlan {
  readonly names?: readonly string[];
  readonly purposes?: readonly string[];
  readonly issuer?: MadeCertificate;
  readonly key?: MadeKey;
  readonly notAfter?: UnixSeconds;
  readonly serviceOf?: string;
  /** The realm that the service is for, where it is another: `krbtgt/FOR@REALM`. */
  readonly serviceFor?: string;
}
/** id-pkinit-san of a realm's ticket-granting service, RFC 4556 3.2.4. */
function serviceName(realm: string, served: string) {
  const otherName: Tagged<{ type: string; name: Uint8Array }> = implicit(
    0,
    sequence({ type: objectIdentifier, name: context(0, any) }),
  );
  const principalName = { nameType: 2, nameString: ['krbtgt', served] };
  const name = encode(krb5PrincipalName, { realm, principalName });
  return made(oid.subjectAltName, sequenceOf(otherName), [{ type: oid.pkinitSan, name }]);
}
/** As the template Kerberos Authentication makes it: the host's and the domain's DNS name. */
const domainNames = (realm: string) => [`dc1.${realm.toLowerCase()}`, realm.toLowerCase()];
function kdcCertificate(realm: string, plan: KdcPlan = {}): MadeCertificate {
  const { names = domainNames(realm), purposes = kdcPurposes, issuer = kdcCa, key = kdcKeys.rsa } = plan;
  const name = plan.serviceOf === undefined ? dNSNames(...names) : serviceName(plan.serviceOf, plan.serviceFor ?? plan.serviceOf);
  const usages = purposes.length > 0 ? [extKeyUsage(purposes)] : [];
  const extensions = [endEntity(), keyUsage(0, 2), ...usages, name];
  return makeCertificate({ subject: 'dc1', key, issuer, extensions, notAfter: plan.notAfter ?? now + DAY });
}
/** Certificates of KDCs, each named after what is special in it. */
export const kdcCertificates = {
  right: (realm: string) => kdcCertificate(realm),
  'of a P-384 key': (realm: string) => kdcCertificate(realm, { key: kdcKeys.ec }),
  'with the host name alone': (realm: string) => kdcCertificate(realm, { names: domainNames(realm).slice(0, 1) }),
  'with id-pkinit-san': (realm: string) => kdcCertificate(realm, { serviceOf: realm }),
  'of another realm': (realm: string) => kdcCertificate(realm, { names: domainNames('OTHER.EXAMPLE') }),
  "with another realm's id-pkinit-san": (realm: string) => kdcCertificate(realm, { serviceOf: 'OTHER.EXAMPLE' }),
  'with the id-pkinit-san of the way to another realm': (realm: string) =>
    kdcCertificate(realm, { serviceOf: realm, serviceFor: 'OTHER.EXAMPLE' }),
  'of a realm that ends like it': (realm: string) => kdcCertificate(realm, { names: [`not${realm.toLowerCase()}`] }),
  'of every host': (realm: string) => kdcCertificate(realm, { names: [`*.${realm.toLowerCase()}`, '*'] }),
  'without extended key usage': (realm: string) => kdcCertificate(realm, { purposes: [] }),
  'of a web server': (realm: string) => kdcCertificate(realm, { purposes: [oid.serverAuth] }),
  'of an old domain controller': (realm: string) =>
    kdcCertificate(realm, { purposes: [oid.serverAuth, oid.clientAuth, oid.smartcardLogon] }),
  expired: (realm: string) => kdcCertificate(realm, { notAfter: now - 1 }),
  'of an unknown ca': (realm: string) => kdcCertificate(realm, { issuer: unknownCa }),
  'of a person': (realm: string) => kdcCertificate(realm, { purposes: [oid.smartcardLogon, oid.clientAuth] }),
} as const;
export type KdcCertificate = keyof typeof kdcCertificates;

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { fileSigner } from '../../src/ca/file-signer.ts';
import { type LogonRequest, type PrepareContext, type Prepared, prepare } from '../../src/pki/issue.ts';
import type { Issuer } from '../../src/pki/issuer.ts';
import { publicationOf } from '../../src/pki/publication.ts';
import type { UnixSeconds } from '../../src/wire/der-time.ts';
import { fromHex, toHex } from '../../src/wire/hex.ts';
import { makeCaCertificate } from '../../src/x509/ca-certificate.ts';
import { type CertificateFacts, readCertificate } from '../../src/x509/certificate.ts';
import { oid } from '../../src/x509/oid.ts';
import { keyIdentifier } from '../../src/x509/public-key.ts';
import type { Signer } from '../../src/x509/signature-algorithm.ts';
import { cardKeys } from '../vectors/x509/subject-keys.ts';

/** The middle of everything that is made here: 2030-03-17T17:46:40Z. */
export const now: UnixSeconds = 1_900_000_000;
export const DAY = 86_400;

export interface MadeCa {
  readonly key: KeyObject;
  readonly signer: Signer;
  readonly certificate: CertificateFacts;
  readonly issuer: Issuer;
}
const generated = {
  'RSA-3072': () => generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey,
  'RSA-2048': () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  'P-384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
};
export type CaKeyKind = keyof typeof generated;

/** A CA of its own, with both CRL URLs, EKU-constrained, as `mayfly ca init --domain --crl-url` makes it. */
export async function madeCa(kind: CaKeyKind, subject = `CN=Mayfly CA ${kind},O=Example`): Promise<MadeCa> {
  const key = generated[kind]();
  const signer = fileSigner(key);
  const der = await makeCaCertificate(
    {
      subject,
      serialNumber: fromHex('4a00112233445566778899aabbccddee'),
      notBefore: now - DAY,
      notAfter: now + 3650 * DAY,
      publicKey: signer.publicKey,
      pathLength: 0,
      extendedKeyUsage: [oid.clientAuth, oid.smartcardLogon],
      crlUrls: [],
      caIssuerUrls: [],
    },
    signer,
  );
  const certificate = readCertificate(der);
  const { subject: name, keyId, notBefore, notAfter } = certificate;
  const issuer: Issuer = {
    ...publicationOf(toHex(keyId), 'corp.test', 'http://pki.corp.test'),
    subject: name,
    keyId,
    notBefore,
    notAfter,
    signatureAlgorithm: signer.algorithm.identifier,
    sidPlacement: 'extension',
    lab: false,
  };
  return { key, signer, certificate, issuer };
}

export const goodRequest: LogonRequest = {
  cardId: 'c0ffee00-1234-4abc-8def-001122334455',
  account: 'Alice Example',
  userPrincipalName: 'alice@corp.test',
  sid: 'S-1-5-21-1004336348-1177238915-682003330-1105',
  subjectPublicKeyInfo: cardKeys['RSA-2048 a'],
  lifetime: 300,
};
/** An issuer as good as one with a key, for what is decided before anything is signed. */
export const keylessIssuer: Issuer = {
  ...publicationOf(toHex(keyIdentifier(cardKeys['RSA-3072'])), 'corp.test', 'http://pki.corp.test'),
  subject: fromHex('3016311430120603550403130b4d6179666c792043412031'),
  keyId: keyIdentifier(cardKeys['RSA-3072']),
  notBefore: now - DAY,
  notAfter: now + 3650 * DAY,
  signatureAlgorithm: fromHex('300d06092a864886f70d01010b0500'),
  sidPlacement: 'extension',
  lab: false,
};
export const contextFor = (issuer: Issuer): PrepareContext => ({
  issuer,
  now,
  random: fromHex('ff0102030405060708090a0b0c0d0e0f'),
  bounds: {
    maxLifetime: 1800,
    upnSuffixes: ['corp.test', 'xn--mnchen-3ya.test'],
    refusedSids: new Set(),
    exceptedSids: new Set(),
  },
  refusedSidList: { state: 'good', sids: new Set() },
  isKnownKey: () => false,
  isKnownCard: () => false,
});
/** Prepares, or fails the test with every reason. */
export function preparedOf(request: LogonRequest, context: PrepareContext): Prepared {
  const preparation = prepare(request, context);
  if (!preparation.ok) throw new Error(preparation.faults.map(({ lint, reason }) => `${lint}: ${reason}`).join('; '));
  return preparation.prepared;
}

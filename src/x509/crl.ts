import { decode, encode } from '../wire/codec.ts';
import { any, context, optional, sequence, sequenceOf } from '../wire/der.ts';
import { bitString, int32, unsignedInteger } from '../wire/der-primitives.ts';
import { time, type UnixSeconds } from '../wire/der-time.ts';
import { fromHex } from '../wire/hex.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { CertificateFacts } from './certificate.ts';
import { readCertificateList } from './certificate-list.ts';
import { authorityKeyIdentifier, cRLNumber, cRLReason, encodeExtension } from './extensions.ts';
import { oid } from './oid.ts';
import type { Signer } from './signature-algorithm.ts';

/** CRLReason, RFC 5280 5.3.1: those that a CA of end entities gives. */
export const revocationReasons = {
  unspecified: 0,
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  privilegeWithdrawn: 9,
} as const;
export type RevocationReason = keyof typeof revocationReasons;
export const isReason = (name: string): name is RevocationReason => Object.hasOwn(revocationReasons, name);
export const reasonOf = (code: number): RevocationReason | undefined =>
  Object.keys(revocationReasons)
    .filter(isReason)
    .find((name) => revocationReasons[name] === code);

export interface RevokedCertificate {
  /** Lower-case hex. */
  readonly serialNumber: string;
  readonly revokedAt: UnixSeconds;
  readonly reason: RevocationReason;
}
/** A full CRL, RFC 5280 5. */
export interface CrlProfile {
  readonly number: number;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  readonly revoked: readonly RevokedCertificate[];
}

const entry = sequence({ userCertificate: unsignedInteger, revocationDate: time, crlEntryExtensions: optional(sequenceOf(any)) });
/** TBSCertList, RFC 5280 5.1.2, version 2. No entry: no list of entries. */
const tbsCertList = sequence({
  version: int32,
  signature: any,
  issuer: any,
  thisUpdate: time,
  nextUpdate: time,
  revokedCertificates: optional(sequenceOf(entry)),
  crlExtensions: context(0, sequenceOf(any)),
});
/** CertificateList, RFC 5280 5.1. */
const certificateList = sequence({ tbsCertList: any, signatureAlgorithm: any, signature: bitString });

/** RFC 5280 5.3.1: `unspecified` is said by saying nothing. */
const entryExtensions = (reason: RevocationReason) =>
  reason === 'unspecified' ? {} : { crlEntryExtensions: [encodeExtension(cRLReason(revocationReasons[reason]))] };

/**
 * Signs a CRL with the CA's own key; DER. Written here, because the library's generator compares every entry with all before it:
 * 10,000 entries kept the CA from signing anything else for ten seconds.
 */
export async function makeCrl(
  profile: CrlProfile,
  issuer: Pick<CertificateFacts, 'subject' | 'keyId'>,
  signer: Signer,
): Promise<Uint8Array> {
  const signatureAlgorithm = signer.algorithm.identifier;
  const revoked = profile.revoked.map(({ serialNumber, revokedAt, reason }) => ({
    userCertificate: fromHex(serialNumber),
    revocationDate: revokedAt,
    ...entryExtensions(reason),
  }));
  const tbs = encode(tbsCertList, {
    version: 1,
    signature: signatureAlgorithm,
    issuer: issuer.subject,
    thisUpdate: profile.thisUpdate,
    nextUpdate: profile.nextUpdate,
    revokedCertificates: revoked.length > 0 ? revoked : undefined,
    crlExtensions: [authorityKeyIdentifier(issuer.keyId), cRLNumber(profile.number)].map(encodeExtension),
  });
  return encode(certificateList, { tbsCertList: tbs, signatureAlgorithm, signature: await signer.sign(tbs) });
}
/** cRLNumber, RFC 5280 5.2.3; undefined where there is none, or one beyond 2^31. @throws MayflyError `crl-unreadable` */
export function readCrlNumber(der: Uint8Array): number | undefined {
  try {
    const found = readCertificateList(der).crlExtensions?.find(({ extnID }) => extnID === oid.cRLNumber);
    return found && decode(int32, found.extnValue);
  } catch (cause) {
    throw new MayflyError('crl-unreadable', 'the CRL cannot be read', { cause });
  }
}
/** When a CRL was made and until when it holds. @throws MayflyError `crl-unreadable` */
export function readCrlTimes(der: Uint8Array): {
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds | undefined;
} {
  try {
    const { thisUpdate, nextUpdate } = readCertificateList(der);
    return { thisUpdate, nextUpdate };
  } catch (cause) {
    throw new MayflyError('crl-unreadable', 'the CRL cannot be read', { cause });
  }
}

import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { CertificateFacts } from './certificate.ts';
import { authorityKeyIdentifier, cRLNumber, encodeExtension } from './extensions.ts';
import { libraryDate, unixSeconds } from './library-date.ts';
import { librarySigner } from './library-signer.ts';
import type { Signer } from './signature-algorithm.ts';
import { Extension, Name, X509Crl, X509CrlGenerator, X509CrlReason } from './x509-library.ts';

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

/** Signs a CRL with the CA's own key; DER. */
export async function makeCrl(
  profile: CrlProfile,
  issuer: Pick<CertificateFacts, 'subject' | 'keyId'>,
  signer: Signer,
): Promise<Uint8Array> {
  const { key, crypto } = librarySigner(signer);
  const extensions = [authorityKeyIdentifier(issuer.keyId), cRLNumber(profile.number)];
  const crl = await X509CrlGenerator.create(
    {
      issuer: new Name(new Uint8Array(issuer.subject)),
      thisUpdate: libraryDate(profile.thisUpdate),
      nextUpdate: libraryDate(profile.nextUpdate),
      entries: profile.revoked.map(({ serialNumber, revokedAt, reason }) => ({
        serialNumber,
        revocationDate: libraryDate(revokedAt),
        // RFC 5280 5.3.1: `unspecified` is said by saying nothing.
        ...(reason === 'unspecified' ? {} : { reason: X509CrlReason[reason] }),
      })),
      extensions: extensions.map((e) => new Extension(new Uint8Array(encodeExtension(e)))),
      signingAlgorithm: key.algorithm,
      signingKey: key,
    },
    crypto,
  );
  return new Uint8Array(crl.rawData);
}
/** When a CRL was made and until when it holds. @throws MayflyError `crl-unreadable` */
export function readCrlTimes(der: Uint8Array): {
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds | undefined;
} {
  try {
    const crl = new X509Crl(new Uint8Array(der));
    return { thisUpdate: unixSeconds(crl.thisUpdate), nextUpdate: crl.nextUpdate && unixSeconds(crl.nextUpdate) };
  } catch (cause) {
    throw new MayflyError('crl-unreadable', 'the CRL cannot be read', { cause });
  }
}

import { compareBytes } from '../wire/der.ts';
import { isoTime, type UnixSeconds } from '../wire/der-time.ts';
import type { CertificateFacts } from '../x509/certificate.ts';
import { keyUsageBit } from '../x509/extensions.ts';
import { oid } from '../x509/oid.ts';
import { describeKey } from '../x509/public-key.ts';
import { signatureAlgorithmFor } from '../x509/signature-algorithm.ts';
import { crlUrlFault } from './lints/crl-distribution-point.ts';

/** What stands against a certificate as an issuing CA's, and what is only worth knowing. */
export interface CaFindings {
  readonly faults: readonly string[];
  readonly notes: readonly string[];
}
/** What was asked for, where it was: the request an enterprise CA may have answered with less. */
export interface CaExpectation {
  readonly now: UnixSeconds;
  /** SubjectPublicKeyInfo of the key that is ours. */
  readonly publicKey: Uint8Array;
  readonly ekuConstraint: boolean;
}
const SMALLEST_RSA = 2048;
const SHORT_LIFE = 180 * 24 * 3600;

/** Holds a CA certificate from elsewhere against what Windows and MIT demand of one that issues logon certificates. */
export function caFindings(certificate: CertificateFacts, expected: CaExpectation): CaFindings {
  const faults: string[] = [];
  const notes: string[] = [];
  const { basicConstraints, keyUsage, extKeyUsage, crlUrls, notBefore, notAfter } = certificate;
  const key = compareBytes(certificate.publicKey, expected.publicKey) === 0 ? describeKey(certificate.publicKey) : undefined;
  if (!key) faults.push("the certificate is for another key than this CA's");
  else if (!signatureAlgorithmFor(key)) faults.push('the key is neither RSA nor ECDSA on P-256 or P-384');
  else if (key.type === 'rsa' && key.bits < SMALLEST_RSA) faults.push(`the key is too small: RSA-${key.bits}`);
  if (!basicConstraints?.cA) faults.push('it is not a CA certificate (basicConstraints cA is missing)');
  else if (basicConstraints.pathLenConstraint === undefined)
    notes.push('the path length was dropped: asked for 0, so that no CA can stand below this one');
  else if (basicConstraints.pathLenConstraint > 0)
    notes.push(`the path length is ${basicConstraints.pathLenConstraint} where 0 was asked for`);
  for (const bit of ['keyCertSign', 'cRLSign'] as const) {
    if (!keyUsage?.includes(keyUsageBit[bit])) faults.push(`key usage lacks ${bit}`);
  }
  if (extKeyUsage) {
    const missing = [oid.clientAuth, oid.smartcardLogon].filter((purpose) => !extKeyUsage.includes(purpose));
    if (missing.length > 0) faults.push(`extended key usage constrains it to other purposes: ${missing.join(' and ')} missing`);
  } else if (expected.ekuConstraint)
    notes.push('the constraint to client authentication and smart card logon (extended key usage) was dropped');
  const selfSigned = compareBytes(certificate.subject, certificate.issuer) === 0;
  if (!selfSigned && crlUrls.length === 0)
    faults.push('it has no CRL distribution point: Windows cannot look up whether this CA was revoked');
  for (const fault of crlUrls.map(crlUrlFault)) if (fault !== undefined) notes.push(fault);
  if (expected.now < notBefore) faults.push(`it is not valid before ${isoTime(notBefore)}`);
  if (notAfter <= expected.now) faults.push(`it ended at ${isoTime(notAfter)}`);
  else if (notAfter - expected.now < SHORT_LIFE) notes.push(`it ends soon, at ${isoTime(notAfter)}`);
  return { faults, notes };
}

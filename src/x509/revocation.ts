import { compareBytes } from '../wire/der.ts';
import { isoTime, type UnixSeconds } from '../wire/der-time.ts';
import type { CertificateList } from './certificate-list.ts';
import { keyUsageBit } from './extensions.ts';
import { issuingDistributionPointFault } from './issuing-distribution-point.ts';
import { oid } from './oid.ts';
import type { PathCertificate } from './path-certificate.ts';
import type { PathFault } from './path-checks.ts';
import { signatureScheme } from './signature-scheme.ts';
import { signatureFault } from './verify-signature.ts';

/** `require`: every certificate but the anchor needs a CRL that covers it. `if-given`: only one whose issuer has a CRL here. */
export type RevocationMode = 'require' | 'if-given' | 'off';

/** Why a CRL cannot speak about a certificate of this issuer now. */
async function crlFault(
  crl: CertificateList,
  c: PathCertificate,
  issuer: PathCertificate,
  time: UnixSeconds,
): Promise<string | undefined> {
  if (issuer.keyUsage && !issuer.keyUsage.includes(keyUsageBit.cRLSign)) return 'key usage of the ca does not allow signing crls';
  if (time < crl.thisUpdate) return `crl is not valid before ${isoTime(crl.thisUpdate)}`;
  if (crl.nextUpdate === undefined) return 'crl does not say until when it is valid';
  if (crl.nextUpdate <= time) return `crl has expired at ${isoTime(crl.nextUpdate)}`;
  if (signatureScheme(crl.signatureAlgorithm)?.digest?.name === 'SHA-1') return 'crl is signed with sha-1';
  const claimed = { algorithm: crl.signatureAlgorithm, publicKey: issuer.publicKey, signed: crl.tbs, signature: crl.signature };
  const signature = await signatureFault(claimed);
  if (signature) return `crl: ${signature} with its issuer's key`;
  for (const { extnID, critical, extnValue } of crl.crlExtensions ?? []) {
    const fault = extnID === oid.issuingDistributionPoint ? issuingDistributionPointFault(extnValue, c) : undefined;
    if (fault) return fault;
    // A delta CRL is one of these: it says only what changed.
    if (critical && extnID !== oid.issuingDistributionPoint) return `critical crl extension ${extnID} is not understood`;
  }
  const odd = crl.revokedCertificates?.some((entry) => entry.crlEntryExtensions?.some((e) => e.critical));
  return odd ? 'crl has an entry with a critical extension' : undefined;
}
async function certificateFault(
  c: PathCertificate,
  issuer: PathCertificate,
  crls: readonly CertificateList[],
  time: UnixSeconds,
  mode: RevocationMode,
): Promise<string | undefined> {
  const ofIssuer = crls.filter((crl) => compareBytes(crl.issuer, c.issuer) === 0);
  if (ofIssuer.length === 0) return mode === 'require' ? 'no crl of its issuer is given' : undefined;
  let fault: string | undefined;
  let covered = false;
  for (const crl of ofIssuer) {
    const unusable = await crlFault(crl, c, issuer, time);
    fault ??= unusable;
    if (unusable) continue;
    covered = true;
    if (crl.revokedCertificates?.some((entry) => compareBytes(entry.userCertificate, c.serialNumber) === 0))
      return 'certificate is revoked';
  }
  return covered ? undefined : fault;
}
/** Whether a path is free of revoked certificates (RFC 5280 6.3, full CRLs signed by the issuer itself; no delta, no indirect CRLs). */
export async function revocationFault(
  path: readonly PathCertificate[],
  crls: readonly CertificateList[],
  time: UnixSeconds,
  mode: RevocationMode,
): Promise<PathFault | undefined> {
  if (mode === 'off') return undefined;
  for (const [at, c] of path.slice(0, -1).entries()) {
    const issuer = path[at + 1];
    const reason = issuer && (await certificateFault(c, issuer, crls, time, mode));
    if (reason) return { at, reason };
  }
  return undefined;
}

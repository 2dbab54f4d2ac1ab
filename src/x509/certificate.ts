import { decode } from '../wire/codec.ts';
import { toHex } from '../wire/hex.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { uriName } from './extensions.ts';
import { cRLDistributionPoints } from './issuing-distribution-point.ts';
import { nameText } from './name-text.ts';
import { oid } from './oid.ts';
import { type PathCertificate, readPathCertificate } from './path-certificate.ts';
import { keyIdentifier } from './public-key.ts';

/** A certificate as people and commands ask about it; the rest of it as path validation sees it. */
export interface CertificateFacts extends Omit<PathCertificate, 'serialNumber'> {
  readonly subjectText: string;
  readonly issuerText: string;
  /** Lower-case hex, without leading zero octets. */
  readonly serialNumber: string;
  /** SubjectKeyIdentifier as the certificate says it, else by method 1. */
  readonly keyId: Uint8Array;
  /** Of all distribution points, in order. */
  readonly crlUrls: readonly string[];
}
const URI = 0x86;
/** The URLs of all distribution points whose names are URLs. @throws DecodeError */
function urlsOf(points: Uint8Array | undefined): string[] {
  const names = points ? decode(cRLDistributionPoints, points).flatMap(({ distributionPoint }) => distributionPoint ?? []) : [];
  return names.filter((name) => name[0] === URI).map((name) => decode(uriName, name));
}
/** Reads one DER certificate. @throws MayflyError `certificate-unreadable` */
export function readCertificate(der: Uint8Array): CertificateFacts {
  try {
    const certificate = readPathCertificate(der);
    return {
      ...certificate,
      subjectText: nameText(certificate.subject),
      issuerText: nameText(certificate.issuer),
      serialNumber: toHex(certificate.serialNumber),
      keyId: certificate.subjectKeyIdentifier ?? keyIdentifier(certificate.publicKey),
      crlUrls: urlsOf(certificate.extensions.get(oid.cRLDistributionPoints)?.value),
    };
  } catch (cause) {
    throw new MayflyError('certificate-unreadable', 'the certificate cannot be read', { cause });
  }
}

import { decode } from '../wire/codec.ts';
import { any, context, optional, sequence } from '../wire/der.ts';
import { bitString, int32, unsignedInteger } from '../wire/der-primitives.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { unixSeconds } from './library-date.ts';
import { keyIdentifier } from './public-key.ts';
import {
  BasicConstraintsExtension,
  CRLDistributionPointsExtension,
  ExtendedKeyUsageExtension,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
} from './x509-library.ts';

/** What Mayfly reads of a certificate: a CA's above all. */
export interface CertificateFacts {
  readonly der: Uint8Array;
  /** Names as DER, to be compared byte by byte, and as text, to be shown. */
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subjectText: string;
  readonly issuerText: string;
  /** Lower-case hex, without leading zero octets. */
  readonly serialNumber: string;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  readonly publicKey: Uint8Array;
  /** SubjectKeyIdentifier as the certificate says it, else by method 1. */
  readonly keyId: Uint8Array;
  readonly basicConstraints: { readonly cA: boolean; readonly pathLength: number | undefined } | undefined;
  /** Bits as RFC 5280 4.2.1.3 numbers them; `undefined` without the extension. */
  readonly keyUsage: readonly number[] | undefined;
  readonly extendedKeyUsage: readonly string[] | undefined;
  readonly crlUrls: readonly string[];
  readonly criticalExtensions: readonly string[];
}

const outer = sequence({ tbsCertificate: any, signatureAlgorithm: any, signature: bitString });
/** The head of TBSCertificate, RFC 5280 4.1.2, up to the subject. */
const names = sequence({
  version: optional(context(0, int32)),
  serialNumber: unsignedInteger,
  signature: any,
  issuer: any,
  validity: any,
  subject: any,
  subjectPublicKeyInfo: any,
  issuerUniqueID: optional({ ...any, tags: [0x81, 0xa1] }),
  subjectUniqueID: optional({ ...any, tags: [0x82, 0xa2] }),
  extensions: optional({ ...any, tags: [0xa3] }),
});

const bitsOf = (flags: number): number[] => Array.from({ length: 9 }, (_, bit) => bit).filter((bit) => flags & (1 << bit));
export const toHex = (octets: Uint8Array): string => Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
export const fromHex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const urlsOf = (points: CRLDistributionPointsExtension | null): string[] =>
  (points?.distributionPoints ?? []).flatMap((point) =>
    (point.distributionPoint?.fullName ?? []).flatMap((name) => name.uniformResourceIdentifier ?? []),
  );

/** Reads one DER certificate. @throws MayflyError `certificate-unreadable` */
export function readCertificate(der: Uint8Array): CertificateFacts {
  try {
    const head = decode(names, decode(outer, der).tbsCertificate);
    const library = new X509Certificate(new Uint8Array(der));
    const ski = library.getExtension(SubjectKeyIdentifierExtension);
    const constraints = library.getExtension(BasicConstraintsExtension);
    const usages = library.getExtension(KeyUsagesExtension);
    const purposes = library.getExtension(ExtendedKeyUsageExtension);
    return {
      der,
      subject: head.subject,
      issuer: head.issuer,
      subjectText: library.subject,
      issuerText: library.issuer,
      serialNumber: toHex(head.serialNumber),
      notBefore: unixSeconds(library.notBefore),
      notAfter: unixSeconds(library.notAfter),
      publicKey: head.subjectPublicKeyInfo,
      keyId: ski ? fromHex(ski.keyId) : keyIdentifier(head.subjectPublicKeyInfo),
      basicConstraints: constraints ? { cA: constraints.ca, pathLength: constraints.pathLength } : undefined,
      keyUsage: usages ? bitsOf(usages.usages) : undefined,
      extendedKeyUsage: purposes ? purposes.usages.map(String) : undefined,
      crlUrls: urlsOf(library.getExtension(CRLDistributionPointsExtension)),
      criticalExtensions: library.extensions.filter((e) => e.critical).map((e) => e.type),
    };
  } catch (cause) {
    throw new MayflyError('certificate-unreadable', 'the certificate cannot be read', { cause });
  }
}

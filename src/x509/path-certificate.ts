import { decode, type Value } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import { compareBytes, context, defaulted, implicit, octetString, optional, raw, sequence, sequenceOf } from '../wire/der.ts';
import { bitString, boolean, int32, namedBits, objectIdentifier, unsignedInteger } from '../wire/der-primitives.ts';
import { time, type UnixSeconds } from '../wire/der-time.ts';
import { extension } from './extensions.ts';
import { type NameConstraints, nameConstraints } from './name-constraints.ts';
import { oid } from './oid.ts';
import { describeKey, type KeyDescription } from './public-key.ts';
import { readSubjectAltName, type SubjectAltName } from './subject-alt-name.ts';

/**
 * A certificate as path validation (RFC 5280 6) sees it, read by our own strict DER: what a lenient reader would overlook
 * (an extension twice, bytes left over, a length that is not minimal) must not stand between two validators' opinions.
 */
export interface PathCertificate {
  readonly der: Uint8Array;
  /** TBSCertificate, DER: what is signed. */
  readonly tbs: Uint8Array;
  /** AlgorithmIdentifier, DER. */
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
  readonly serialNumber: Uint8Array;
  /** Names in DER; chaining compares them byte by byte. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly key: KeyDescription;
  /** By object identifier; the value is the DER inside extnValue. */
  readonly extensions: ReadonlyMap<string, { readonly critical: boolean; readonly value: Uint8Array }>;
  readonly basicConstraints: Value<typeof basicConstraints> | undefined;
  /** Bits as RFC 5280 4.2.1.3 numbers them. */
  readonly keyUsage: readonly number[] | undefined;
  readonly extKeyUsage: readonly string[] | undefined;
  readonly subjectAltName: SubjectAltName;
  readonly nameConstraints: NameConstraints | undefined;
  readonly subjectKeyIdentifier: Uint8Array | undefined;
  readonly authorityKeyIdentifier: Uint8Array | undefined;
}

const MOST_BYTES = 0x1_0000;
const certificate = sequence({ tbsCertificate: raw(0x30), signatureAlgorithm: raw(0x30), signature: bitString });
/** TBSCertificate, RFC 5280 4.1.2, of version 3 and no other. */
const tbsCertificate = sequence({
  version: optional(context(0, int32)),
  serialNumber: unsignedInteger,
  signature: raw(0x30),
  issuer: raw(0x30),
  validity: sequence({ notBefore: time, notAfter: time }),
  subject: raw(0x30),
  subjectPublicKeyInfo: raw(0x30),
  issuerUniqueID: optional(implicit(1, bitString)),
  subjectUniqueID: optional(implicit(2, bitString)),
  extensions: optional(context(3, sequenceOf(extension, 64))),
});
const basicConstraints = sequence({ cA: defaulted(boolean, false), pathLenConstraint: optional(int32) });
/** AuthorityKeyIdentifier, RFC 5280 4.2.1.1; issuer and serial number are no help in finding a path. */
const authorityKeyIdentifier = sequence({
  keyIdentifier: optional(implicit(0, octetString)),
  authorityCertIssuer: optional(raw(0xa1)),
  authorityCertSerialNumber: optional(implicit(2, unsignedInteger)),
});

/** @throws DecodeError */
export function readPathCertificate(der: Uint8Array): PathCertificate {
  if (MOST_BYTES < der.length) throw new DecodeError('certificate is over 64 KiB', MOST_BYTES);
  const outer = decode(certificate, der);
  const tbs = decode(tbsCertificate, outer.tbsCertificate);
  if (tbs.version !== 2) throw new DecodeError('certificate is not of version 3', 0, ['version']);
  if (compareBytes(tbs.signature, outer.signatureAlgorithm) !== 0)
    throw new DecodeError('two signature algorithms', 0, ['signatureAlgorithm']);
  const extensions = new Map<string, { critical: boolean; value: Uint8Array }>();
  for (const { extnID, critical, extnValue } of tbs.extensions ?? []) {
    if (extensions.has(extnID)) throw new DecodeError(`extension ${extnID} twice`, 0, ['extensions']);
    extensions.set(extnID, { critical, value: extnValue });
  }
  const read = <T>(id: string, codec: Parameters<typeof decode<T>>[0]): T | undefined => {
    const found = extensions.get(id);
    if (!found) return undefined;
    try {
      return decode(codec, found.value);
    } catch (e) {
      throw e instanceof DecodeError ? e.within(`extension ${id}`) : e;
    }
  };
  const constraints = read(oid.basicConstraints, basicConstraints);
  if ((constraints?.pathLenConstraint ?? 0) < 0) throw new DecodeError('path length is negative', 0, ['basicConstraints']);
  return {
    der,
    tbs: outer.tbsCertificate,
    signatureAlgorithm: outer.signatureAlgorithm,
    signature: outer.signature,
    serialNumber: tbs.serialNumber,
    issuer: tbs.issuer,
    subject: tbs.subject,
    notBefore: tbs.validity.notBefore,
    notAfter: tbs.validity.notAfter,
    publicKey: tbs.subjectPublicKeyInfo,
    key: describeKey(tbs.subjectPublicKeyInfo),
    extensions,
    basicConstraints: constraints,
    keyUsage: read(oid.keyUsage, namedBits),
    extKeyUsage: read(oid.extKeyUsage, sequenceOf(objectIdentifier, 64)),
    subjectAltName: readSubjectAltName(extensions.get(oid.subjectAltName)?.value),
    nameConstraints: read(oid.nameConstraints, nameConstraints),
    subjectKeyIdentifier: read(oid.subjectKeyIdentifier, octetString),
    authorityKeyIdentifier: read(oid.authorityKeyIdentifier, authorityKeyIdentifier)?.keyIdentifier,
  };
}

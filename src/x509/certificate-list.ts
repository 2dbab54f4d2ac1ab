import { decode, type Value } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import { compareBytes, context, optional, raw, sequence, sequenceOf } from '../wire/der.ts';
import { bitString, int32, unsignedInteger } from '../wire/der-primitives.ts';
import { time } from '../wire/der-time.ts';
import { extension } from './extensions.ts';

const MOST_ENTRIES = 1_000_000;
const extensions = sequenceOf(extension, 64);
const revokedCertificate = sequence({
  userCertificate: unsignedInteger,
  revocationDate: time,
  crlEntryExtensions: optional(extensions),
});
const certificateList = sequence({ tbsCertList: raw(0x30), signatureAlgorithm: raw(0x30), signature: bitString });
/** TBSCertList, RFC 5280 5.1.2. */
const tbsCertList = sequence({
  version: optional(int32),
  signature: raw(0x30),
  issuer: raw(0x30),
  thisUpdate: time,
  nextUpdate: optional(time),
  revokedCertificates: optional(sequenceOf(revokedCertificate, MOST_ENTRIES)),
  crlExtensions: optional(context(0, extensions)),
});

/** A CRL as revocation checking sees it. */
export interface CertificateList extends Omit<Value<typeof tbsCertList>, 'version' | 'signature'> {
  /** TBSCertList, DER: what is signed. */
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
}
/** @throws DecodeError */
export function readCertificateList(der: Uint8Array): CertificateList {
  const outer = decode(certificateList, der);
  const { version, signature, ...tbs } = decode(tbsCertList, outer.tbsCertList);
  if (version !== 1) throw new DecodeError('CRL is not of version 2', 0, ['version']);
  if (compareBytes(signature, outer.signatureAlgorithm) !== 0)
    throw new DecodeError('two signature algorithms', 0, ['signatureAlgorithm']);
  return { ...tbs, tbs: outer.tbsCertList, signatureAlgorithm: outer.signatureAlgorithm, signature: outer.signature };
}

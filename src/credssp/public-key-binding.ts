import { sha256 } from '../crypto/digest.ts';
import { decode } from '../wire/codec.ts';
import { extensible, optional, raw, sequence } from '../wire/der.ts';
import { subjectPublicKeyInfo } from '../x509/public-key.ts';

/** Octets of a clientNonce, [MS-CSSP] 2.2.1. */
export const NONCE_LENGTH = 32;
/** The first version with a nonce: it mends CVE-2018-0886, by which a man in the middle had his own key proven. */
export const FIRST_WITH_NONCE = 5;

export type Direction = 'client' | 'server';
/** [MS-CSSP] 3.1.5; the NUL is part of each. */
const magic: Readonly<Record<Direction, Uint8Array>> = {
  client: new TextEncoder().encode('CredSSP Client-To-Server Binding Hash\0'),
  server: new TextEncoder().encode('CredSSP Server-To-Client Binding Hash\0'),
};
const SEQUENCE = 0x30;
const INTEGER = 0x02;
const EXPLICIT_0 = 0xa0;
/**
 * A certificate as far as its key, RFC 5280 4.1. The rest may be as it likes, but no octet may be read in two ways: TLS and this must see
 * the same key.
 */
const certificateOfKey = sequence({
  tbsCertificate: extensible({
    version: optional(raw(EXPLICIT_0)),
    serialNumber: raw(INTEGER),
    signature: raw(SEQUENCE),
    issuer: raw(SEQUENCE),
    validity: raw(SEQUENCE),
    subject: raw(SEQUENCE),
    subjectPublicKeyInfo,
  }),
  signatureAlgorithm: raw(SEQUENCE),
  signature: raw(0x03),
});
/** What the certificate's subjectPublicKey BIT STRING holds: for RSA the RSAPublicKey, for EC the point. @throws DecodeError */
export const boundKey = (certificate: Uint8Array): Uint8Array =>
  decode(certificateOfKey, certificate).tbsCertificate.subjectPublicKeyInfo.subjectPublicKey;

const hashed = (direction: Direction, nonce: Uint8Array, key: Uint8Array): Uint8Array =>
  sha256(Uint8Array.of(...magic[direction], ...nonce, ...key));
/** Versions 2 to 4: the key itself, and in the answer its first octet one higher. */
function plain(direction: Direction, key: Uint8Array): Uint8Array {
  const out = Uint8Array.from(key);
  if (direction === 'server') out[0] = (out[0] ?? 0) + 1;
  return out;
}
/** What is sealed as pubKeyAuth: proves that its sender sees this key at the host's end of TLS. */
export const publicKeyProof = (version: number, direction: Direction, nonce: Uint8Array, key: Uint8Array): Uint8Array =>
  FIRST_WITH_NONCE <= version ? hashed(direction, nonce, key) : plain(direction, key);

import { decode } from '../wire/codec.ts';
import { any, sequence } from '../wire/der.ts';
import { bitString, unsignedInteger } from '../wire/der-primitives.ts';

const subjectPublicKeyInfo = sequence({ algorithm: any, subjectPublicKey: bitString });
/** RSAPublicKey, RFC 8017 A.1.1. */
const rsaPublicKey = sequence({ modulus: unsignedInteger, publicExponent: unsignedInteger });

/** The modulus of an RSA SubjectPublicKeyInfo, big-endian, without leading zeros. */
export function modulusOf(spki: Uint8Array): Uint8Array {
  return decode(rsaPublicKey, decode(subjectPublicKeyInfo, spki).subjectPublicKey).modulus;
}

/** True for a block that the private operation is defined for: as long as the modulus, and below it. */
export function isRsaBlock(block: Uint8Array, modulus: Uint8Array): boolean {
  return block.length === modulus.length && Buffer.compare(block, modulus) < 0;
}

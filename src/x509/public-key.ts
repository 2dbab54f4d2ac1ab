import { sha1 } from '../crypto/digest.ts';
import { decode, type Value } from '../wire/codec.ts';
import { any, optional, sequence } from '../wire/der.ts';
import { bitString, objectIdentifier, unsignedInteger } from '../wire/der-primitives.ts';
import { oid } from './oid.ts';

/** AlgorithmIdentifier, RFC 5280 4.1.1.2. */
export const algorithmIdentifier = sequence({ algorithm: objectIdentifier, parameters: optional(any) });
/** SubjectPublicKeyInfo, RFC 5280 4.1.2.7. */
export const subjectPublicKeyInfo = sequence({ algorithm: algorithmIdentifier, subjectPublicKey: bitString });
/** RSAPublicKey, RFC 8017 A.1.1. */
const rsaPublicKey = sequence({ modulus: unsignedInteger, publicExponent: unsignedInteger });

export type KeyDescription =
  /** RFC 3279 2.3.1 wants NULL parameters; a key with others is the same key in another guise. */
  | { readonly type: 'rsa'; readonly bits: number; readonly publicExponent: number; readonly nullParameters: boolean }
  | { readonly type: 'ec'; readonly curve: 'P-256' | 'P-384' }
  | { readonly type: 'other'; readonly algorithm: string };

const curveOf: Readonly<Record<string, 'P-256' | 'P-384'>> = { [oid.secp256r1]: 'P-256', [oid.secp384r1]: 'P-384' };
const pointLength = { 'P-256': 65, 'P-384': 97 };

function describeRsa(
  { modulus, publicExponent }: Value<typeof rsaPublicKey>,
  parameters: Uint8Array | undefined,
): KeyDescription {
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  const exponent =
    publicExponent.length <= 4 ? publicExponent.reduce((v, octet) => v * 256 + octet, 0) : Number.POSITIVE_INFINITY;
  return { type: 'rsa', bits, publicExponent: exponent, nullParameters: parameters?.length === 2 && parameters[0] === 0x05 };
}
/** What kind of key a SubjectPublicKeyInfo holds. @throws DecodeError where the bytes are not one */
export function describeKey(spki: Uint8Array): KeyDescription {
  const { algorithm, subjectPublicKey } = decode(subjectPublicKeyInfo, spki);
  if (algorithm.algorithm === oid.rsaEncryption) return describeRsa(decode(rsaPublicKey, subjectPublicKey), algorithm.parameters);
  if (algorithm.algorithm === oid.idEcPublicKey && algorithm.parameters?.[0] === 0x06) {
    const curve = curveOf[decode(objectIdentifier, algorithm.parameters)];
    if (curve && subjectPublicKey[0] === 4 && subjectPublicKey.length === pointLength[curve]) return { type: 'ec', curve };
  }
  return { type: 'other', algorithm: algorithm.algorithm };
}
/** The modulus of an RSA SubjectPublicKeyInfo, big-endian, without leading zeros. @throws DecodeError */
export const modulusOf = (spki: Uint8Array): Uint8Array =>
  decode(rsaPublicKey, decode(subjectPublicKeyInfo, spki).subjectPublicKey).modulus;
/** SubjectKeyIdentifier by method 1 of RFC 5280 4.2.1.2: SHA-1 of the key's bits, 20 octets. */
export const keyIdentifier = (spki: Uint8Array): Uint8Array => sha1(decode(subjectPublicKeyInfo, spki).subjectPublicKey);

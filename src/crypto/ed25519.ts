import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { MayflyError } from '../wire/mayfly-error.ts';

/** Signs with a key that stays where it is; Ed25519, RFC 8032. */
export interface Ed25519Signer {
  /** SubjectPublicKeyInfo, DER (RFC 8410). */
  readonly publicKey: Uint8Array;
  sign(octets: Uint8Array): Uint8Array;
}
export interface Ed25519Verifier {
  /** SubjectPublicKeyInfo, DER (RFC 8410). */
  readonly publicKey: Uint8Array;
  verifies(octets: Uint8Array, signature: Uint8Array): boolean;
}

/** SubjectPublicKeyInfo of a key that is Ed25519's. */
function publicKeyOf(read: () => KeyObject): { readonly key: KeyObject; readonly publicKey: Uint8Array } {
  const next = 'give an Ed25519 key, PEM';
  let key: KeyObject;
  try {
    key = read();
  } catch (cause) {
    throw new MayflyError('ed25519-key', 'the key cannot be read', { cause, next });
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new MayflyError('ed25519-key', 'the key is not of Ed25519', { next });
  const publicHalf = key.type === 'private' ? createPublicKey(key) : key;
  return { key, publicKey: new Uint8Array(publicHalf.export({ format: 'der', type: 'spki' })) };
}
/** @param pem PKCS #8 @throws MayflyError `ed25519-key` */
export function ed25519Signer(pem: string): Ed25519Signer {
  const { key, publicKey } = publicKeyOf(() => createPrivateKey(pem));
  return { publicKey, sign: (octets) => new Uint8Array(sign(undefined, octets, key)) };
}
/** @param pem SubjectPublicKeyInfo @throws MayflyError `ed25519-key` */
export function ed25519Verifier(pem: string): Ed25519Verifier {
  const { key, publicKey } = publicKeyOf(() => createPublicKey(pem));
  return { publicKey, verifies: (octets, signature) => verify(undefined, octets, key, signature) };
}

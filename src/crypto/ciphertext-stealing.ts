import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { EncryptionType } from './encryption-type.ts';

const BLOCK = 16;
const zeroBlock = new Uint8Array(BLOCK);

/** CBC with ciphertext stealing and a zero initial vector, RFC 3962 5: the last two blocks always trade places. */
export function encryptCts({ cipher }: EncryptionType, key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const padded = new Uint8Array(Math.ceil(length / BLOCK) * BLOCK);
  let at = 0;
  for (const part of parts) {
    padded.set(part, at);
    at += part.length;
  }
  const cbc = createCipheriv(cipher, key, zeroBlock).setAutoPadding(false).update(padded);
  padded.fill(0);
  if (length <= BLOCK) return cbc;
  const last = padded.length - BLOCK;
  const out = new Uint8Array(length);
  out.set(cbc.subarray(0, last - BLOCK));
  out.set(cbc.subarray(last), last - BLOCK);
  out.set(cbc.subarray(last - BLOCK, last - BLOCK + length - last), last);
  return out;
}
/** Its inverse, for 16 octets or more; the plaintext is the caller's to wipe. */
export function decryptCts({ cipher }: EncryptionType, key: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const decryptCbc = (bytes: Uint8Array) => createDecipheriv(cipher, key, zeroBlock).setAutoPadding(false).update(bytes);
  const { length } = ciphertext;
  if (length <= BLOCK) return decryptCbc(ciphertext);
  const last = Math.ceil(length / BLOCK) * BLOCK - BLOCK;
  const stolen = length - last;
  const cbc = new Uint8Array(last + BLOCK);
  cbc.set(ciphertext.subarray(0, last - BLOCK));
  const final = ciphertext.subarray(last - BLOCK, last);
  const below = decryptCbc(final);
  cbc.set(ciphertext.subarray(last), last - BLOCK);
  cbc.set(below.subarray(stolen), last - BLOCK + stolen);
  cbc.set(final, last);
  below.fill(0);
  return decryptCbc(cbc).subarray(0, length);
}

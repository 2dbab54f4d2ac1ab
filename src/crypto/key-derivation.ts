import { createCipheriv, createHmac } from 'node:crypto';
import type { EncryptionType } from './encryption-type.ts';

const BLOCK = 16;
const zeroBlock = new Uint8Array(BLOCK);

/** n-fold of RFC 3961 5.1: `input` stretched or shrunk to `length` octets, each bit of it used as often as any other. */
export function nFold(input: Uint8Array, length: number): Uint8Array {
  const bits = input.length * 8;
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  const total = (input.length * length) / gcd(input.length, length);
  const out = new Uint8Array(length);
  let carry = 0;
  for (let i = total - 1; 0 <= i; i--) {
    // Each repetition is the input rotated right by 13 more bits.
    const rotation = 13 * Math.floor(i / input.length);
    const first = (((i % input.length) * 8 - rotation) % bits) + bits;
    let octet = 0;
    for (let bit = 0; bit < 8; bit++) {
      const at = (first + bit) % bits;
      octet = (octet << 1) | (((input[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    }
    const sum = octet + (out[i % length] ?? 0) + carry;
    out[i % length] = sum & 0xff;
    carry = sum >> 8;
  }
  // What is carried out at the top comes in at the bottom.
  for (let i = length - 1; 0 < carry; i = i === 0 ? length - 1 : i - 1) {
    const sum = (out[i] ?? 0) + carry;
    out[i] = sum & 0xff;
    carry = sum >> 8;
  }
  return out;
}
/** DK of RFC 3961 5.1; random-to-key is the identity for AES (RFC 3962 4). */
function deriveByEncryption({ cipher }: EncryptionType, key: Uint8Array, constant: Uint8Array, length: number): Uint8Array {
  const derived = new Uint8Array(length);
  let block = nFold(constant, BLOCK);
  for (let at = 0; at < length; at += BLOCK) {
    const next = createCipheriv(cipher, key, zeroBlock).setAutoPadding(false).update(block);
    block.fill(0);
    derived.set(next.subarray(0, length - at), at);
    block = next;
  }
  block.fill(0);
  return derived;
}
/** KDF-HMAC-SHA2 of RFC 8009 3. */
function deriveByHmac({ hash }: EncryptionType, key: Uint8Array, label: Uint8Array, length: number): Uint8Array {
  const bits = length * 8;
  const whole = createHmac(hash, key)
    .update(Uint8Array.of(0, 0, 0, 1))
    .update(label)
    .update(Uint8Array.of(0, 0, 0, bits >> 8, bits & 0xff))
    .digest();
  const derived = Uint8Array.from(whole.subarray(0, length));
  whole.fill(0);
  return derived;
}
/** What a derived key is for, RFC 3961 5.3. */
export const derivedFor = { checksum: 0x99, encryption: 0xaa, integrity: 0x55 } as const;

/** Ke, Ki or Kc for a key usage; whoever asked wipes it. */
export function deriveKey(type: EncryptionType, key: Uint8Array, usage: number, what: keyof typeof derivedFor): Uint8Array {
  const constant = new Uint8Array(5);
  new DataView(constant.buffer).setUint32(0, usage);
  constant[4] = derivedFor[what];
  const length = what === 'encryption' ? type.keyLength : type.macKeyLength;
  return (type.profile === 'rfc3962' ? deriveByEncryption : deriveByHmac)(type, key, constant, length);
}

import { createCipheriv, createHmac } from 'node:crypto';
import type { EncryptionType } from './encryption-type.ts';
import { secretCopy } from './secret-octets.ts';

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
    const first = (((i * 8 - rotation) % bits) + bits) % bits;
    const at = first >> 3;
    const pair = ((input[at] ?? 0) << 8) | (input[(at + 1) % input.length] ?? 0);
    const octet = (pair >> (8 - (first & 7))) & 0xff;
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
/** DR of RFC 3961 5.1: each block is the one before encrypted, which is what CBC makes of zeros. */
function deriveByEncryption({ cipher }: EncryptionType, key: Uint8Array, constant: Uint8Array, length: number): Uint8Array {
  const blocks = new Uint8Array(Math.ceil(length / BLOCK) * BLOCK);
  blocks.set(nFold(constant, BLOCK));
  return createCipheriv(cipher, key, zeroBlock).setAutoPadding(false).update(blocks);
}
/** KDF-HMAC-SHA2 of RFC 8009 3: counter, label, a zero octet, the length in bits. */
function deriveByHmac({ hash }: EncryptionType, key: Uint8Array, label: Uint8Array, length: number): Uint8Array {
  const bits = length * 8;
  const input = Uint8Array.of(0, 0, 0, 1, ...label, 0, 0, 0, bits >> 8, bits & 0xff);
  return createHmac(hash, key).update(input).digest();
}
/** What a derived key is for, RFC 3961 5.3. */
export const derivedFor = { checksum: 0x99, encryption: 0xaa, integrity: 0x55 } as const;

/** Ke, Ki or Kc for a key usage; whoever asked wipes it. random-to-key is the identity for AES (RFC 3962 4). */
export function deriveKey(type: EncryptionType, key: Uint8Array, usage: number, what: keyof typeof derivedFor): Uint8Array {
  const constant = new Uint8Array(5);
  new DataView(constant.buffer).setUint32(0, usage);
  constant[4] = derivedFor[what];
  const length = what === 'encryption' ? type.keyLength : type.macKeyLength;
  const whole = (type.profile === 'rfc3962' ? deriveByEncryption : deriveByHmac)(type, key, constant, length);
  const derived = secretCopy(whole.subarray(0, length));
  whole.fill(0);
  return derived;
}

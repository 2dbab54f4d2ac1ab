import { sha256 } from '../crypto/digest.ts';

const encoder = new TextEncoder();
const octetsOf = (text: string) => encoder.encode(text);

/** What every link begins with: no other SHA-256 of Mayfly is ever taken for a link. */
const domain = octetsOf('mayfly journal link 1\0');
/** What the first entry follows. */
export const chainStart: Uint8Array = sha256(octetsOf('mayfly journal start 1\0'));

/**
 * The hash of one entry: SHA-256 over domain, previous hash, sequence number (64 bits), length of the text in octets (32 bits), text
 * (UTF-8). It says where in which history the entry stands, and so fixes everything before it.
 */
export function nextLink(previous: Uint8Array, sequence: number, text: string): Uint8Array {
  const octets = octetsOf(text);
  const input = new Uint8Array(domain.length + previous.length + 12 + octets.length);
  input.set(domain);
  input.set(previous, domain.length);
  const numbers = new DataView(input.buffer, domain.length + previous.length, 12);
  numbers.setBigUint64(0, BigInt(sequence));
  numbers.setUint32(8, octets.length);
  input.set(octets, domain.length + previous.length + 12);
  return sha256(input);
}

import { createHash } from 'node:crypto';
import type { DigestName } from '../wire/conversation.ts';
import { secretRoom } from './secret-octets.ts';

const hashOf: Readonly<Record<DigestName, string>> = {
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** The first octets of H(counter | parts) | H(counter + 1 | parts) | …; random-to-key is the identity for AES. */
function stretched(
  hash: string,
  counter: (round: number) => Uint8Array,
  parts: readonly Uint8Array[],
  length: number,
): Uint8Array {
  const key = secretRoom(length);
  let at = 0;
  for (let round = 0; at < length; round++) {
    const digest = createHash(hash).update(counter(round));
    for (const part of parts) digest.update(part);
    const block = digest.digest();
    key.set(block.subarray(0, length - at), at);
    at += block.length;
    block.fill(0);
  }
  return key;
}
/** octetstring2key, RFC 4556 3.2.3.1. @param parts their concatenation is x */
export const octetString2Key = (parts: readonly Uint8Array[], length: number): Uint8Array =>
  stretched('sha1', (round) => Uint8Array.of(round), parts, length);

export interface KdfInput {
  readonly digest: DigestName;
  readonly secret: Uint8Array;
  /** OtherInfo, DER. */
  readonly otherInfo: Uint8Array;
  readonly length: number;
}
/** The key derivation of RFC 8636 5, that of SP 800-56A 5.8.1. */
export const pkinitKdf = ({ digest, secret, otherInfo, length }: KdfInput): Uint8Array =>
  stretched(hashOf[digest], (round) => Uint8Array.of(0, 0, 0, round + 1), [secret, otherInfo], length);

/** How the octets of a shared secret may have been understood by the other side. */
export interface SecretReading {
  readonly name: 'padded' | 'cut' | 'stripped';
  readonly octets: Uint8Array;
}
/**
 * As the RFC says; and only where the secret begins with n zero octets: with n octets cut from its end (a Heimdal that moved the
 * number to the right place but kept its short length), and without the zeros (older ones).
 * @param secret left-padded; the caller wipes each reading
 */
export function secretReadings(secret: Uint8Array): readonly SecretReading[] {
  const zeros = secret.findIndex((octet) => octet !== 0);
  const padded: SecretReading = { name: 'padded', octets: secret };
  if (zeros <= 0) return [padded];
  return [
    padded,
    { name: 'cut', octets: secret.slice(0, secret.length - zeros) },
    { name: 'stripped', octets: secret.slice(zeros) },
  ];
}

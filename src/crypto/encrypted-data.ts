import { createHmac, timingSafeEqual } from 'node:crypto';
import { MayflyError } from '../wire/mayfly-error.ts';
import { decryptCts, encryptCts } from './ciphertext-stealing.ts';
import { type EncryptionType, encryptionType } from './encryption-type.ts';
import { type derivedFor, deriveKey } from './key-derivation.ts';

/** EncryptionKey, RFC 4120 5.2.9. Whoever holds one wipes `value` when it is done. */
export interface EncryptionKey {
  readonly etype: number;
  readonly value: Uint8Array;
}
/** Octets of randomness in front of every plaintext. */
export const CONFOUNDER_LENGTH = 16;
/** The initial vector. */
const zeroBlock = new Uint8Array(16);

function typeOf({ etype, value }: EncryptionKey): EncryptionType {
  const type = encryptionType(etype);
  if (type?.keyLength === value.length) return type;
  throw new MayflyError('encryption-key', `there is no key of encryption type ${etype} with ${value.length} octets`);
}
/** Works with a derived key and wipes it. */
function withDerived<T>(
  key: EncryptionKey,
  usage: number,
  what: keyof typeof derivedFor,
  work: (derived: Uint8Array, type: EncryptionType) => T,
): T {
  const type = typeOf(key);
  const derived = deriveKey(type, key.value, usage, what);
  try {
    return work(derived, type);
  } finally {
    derived.fill(0);
  }
}
function mac({ hash, macLength }: EncryptionType, key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const hmac = createHmac(hash, key);
  for (const part of parts) hmac.update(part);
  return hmac.digest().subarray(0, macLength);
}
/**
 * Encrypts as RFC 3961 5.3 (types 17 and 18) or RFC 8009 5 (19 and 20).
 * @param confounder 16 fresh random octets
 * @throws MayflyError `encryption-key` for a type that does not exist here, or a key of another length
 */
export function encrypt(key: EncryptionKey, usage: number, plaintext: Uint8Array, confounder: Uint8Array): Uint8Array {
  if (confounder.length !== CONFOUNDER_LENGTH) throw new MayflyError('encryption-key', 'the confounder is not 16 octets');
  const ciphertext = withDerived(key, usage, 'encryption', (ke, type) => encryptCts(type, ke, [confounder, plaintext]));
  const tag = withDerived(key, usage, 'integrity', (ki, type) =>
    mac(type, ki, type.profile === 'rfc3962' ? [confounder, plaintext] : [zeroBlock, ciphertext]),
  );
  const out = new Uint8Array(ciphertext.length + tag.length);
  out.set(ciphertext);
  out.set(tag, ciphertext.length);
  return out;
}
/** The plaintext, for the caller to wipe; `undefined` when the integrity check fails. @throws MayflyError `encryption-key` */
export function decrypt(key: EncryptionKey, usage: number, bytes: Uint8Array): Uint8Array | undefined {
  const type = typeOf(key);
  const end = bytes.length - type.macLength;
  if (end < CONFOUNDER_LENGTH) return undefined;
  const ciphertext = bytes.subarray(0, end);
  const tag = bytes.subarray(end);
  const fits = (parts: readonly Uint8Array[]) =>
    timingSafeEqual(
      withDerived(key, usage, 'integrity', (ki) => mac(type, ki, parts)),
      tag,
    );
  if (type.profile === 'rfc8009' && !fits([zeroBlock, ciphertext])) return undefined;
  const plaintext = withDerived(key, usage, 'encryption', (ke) => decryptCts(type, ke, ciphertext));
  if (type.profile === 'rfc3962' && !fits([plaintext])) {
    plaintext.fill(0);
    return undefined;
  }
  return plaintext.subarray(CONFOUNDER_LENGTH);
}
/** The keyed checksum of the key's encryption type, RFC 3961 5.4 and RFC 8009 6. @throws MayflyError `encryption-key` */
export const getMic = (key: EncryptionKey, usage: number, bytes: Uint8Array): Uint8Array =>
  withDerived(key, usage, 'checksum', (kc, type) => Uint8Array.from(mac(type, kc, [bytes])));
/** Constant-time. @throws MayflyError `encryption-key` */
export function verifyMic(key: EncryptionKey, usage: number, bytes: Uint8Array, mic: Uint8Array): boolean {
  const right = getMic(key, usage, bytes);
  return right.length === mic.length && timingSafeEqual(right, mic);
}

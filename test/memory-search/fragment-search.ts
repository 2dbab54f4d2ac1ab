import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Eight octets are enough to know a secret by, and too many to meet by chance. */
const WINDOW = 8;
const CHUNK = 1 << 20;

/** Every window of a secret in the forms it could lie in memory: as it is, reversed (limbs), as hex and as base64. */
function fragmentsOf(secret: Uint8Array): Buffer[] {
  const straight = Buffer.from(secret);
  const reversed = Buffer.from(secret.toReversed());
  const texts = [
    straight.toString('hex'),
    straight.toString('hex').toUpperCase(),
    BigInt(`0x${straight.toString('hex')}`).toString(),
  ];
  const base64 = [0, 1, 2].map((skip) => straight.subarray(skip).toString('base64'));
  const bytes = [straight, reversed].flatMap((b) =>
    Array.from({ length: b.length / WINDOW }, (_, i) => b.subarray(i * WINDOW, (i + 1) * WINDOW)),
  );
  const parts = [...texts, ...base64].flatMap((text) => text.match(/.{16}/g) ?? []);
  // V8 keeps such texts with one octet a character.
  return [...bytes, ...parts.map((part) => Buffer.from(part, 'latin1'))];
}
/** Windows of a secret as it is, without its other forms: for many secrets at once. */
export const windowsOf = (secret: Uint8Array): Buffer[] =>
  Array.from({ length: secret.length / WINDOW }, (_, i) => Buffer.from(secret.subarray(i * WINDOW, (i + 1) * WINDOW)));
/** How many fragments of a secret lie in the writable memory of a process. */
export function countFragments(pid: number, secret: Uint8Array, fragments = fragmentsOf(secret)): number {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const chunk = Buffer.alloc(CHUNK + 64);
  let found = 0;
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n')) {
      const [, from = '', to = ''] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
      const end = Number.parseInt(to, 16);
      for (let at = Number.parseInt(from, 16); at < end; at += CHUNK) {
        const read = readAt(memory, chunk, at, Math.min(chunk.length, end - at));
        const part = chunk.subarray(0, read);
        if (read > 0) found += fragments.filter((fragment) => part.includes(fragment)).length;
      }
    }
  } finally {
    closeSync(memory);
    chunk.fill(0);
  }
  return found;
}
/** A region that cannot be read (a guard, a device) holds nothing of ours. */
function readAt(memory: number, into: Buffer, at: number, length: number): number {
  try {
    return readSync(memory, into, 0, length, at);
  } catch {
    return 0;
  }
}

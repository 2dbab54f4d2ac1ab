import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Eight octets are enough to know a secret by, and too many to meet by chance. */
const WINDOW = 8;
const CHUNK = 1 << 20;
const PAGE = 4096;
const ZEROS = Buffer.alloc(PAGE);
/** No fragment is longer. */
const MOST = 64;

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
/** Tells of fragments that lie in what it is given, in one pass for all of them: they are looked up by their first two octets. */
function searchFor(fragments: readonly Buffer[], met: (fragment: Buffer) => unknown): (octets: Buffer) => void {
  const begins = new Uint8Array(0x1_0000);
  const beginning = Map.groupBy(fragments, (fragment) => fragment.readUInt16LE());
  for (const pair of beginning.keys()) begins[pair] = 1;
  return (octets) => {
    let pair = (octets[0] ?? 0) << 8;
    for (let at = 0; at < octets.length - 1; at++) {
      pair = (pair >> 8) | ((octets[at + 1] ?? 0) << 8);
      if (begins[pair] !== 1) continue;
      for (const fragment of beginning.get(pair) ?? [])
        if (fragment.equals(octets.subarray(at, at + fragment.length))) met(fragment);
    }
  };
}
/** What is not zero, in runs of pages and a little of their neighbours: most of what a process has reserved was never written to. */
function* writtenIn(chunk: Buffer): Generator<Buffer> {
  const isZero = (at: number) => chunk.subarray(at, at + PAGE).equals(ZEROS.subarray(0, chunk.length - at));
  for (let at = 0; at < chunk.length; at += PAGE) {
    if (isZero(at)) continue;
    const from = at;
    while (at < chunk.length && !isZero(at)) at += PAGE;
    yield chunk.subarray(Math.max(0, from - MOST), at + MOST);
  }
}
/** Those fragments that lie in the writable memory of a process. */
export function fragmentsIn(pid: number, fragments: readonly Buffer[]): Set<Buffer> {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const chunk = Buffer.alloc(CHUNK + MOST);
  const found = new Set<Buffer>();
  const search = searchFor(fragments, (fragment) => found.add(fragment));
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n')) {
      const [, from = '', to = ''] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
      const end = Number.parseInt(to, 16);
      for (let at = Number.parseInt(from, 16); at < end; at += CHUNK) {
        const read = readAt(memory, chunk, at, Math.min(chunk.length, end - at));
        for (const written of writtenIn(chunk.subarray(0, read))) search(written);
      }
    }
  } finally {
    closeSync(memory);
    chunk.fill(0);
  }
  return found;
}
/** How many fragments of a secret, in any of its forms. */
export const countFragments = (pid: number, secret: Uint8Array): number => fragmentsIn(pid, fragmentsOf(secret)).size;
/** A region that cannot be read (a guard, a device) holds nothing of ours. */
function readAt(memory: number, into: Buffer, at: number, length: number): number {
  try {
    return readSync(memory, into, 0, length, at);
  } catch {
    return 0;
  }
}

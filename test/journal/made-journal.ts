import { generateKeyPairSync } from 'node:crypto';
import { type Ed25519Signer, type Ed25519Verifier, ed25519Signer, ed25519Verifier } from '../../src/crypto/ed25519.ts';
import { chainStart, nextLink } from '../../src/journal/chain.ts';
import type { Checkpoint } from '../../src/journal/checkpoint.ts';
import { entryText } from '../../src/journal/entry.ts';
import type { Finding } from '../../src/journal/finding.ts';
import type { JournalRow } from '../../src/journal/out-of-place.ts';
import { ChainVerification } from '../../src/journal/verify.ts';

/** A chain of these texts, the first one entry `first`, after `previous`. */
export function chained(texts: readonly string[], first = 1, previous: Uint8Array = chainStart): JournalRow[] {
  let hash = previous;
  return texts.map((text, i) => {
    hash = nextLink(hash, first + i, text);
    return { sequence: first + i, text, hash };
  });
}
export const textOf = (n: number, session = `session ${n}`): string =>
  entryText({ event: 'card-authenticated', at: 1_790_000_000 + n, session, card: `card ${n}` });
/** So many entries, each another one. */
export const madeJournal = (length: number): JournalRow[] => chained(Array.from({ length }, (_, i) => textOf(i + 1)));

export const checkpointOf = ({ sequence, hash }: JournalRow): Checkpoint => {
  return { journal: 'j1', sequence, hash, at: 1_790_000_000 + sequence };
};
/** One at every so many entries. */
export const checkpointsOf = (rows: readonly JournalRow[], every: number): Checkpoint[] =>
  rows.filter(({ sequence }) => sequence % every === 0).map(checkpointOf);

export function findingsIn(rows: Iterable<JournalRow>, checkpoints: readonly Checkpoint[] = []): Finding[] {
  const verification = new ChainVerification(checkpoints);
  const found: Finding[] = [];
  for (const row of rows) found.push(...verification.take(row));
  return [...found, ...verification.end()];
}
/** `changed 5`, `dropped 7-9`: what is found, for comparison. */
export const summary = (findings: readonly Finding[]): string[] =>
  findings.map(({ code, sequence, to }) => `${code} ${sequence}${to === undefined ? '' : `-${to}`}`).sort();

export function madeKey(): { readonly signer: Ed25519Signer; readonly verifier: Ed25519Verifier } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { signer: ed25519Signer(privateKey), verifier: ed25519Verifier(publicKey) };
}

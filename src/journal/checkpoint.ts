import type { Ed25519Signer, Ed25519Verifier } from '../crypto/ed25519.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { fromHex, toHex } from '../wire/hex.ts';
import { MayflyError } from '../wire/mayfly-error.ts';

/** How the chain stood at a time. Kept outside the database, it tells of a database that was rewritten as a whole. */
export interface Checkpoint {
  /** Which journal: lines of several may meet in one log. */
  readonly journal: string;
  readonly sequence: number;
  /** The link of the entry with that number. */
  readonly hash: Uint8Array;
  readonly at: UnixSeconds;
}
export type CheckpointReading =
  | { readonly ok: true; readonly checkpoint: Checkpoint }
  /** `forged`: well-formed, but not signed by this key as it stands. */
  | { readonly ok: false; readonly fault: 'malformed' | 'forged' };

const HASH = 32;
const SIGNATURE = 64;
const MOST_LINE = 1024;
/** Stands before what is signed: no other signature by the key, should there be any, passes for a checkpoint. */
const domain = 'mayfly journal checkpoint 1\0';
const encoder = new TextEncoder();

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isHex = (value: unknown, octets: number): value is string =>
  typeof value === 'string' && value.length === 2 * octets && /^[0-9a-f]*$/.test(value);
const isName = (value: unknown): value is string => typeof value === 'string' && /^[\x21-\x7e]{1,64}$/.test(value);

/** The fields in canonical order, without the brace that ends them. */
const fieldsText = ({ journal, sequence, hash, at }: Checkpoint): string =>
  `{"at":${at},"hash":"${toHex(hash)}","journal":${JSON.stringify(journal)},"sequence":${sequence}`;
const signedOctets = (fields: string) => encoder.encode(`${domain}${fields}}`);

/** One line, without its line feed. @throws MayflyError `journal-checkpoint` for what is none */
export function checkpointText(checkpoint: Checkpoint, signer: Ed25519Signer): string {
  const { journal, sequence, hash, at } = checkpoint;
  if (!isName(journal) || !isCount(sequence) || !isCount(at) || hash.length !== HASH) {
    throw new MayflyError('journal-checkpoint', 'a checkpoint needs a name, whole numbers and a hash');
  }
  const fields = fieldsText(checkpoint);
  return `${fields},"signature":"${toHex(signer.sign(signedOctets(fields)))}"}`;
}

/** Reads one line and checks its signature. */
export function readCheckpoint(line: string, verifier: Pick<Ed25519Verifier, 'verifies'>): CheckpointReading {
  const checkpoint = line.length <= MOST_LINE ? parse(line) : undefined;
  if (!checkpoint) return { ok: false, fault: 'malformed' };
  const { signature } = checkpoint;
  const fields = fieldsText(checkpoint);
  // Only the one spelling that was signed.
  if (line !== `${fields},"signature":"${signature}"}`) return { ok: false, fault: 'malformed' };
  if (!verifier.verifies(signedOctets(fields), fromHex(signature))) return { ok: false, fault: 'forged' };
  const { journal, sequence, hash, at } = checkpoint;
  return { ok: true, checkpoint: { journal, sequence, hash, at } };
}
function parse(line: string): (Checkpoint & { readonly signature: string }) | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const given: Readonly<Record<string, unknown>> = typeof value === 'object' && value !== null ? { ...value } : {};
  const { journal, sequence, hash, at, signature } = given as Readonly<Record<keyof Checkpoint | 'signature', unknown>>;
  if (!isName(journal) || !isCount(sequence) || !isCount(at) || !isHex(hash, HASH) || !isHex(signature, SIGNATURE))
    return undefined;
  return { journal, sequence, hash: fromHex(hash), at, signature };
}

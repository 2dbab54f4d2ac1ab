import type { Ed25519Signer, Ed25519Verifier } from '../crypto/ed25519.ts';
import { type Checkpoint, checkpointText, readCheckpoint } from '../journal/checkpoint.ts';
import { sameOctets } from '../journal/same-octets.ts';
import { isoTime, type UnixSeconds } from '../wire/der-time.ts';
import { toHex } from '../wire/hex.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { appendCheckpoint, checkpointLines } from './checkpoint-file.ts';
import type { Store } from './store.ts';

export interface CheckpointOptions {
  readonly store: Store;
  readonly signer: Ed25519Signer;
  readonly verifier: Ed25519Verifier;
  /** The file they are appended to. */
  readonly file: string;
  readonly clock: () => UnixSeconds;
  /** Told why one could not be written, each time it is tried; undefined when it was. */
  readonly told: (fault: MayflyError | undefined) => void;
  /** After so many entries, or so many milliseconds with entries at all. */
  readonly entries?: number;
  readonly interval?: number;
}
const ENTRIES = 1000;
const INTERVAL = 5 * 60_000;
/** Milliseconds between looks at how far the journal has got. */
const LOOK = 1000;

/** Signs how the chain stands, again and again, and writes it where the database is not. */
export class Checkpoints {
  readonly #options: CheckpointOptions;
  readonly #timer: NodeJS.Timeout;
  #last = 0;
  #lastAt = performance.now();
  #isFailing = false;
  #work: Promise<void> | undefined;

  private constructor(options: CheckpointOptions, last: number) {
    this.#options = options;
    this.#last = last;
    this.#timer = setInterval(() => void this.#look(), LOOK).unref();
  }
  /** Holds the journal against what was signed of it last, where that can be read. @throws MayflyError `journal-behind` */
  static async start(options: CheckpointOptions): Promise<Checkpoints> {
    const { store, told } = options;
    const last = await lastCheckpoint(options).catch((e: unknown) => {
      if (!(e instanceof MayflyError)) throw e;
      told(e);
      return undefined;
    });
    if (last) {
      const row = store.entries({ after: last.sequence - 1, limit: 1 })[0];
      const isThere = last.sequence === 0 || (row?.sequence === last.sequence && sameOctets(row.hash, last.hash));
      if (last.journal !== store.journal.name || !isThere) throw behind(last, store.head.sequence, options.file);
    }
    const checkpoints = new Checkpoints(options, last?.sequence ?? 0);
    await checkpoints.write();
    return checkpoints;
  }
  async #look(): Promise<void> {
    const { store, entries = ENTRIES, interval = INTERVAL } = this.#options;
    const news = store.head.sequence - this.#last;
    const isTime = performance.now() - this.#lastAt >= interval;
    if ((news >= entries && !this.#isFailing) || (news > 0 && isTime)) await this.write();
  }
  /** Writes one now, unless nothing has happened since the last. Never throws. */
  write(): Promise<void> {
    this.#work ??= this.#write().finally(() => {
      this.#work = undefined;
    });
    return this.#work;
  }
  async #write(): Promise<void> {
    const { store, signer, file, clock, told } = this.#options;
    const { sequence, hash } = store.head;
    if (sequence === this.#last) return;
    const at = clock();
    const journal = store.journal.name;
    try {
      await appendCheckpoint(file, checkpointText({ journal, sequence, hash, at }, signer));
      this.#isFailing = false;
      told(undefined);
      // The entry that says so is no news by itself.
      this.#last = sequence + 1;
      store.note({ entries: [{ event: 'checkpoint', at, sequence, hash: toHex(hash), journal }] });
    } catch (e) {
      this.#isFailing = true;
      told(e instanceof MayflyError ? e : new MayflyError('checkpoint-write', 'no checkpoint could be made', { cause: e }));
    }
    this.#lastAt = performance.now();
  }
  /** Writes the last one. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#work;
    await this.write();
  }
}

/** Of this journal; where there is none, of the one that was here before: who could rewrite a journal could give it another name. */
async function lastCheckpoint({ store, verifier, file }: CheckpointOptions): Promise<Checkpoint | undefined> {
  const { name } = store.journal;
  const lines = await checkpointLines(file);
  let other: Checkpoint | undefined;
  for (const { line } of lines.toReversed()) {
    const read = readCheckpoint(line, verifier);
    if (read.ok && read.checkpoint.journal === name) return read.checkpoint;
    if (read.ok) other ??= read.checkpoint;
  }
  return other;
}
const behind = ({ sequence, at }: Checkpoint, last: number, file: string): MayflyError =>
  new MayflyError(
    'journal-behind',
    `the journal ends at entry ${last} or is another one: entry ${sequence} was signed at ${isoTime(at)} in ${file}`,
    {
      next: 'see `mayfly journal verify`; an old backup is put in place with `mayfly restore`; to begin anew, move the checkpoints away too',
    },
  );

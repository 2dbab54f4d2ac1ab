import { chainStart, nextLink } from '../journal/chain.ts';
import type { JournalRow } from '../journal/out-of-place.ts';
import { sameOctets } from '../journal/same-octets.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { Questions, Statements } from './statements.ts';
import type { WrittenEntry } from './written-form.ts';

/** Where the chain stands. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: Uint8Array;
  /** Time of the last entry. */
  readonly at: number | undefined;
}
export interface JournalFilter {
  /** Sequence number to go on from. */
  readonly after?: number | undefined;
  readonly event?: string | undefined;
  readonly session?: string | undefined;
  /** Unix seconds, both included. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly limit: number;
}
/** Entries at the end that are held against each other before the chain goes on. */
const CHECKED = 256;

const rowOf = (row: Readonly<Record<string, unknown>>): JournalRow => {
  return { sequence: Number(row['seq']), text: String(row['entry']), hash: new Uint8Array(row['hash'] as Uint8Array) };
};

/** The journal's table: one chain, whoever writes it. */
export class JournalTable {
  readonly #statements: Statements;
  readonly #questions: Questions;
  #head: ChainHead;
  #next: ChainHead;
  constructor(statements: Statements, questions: Questions) {
    this.#statements = statements;
    this.#questions = questions;
    this.#head = this.#read();
    this.#next = this.#head;
  }
  /** Of what is durable. */
  get head(): ChainHead {
    return this.#head;
  }
  get lastAt(): number | undefined {
    return this.#head.at;
  }
  /** Which journal this is; it is copied with it. */
  get name(): string {
    return String(this.#statements.name.get()?.['name']);
  }
  #read(): ChainHead {
    const row = this.#statements.head.get();
    if (!row) return { sequence: 0, hash: chainStart, at: undefined };
    return { sequence: Number(row['seq']), hash: new Uint8Array(row['hash'] as Uint8Array), at: Number(row['at']) };
  }
  /** In a transaction: another process may have written since. */
  begin(): void {
    this.#next = this.#read();
  }
  append({ text, event, session, at }: WrittenEntry): void {
    const sequence = this.#next.sequence + 1;
    const hash = nextLink(this.#next.hash, sequence, text);
    this.#statements.append.run(sequence, text, hash, event, session, at);
    this.#next = { sequence, hash, at };
  }
  /** The transaction is durable. */
  settle(): void {
    this.#head = this.#next;
  }
  /** In order, as they were written. */
  entries({ after, event, session, since, until, limit }: JournalFilter): readonly JournalRow[] {
    const conditions = [
      ['seq > ?', after],
      ['event = ?', event],
      ['session = ?', session],
      ['at >= ?', since],
      ['at <= ?', until],
    ] as const;
    return this.#questions.ask('SELECT seq, entry, hash FROM journal', conditions, 'ORDER BY seq LIMIT ?', limit).map(rowOf);
  }
  /** @throws MayflyError `store-damaged` where the last entries do not follow each other: a broken chain is not gone on with */
  checkEnd(path: string): void {
    const from = Math.max(0, this.#head.sequence - CHECKED);
    const rows = this.entries({ after: from === 0 ? 0 : from - 1, limit: CHECKED + 1 });
    let previous = from === 0 ? chainStart : undefined;
    for (const { sequence, text, hash } of rows) {
      if (previous && !sameOctets(nextLink(previous, sequence, text), hash)) {
        throw new MayflyError('store-damaged', `entry ${sequence} of the journal in ${path} is not what was written`, {
          next: 'see `mayfly journal verify`; restore it from a backup',
        });
      }
      previous = hash;
    }
  }
}

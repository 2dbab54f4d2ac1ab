import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { chainStart, nextLink } from '../journal/chain.ts';
import { entryText, type JournalEntry } from '../journal/entry.ts';
import type { JournalRow } from '../journal/out-of-place.ts';
import type { Change, SessionFilter, SessionStore } from '../session/ports.ts';
import type { CardRecord, Session } from '../session/session.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { migrate } from './schema.ts';
import { prepared, type Statements } from './statements.ts';
import { storeError } from './store-error.ts';

/** Where the chain stands. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: Uint8Array;
}
interface Waiting {
  readonly change: Change;
  readonly resolve: () => void;
  readonly reject: (e: unknown) => void;
}
/** Changes that wait for the disk; more is refused, for whoever asks them has no patience left. */
const MOST_WAITING = 10_000;
/** Notes that could not be written yet; beyond it the store says so and takes no more changes until they are. */
const MOST_NOTES = 100_000;
/** Milliseconds between attempts to write notes that failed. */
const NOTES_AGAIN = 1000;

const personKey = ({ person }: Session): string | null => (person ? `${person.issuer}#${person.subject}` : null);

/**
 * Journal, sessions and tokens in one SQLite file. Changes that wait together share one transaction and one flush; each is in it
 * whole or not at all.
 */
export class Store implements SessionStore {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  readonly #failed: (e: unknown) => void;
  #head: ChainHead;
  #waiting: Waiting[] = [];
  #notes: Change[] = [];
  #isScheduled = false;
  #retry: NodeJS.Timeout | undefined;
  #broken: MayflyError | undefined;
  #isClosed = false;

  private constructor(path: string, database: DatabaseSync, failed: (e: unknown) => void) {
    this.path = path;
    this.#database = database;
    this.#failed = failed;
    this.#statements = prepared(database);
    this.#head = this.#readHead();
  }
  /** @throws MayflyError `store-busy`, `store-newer`, `store-damaged` */
  static open(path: string, failed: (e: unknown) => void = () => undefined): Store {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const isNew = !existsSync(path);
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(path, { timeout: 0 });
      if (isNew) chmodSync(path, 0o600);
      // One service owns the file: a second one would fork the chain.
      database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
      database.exec('BEGIN IMMEDIATE; COMMIT');
      migrate(database, path);
      return new Store(path, database, failed);
    } catch (cause) {
      database?.close();
      if (cause instanceof Error && 'errcode' in cause && (Number(cause.errcode) & 0xff) === 5) {
        throw new MayflyError('store-busy', `another process has ${path} open`, {
          cause,
          next: 'stop the service that runs on this data folder, or ask it',
        });
      }
      throw storeError(cause, path);
    }
  }

  get head(): ChainHead {
    return this.#head;
  }
  /** Why nothing can be written now; undefined when the last write went well. */
  get fault(): MayflyError | undefined {
    return this.#broken;
  }

  commit(change: Change): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new MayflyError('store-closed', 'the journal is closed'));
      if (this.#waiting.length >= MOST_WAITING || this.#notes.length >= MOST_NOTES) {
        return reject(this.#broken ?? new MayflyError('store-busy', 'too many changes wait for the journal'));
      }
      this.#waiting.push({ change, resolve, reject });
      this.#schedule();
    });
  }
  note(change: Change): void {
    if (this.#isClosed) return;
    this.#notes.push(change);
    this.#schedule();
  }
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }
  /** Writes what waits, now. */
  flush(): void {
    const waiting = this.#waiting;
    const notes = this.#notes;
    if (this.#isClosed || waiting.length + notes.length === 0) return;
    this.#waiting = [];
    this.#notes = [];
    // A note that came before a change is written before it, and a change that fails takes no note with it.
    try {
      this.#transact([...notes, ...waiting.map(({ change }) => change)]);
      this.#broken = undefined;
      for (const { resolve } of waiting) resolve();
    } catch (cause) {
      const error = storeError(cause, this.path);
      this.#broken = error;
      this.#notes = [...notes, ...this.#notes];
      for (const { reject } of waiting) reject(error);
      this.#failed(error);
      if (notes.length > 0) this.#again();
    }
  }
  #again(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      this.flush();
    }, NOTES_AGAIN);
  }
  #transact(changes: readonly Change[]): void {
    this.#database.exec('BEGIN IMMEDIATE');
    const before = this.#head;
    try {
      for (const { entries, session, card } of changes) {
        for (const entry of entries) this.#append(entry);
        if (session)
          this.#statements.save.run(session.id, session.state, session.caller.id, personKey(session), JSON.stringify(session));
        if (card) this.#statements.saveCard.run(card.id, card.session, card.state, JSON.stringify(card));
      }
      this.#database.exec('COMMIT');
    } catch (e) {
      this.#head = before;
      // SQLite has rolled back by itself where it had to; then there is nothing left to roll back.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw e;
    }
  }
  #append(entry: JournalEntry): void {
    const text = entryText(entry);
    const sequence = this.#head.sequence + 1;
    const hash = nextLink(this.#head.hash, sequence, text);
    const session = 'session' in entry && typeof entry.session === 'string' ? entry.session : null;
    this.#statements.append.run(sequence, text, hash, entry.event, session, entry.at);
    this.#head = { sequence, hash };
  }
  #readHead(): ChainHead {
    const row = this.#statements.head.get() as { seq: number; hash: Uint8Array } | undefined;
    return row ? { sequence: row.seq, hash: new Uint8Array(row.hash) } : { sequence: 0, hash: chainStart };
  }

  /** Changes that are not written yet; whoever asks here sees them all the same. */
  #unwritten(): readonly Change[] {
    return [...this.#notes, ...this.#waiting.map(({ change }) => change)];
  }
  session(id: string): Session | undefined {
    const noted = this.#notes.findLast(({ session }) => session?.id === id)?.session;
    if (noted) return noted;
    const row = this.#statements.one.get(id) as { value: string } | undefined;
    return row && (JSON.parse(row.value) as Session);
  }
  sessions({ of, state, before, limit }: SessionFilter): readonly Session[] {
    const rows = this.#statements.list.all({ of: of ?? null, state: state ?? null, before: before ?? null, limit });
    return rows.map((row) => JSON.parse(String(row['value'])) as Session);
  }
  openSessions(): readonly Session[] {
    return this.#statements.openSessions.all().map((row) => JSON.parse(String(row['value'])) as Session);
  }
  cardsOf(session: string): readonly CardRecord[] {
    const written = this.#statements.cards.all(session).map((row) => JSON.parse(String(row['value'])) as CardRecord);
    const records = new Map(written.map((record) => [record.id, record] as const));
    for (const { card } of this.#unwritten()) if (card?.session === session) records.set(card.id, card);
    return [...records.values()];
  }
  openCards(): readonly CardRecord[] {
    return this.#statements.openCards.all().map((row) => JSON.parse(String(row['value'])) as CardRecord);
  }
  /** Entries in order, as they were written. */
  entries({ after = 0, event, session, since, until, limit }: JournalFilter): readonly JournalRow[] {
    const rows = this.#statements.entries.all({
      after,
      event: event ?? null,
      session: session ?? null,
      since: since ?? null,
      until: until ?? null,
      limit,
    });
    return rows.map((row) => ({
      sequence: Number(row['seq']),
      text: String(row['entry']),
      hash: new Uint8Array(row['hash'] as Uint8Array),
    }));
  }

  token(id: string): string | undefined {
    const row = this.#statements.token.get(id) as { value: string } | undefined;
    return row?.value;
  }
  tokens(): readonly string[] {
    return this.#statements.tokens.all().map((row) => String(row['value']));
  }
  /** Durable, with its entry, when it returns. */
  saveToken(id: string, value: string, entry: JournalEntry): void {
    this.flush();
    const before = this.#head;
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      this.#append(entry);
      this.#statements.saveToken.run(id, value);
      this.#database.exec('COMMIT');
    } catch (cause) {
      this.#head = before;
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw storeError(cause, this.path);
    }
  }

  /** A copy of everything as it is now, in one piece, to a file that is not there yet. */
  backup(path: string): void {
    if (existsSync(path)) throw new MayflyError('backup-exists', `${path} is there already`, { next: 'name another file' });
    this.flush();
    try {
      this.#database.prepare('VACUUM INTO ?').run(path);
      chmodSync(path, 0o600);
    } catch (cause) {
      throw new MayflyError('backup-write', `the backup ${path} cannot be written`, {
        cause,
        next: 'name a folder that this user can write',
      });
    }
  }
  close(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#retry);
    this.flush();
    this.#isClosed = true;
    for (const { reject } of this.#waiting) reject(new MayflyError('store-closed', 'the journal is closed'));
    this.#database.close();
  }
}

export interface JournalFilter {
  /** Sequence number to go on from. */
  readonly after?: number | undefined;
  readonly event?: string | undefined;
  readonly session?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly limit: number;
}

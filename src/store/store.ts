import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { JournalEntry } from '../journal/entry.ts';
import type { JournalRow } from '../journal/out-of-place.ts';
import type { Change, SessionFilter, SessionStore } from '../session/ports.ts';
import type { CardRecord, Session } from '../session/session.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { openDatabase, ServiceLock } from './database.ts';
import { type ChainHead, JournalTable } from './journal-table.ts';
import { cardsIn, sessionsIn } from './session-table.ts';
import { prepared, Questions, type Statements } from './statements.ts';
import { storeError } from './store-error.ts';
import { type Written, writtenForm } from './written-form.ts';

interface Waiting {
  readonly written: Written;
  /** Undefined for a note. */
  readonly done: { readonly resolve: () => void; readonly reject: (e: unknown) => void } | undefined;
}
/** What waits for the disk; more changes are refused, for whoever asks them has no patience left. */
const MOST_WAITING = 10_000;
/** Milliseconds between attempts to write notes that failed. */
const NOTES_AGAIN = 1000;

export interface StoreOptions {
  /** Whether this is the service, of which there is one. Commands write their few entries beside it. */
  readonly isService?: boolean;
  /** Told of each write that failed. */
  readonly failed?: (e: MayflyError) => void;
}

/**
 * Journal, sessions and tokens in one SQLite file. Changes that wait together share one transaction and one flush; each is in it
 * whole or not at all.
 */
export class Store implements SessionStore {
  readonly path: string;
  readonly journal: JournalTable;
  readonly #database: DatabaseSync;
  readonly #lock: ServiceLock | undefined;
  readonly #statements: Statements;
  readonly #questions: Questions;
  readonly #failed: (e: MayflyError) => void;
  readonly #place: string;
  /** Notes are bounded by what is live: nothing is begun while they cannot be written. */
  #queue: Waiting[] = [];
  #isScheduled = false;
  #retry: NodeJS.Timeout | undefined;
  #fault: MayflyError | undefined;
  #isClosed = false;

  private constructor(path: string, database: DatabaseSync, lock: ServiceLock | undefined, failed: (e: MayflyError) => void) {
    this.path = path;
    this.#database = database;
    this.#lock = lock;
    this.#failed = failed;
    this.#statements = prepared(database);
    this.#questions = new Questions(database);
    this.journal = new JournalTable(this.#statements, this.#questions);
    this.#place = this.#placeNow();
  }
  /** @throws MayflyError `service-runs`, `store-newer`, `store-damaged`, `store-busy` */
  static open(path: string, { isService = false, failed = () => undefined }: StoreOptions = {}): Store {
    const lock = isService ? new ServiceLock(path) : undefined;
    let database: DatabaseSync | undefined;
    try {
      database = openDatabase(path);
      const store = new Store(path, database, lock, failed);
      store.journal.checkEnd(path);
      return store;
    } catch (cause) {
      database?.close();
      lock?.release();
      throw storeError(cause, path);
    }
  }
  /** Of the chain, as far as it is durable. */
  get head(): ChainHead {
    return this.journal.head;
  }
  /** Why the last write failed; undefined when it went well. */
  get fault(): MayflyError | undefined {
    return this.#fault;
  }

  commit(change: Change): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw new MayflyError('store-closed', 'the journal is closed');
      // What was noted goes first, and is tried again when the time has come.
      if (this.#retry) throw this.#fault ?? new MayflyError('store-busy', 'the journal is behind');
      if (MOST_WAITING <= this.#queue.length) throw new MayflyError('store-busy', 'too many changes wait for the journal');
      this.#enqueue({ written: writtenForm(change), done: { resolve, reject } });
    });
  }
  note(change: Change): void {
    if (this.#isClosed) return;
    try {
      this.#enqueue({ written: writtenForm(change), done: undefined });
    } catch (e) {
      this.#failed(storeError(e, this.path));
    }
  }
  #enqueue(waiting: Waiting): void {
    this.#queue.push(waiting);
    if (this.#isScheduled || this.#retry) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }
  /** Writes what waits, in the order it came. */
  #flush(): void {
    const queue = this.#queue;
    if (this.#isClosed || queue.length === 0) return;
    try {
      this.#transact(() => {
        for (const { written } of queue) this.#write(written);
      });
      this.#queue = [];
      for (const { done } of queue) done?.resolve();
    } catch (e) {
      this.#queue = queue.filter(({ done }) => !done);
      if (this.#queue.length > 0) this.#again();
      for (const { done } of queue) done?.reject(e);
    }
  }
  #again(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      this.#flush();
    }, NOTES_AGAIN);
  }
  /** All of it, on the disk under the name that the file has, or nothing. @throws MayflyError `store-…` */
  #transact(write: () => void): void {
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        this.journal.begin();
        write();
        this.#database.exec('COMMIT');
      } catch (e) {
        // SQLite has rolled back by itself where it had to; then there is nothing left to roll back.
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw e;
      }
      if (this.#placeNow() !== this.#place) throw moved(this.path);
      this.journal.settle();
      this.#fault = undefined;
    } catch (cause) {
      const error = storeError(cause, this.path);
      this.#fault = error;
      this.#failed(error);
      throw error;
    }
  }
  #write({ entries, session, card }: Written): void {
    for (const entry of entries) this.journal.append(entry);
    if (session) this.#statements.saveSession.run(...session.row);
    if (card) this.#statements.saveCard.run(...card.row);
  }
  /** A file that was deleted or replaced takes writes as well as any, and nobody would ever see them. */
  #placeNow(): string {
    const ofFile = (path: string) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found ? `${found.dev}.${found.ino}` : 'none';
    };
    return `${ofFile(this.path)} ${ofFile(`${this.path}-wal`)}`;
  }

  #noted(): readonly Written[] {
    return this.#queue.filter(({ done }) => !done).map(({ written }) => written);
  }

  session(id: string): Session | undefined {
    const noted = this.#noted().findLast(({ session }) => session?.value.id === id);
    if (noted?.session) return noted.session.value;
    const row = this.#statements.session.get(id);
    return row && (JSON.parse(String(row['value'])) as Session);
  }
  sessions(filter: SessionFilter): readonly Session[] {
    return sessionsIn(this.#questions, filter);
  }
  openSessions(): readonly Session[] {
    return this.#statements.openSessions.all().map((row) => JSON.parse(String(row['value'])) as Session);
  }
  cardsOf(session: string): readonly CardRecord[] {
    const records = new Map(cardsIn(this.#statements.cards.all(session)).map((record) => [record.id, record]));
    for (const { card } of this.#noted()) if (card?.value.session === session) records.set(card.value.id, card.value);
    return [...records.values()];
  }
  openCards(): readonly CardRecord[] {
    return cardsIn(this.#statements.openCards.all());
  }
  lastEntryAt(): number | undefined {
    return this.journal.lastAt;
  }
  entries(filter: Parameters<JournalTable['entries']>[0]): readonly JournalRow[] {
    return this.journal.entries(filter);
  }

  token(id: string): string | undefined {
    const row = this.#statements.token.get(id);
    return row && String(row['value']);
  }
  tokens(): readonly string[] {
    return this.#statements.tokens.all().map((row) => String(row['value']));
  }
  /** Durable, with its entry, when it returns. @throws MayflyError `store-…` */
  saveToken(id: string, value: string, entry: JournalEntry): void {
    if (this.#isClosed) throw new MayflyError('store-closed', 'the journal is closed');
    const written = writtenForm({ entries: [entry] });
    this.#transact(() => {
      this.#write(written);
      this.#statements.saveToken.run(id, value);
    });
  }
  /** Goes on under another name, with an entry that says why. @throws MayflyError `store-…` */
  becomeAnother(entry: JournalEntry): void {
    const written = writtenForm({ entries: [entry] });
    this.#transact(() => {
      this.#write(written);
      this.#database.exec('UPDATE journal_name SET name = lower(hex(randomblob(8)))');
    });
  }
  close(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#retry);
    this.#flush();
    this.#isClosed = true;
    this.#database.close();
    this.#lock?.release();
  }
}

const moved = (path: string): MayflyError =>
  new MayflyError('store-moved', `${path} is no longer the file that was opened`, {
    next: 'put it back, or restore a backup and start the service again',
  });

import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { MayflyError } from '../wire/mayfly-error.ts';

/**
 * Held by the one process that may open a CA's key and log. SQLite's file lock is the operating system's: it ends with the
 * process, however that ends, and leaves nothing to clean up.
 */
export class ProcessLock {
  readonly #database: DatabaseSync;
  constructor(path: string) {
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(path, { timeout: 0 });
      chmodSync(path, 0o600);
      database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    } catch (cause) {
      database?.close();
      throw lockError(path, cause);
    }
    this.#database = database;
  }
  release(): void {
    this.#database.close();
  }
}

/** SQLITE_BUSY, sqlite.org/rescode.html. */
const BUSY = 5;
function lockError(path: string, cause: unknown): MayflyError {
  if (cause instanceof Error && 'errcode' in cause && cause.errcode === BUSY) {
    const next = 'stop the running `mayfly ca serve` first, or ask it instead';
    return new MayflyError('ca-busy', 'another process has this CA open', { cause, next });
  }
  const reason = cause instanceof Error ? cause.message : 'unknown cause';
  return new MayflyError('ca-lock', `cannot lock ${path} (${reason})`, {
    cause,
    next: 'free space, or see that this user may write there; the file holds nothing and may be removed while no CA process runs',
  });
}

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
    this.#database = new DatabaseSync(path, { timeout: 0 });
    try {
      chmodSync(path, 0o600);
      this.#database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    } catch (cause) {
      this.#database.close();
      throw new MayflyError('ca-busy', 'another process has this CA open', {
        cause,
        next: 'stop the running `mayfly ca serve` first, or ask it instead',
      });
    }
  }
  release(): void {
    this.#database.close();
  }
}

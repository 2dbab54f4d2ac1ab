import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MayflyError } from '../wire/mayfly-error.ts';
import { migrate, newer, SCHEMA_VERSION, versionOf } from './schema.ts';
import { isBusy, storeError } from './store-error.ts';

/** Milliseconds that a writer waits for another process to finish its transaction; each takes a millisecond or two. */
const PATIENCE = 1000;
/** Pages of its log (16 MB) after which SQLite takes them into the database: most of them are written again and again until then. */
const LOG_PAGES = 4000;

/** Open for writing, brought to this version's schema. Readable and writable for its owner alone. @throws MayflyError `store-…` */
export function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // Never there with more rights than it will have: SQLite gives its other files those of this one.
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
    database = new DatabaseSync(path, { timeout: PATIENCE });
    // FULL: a commit is on the disk when it returns. The other two do the same where fsync alone does not (macOS).
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON',
    );
    database.exec(`PRAGMA trusted_schema = OFF; PRAGMA wal_autocheckpoint = ${LOG_PAGES}`);
    migrate(database, path);
    return database;
  } catch (cause) {
    database?.close();
    throw storeError(cause, path);
  }
}
/** Open for reading, while another process may be writing. @throws MayflyError `store-…` */
export function openForReading(path: string): DatabaseSync {
  if (!existsSync(path))
    throw new MayflyError('store-missing', `there is no ${path}`, { next: 'name the data folder, or the file' });
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: PATIENCE });
    database.exec('PRAGMA trusted_schema = OFF');
    const version = versionOf(database);
    if (SCHEMA_VERSION < version) throw newer(path, version);
    return database;
  } catch (cause) {
    database?.close();
    throw storeError(cause, path);
  }
}

/** Held by the one service that runs on a database. The lock is the operating system's: it ends with the process, however that ends. */
export class ServiceLock {
  readonly #database: DatabaseSync;
  /** @throws MayflyError `service-runs` */
  constructor(path: string) {
    let database: DatabaseSync | undefined;
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      closeSync(openSync(`${path}.lock`, 'a', 0o600));
      database = new DatabaseSync(`${path}.lock`, { timeout: 0 });
      database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
      this.#database = database;
    } catch (cause) {
      database?.close();
      if (!isBusy(cause)) throw storeError(cause, path);
      throw new MayflyError('service-runs', `a service runs on ${path} already`, { cause, next: 'stop it first' });
    }
  }
  release(): void {
    this.#database.close();
  }
}

import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { JournalRow } from '../journal/out-of-place.ts';
import { ChainVerification } from '../journal/verify.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { checkpointFiles } from './checkpoint-file.ts';
import { openForReading, ServiceLock } from './database.ts';
import { journalRows } from './read-journal.ts';
import { Store } from './store.ts';
import { storeError } from './store-error.ts';

function synced(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}
/** A copy in one piece, of its owner's alone, whole when it appears under its name; what is there under it is not replaced. */
function copyTo(database: DatabaseSync, path: string): void {
  const temporary = `${path}.new`;
  try {
    rmSync(temporary, { force: true });
    closeSync(openSync(temporary, 'wx', 0o600));
    database.prepare('VACUUM INTO ?').run(temporary);
    synced(temporary);
    linkSync(temporary, path);
    synced(dirname(path));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')
      throw new MayflyError('backup-exists', `${path} is there already`, { cause, next: 'name another file' });
    const { message } = storeError(cause, path);
    throw new MayflyError('backup-write', `cannot write ${path}: ${message}`, { cause, next: 'name a folder with room in it' });
  } finally {
    rmSync(temporary, { force: true });
  }
}
/** The last entry of a journal that is whole. @throws MayflyError `store-damaged` */
function wholeJournal(path: string): JournalRow | undefined {
  const database = openForReading(path);
  try {
    const chain = new ChainVerification([]);
    let last: JournalRow | undefined;
    for (const row of journalRows(database, path)) {
      const [fault] = chain.take(row);
      if (fault) throw damaged(path, fault.where);
      last = row;
    }
    const [fault] = chain.end();
    if (fault) throw damaged(path, fault.where);
    return last;
  } finally {
    database.close();
  }
}
const damaged = (path: string, where: string): MayflyError =>
  new MayflyError('store-damaged', `the journal in ${path} is not what was written: ${where}`, {
    next: 'see `mayfly journal verify`, or take an older backup',
  });

/** Copies a database, whether its service runs or not, and checks the copy. @returns its last entry @throws MayflyError `backup-…`, `store-…` */
export function backUp(path: string, to: string): JournalRow | undefined {
  if (existsSync(to)) throw new MayflyError('backup-exists', `${to} is there already`, { next: 'name another file' });
  const database = openForReading(path);
  try {
    copyTo(database, to);
  } finally {
    database.close();
  }
  try {
    return wholeJournal(to);
  } catch (e) {
    // Of a broken journal the copy is kept: it is evidence.
    if (e instanceof MayflyError && e.code === 'store-damaged') throw e;
    rmSync(to, { force: true });
    throw e;
  }
}

export interface Restored {
  /** Number of the last entry that was restored. */
  readonly last: number;
  /** Where the database and the checkpoints are that were in its place. */
  readonly aside: readonly string[];
}
/**
 * Puts a backup in the place of the database; what was there is set aside, never deleted. From here on it is another journal: its
 * checkpoints are not those of the one that went on without it.
 * @throws MayflyError `service-runs`, `store-…`, `backup-…`
 */
export function restore(path: string, from: string, checkpoints: string, at: UnixSeconds): Restored {
  const lock = new ServiceLock(path);
  try {
    const last = wholeJournal(from)?.sequence ?? 0;
    const suffix = `before-restore-${at}`;
    const fresh = `${path}.restored`;
    rmSync(fresh, { force: true });
    const database = openForReading(from);
    try {
      copyTo(database, fresh);
    } finally {
      database.close();
    }
    const store = Store.open(fresh);
    store.becomeAnother({
      event: 'alarm',
      at,
      code: 'journal-restored',
      sentence: `restored from a backup that ends at entry ${last}`,
    });
    store.close();
    const aside: string[] = [];
    const setAside = (file: string, as: string) => {
      if (!existsSync(file)) return;
      renameSync(file, as);
      aside.push(as);
    };
    // First what belongs to the old file and would be taken for the new one's; the file itself is there at every moment.
    setAside(`${path}-wal`, `${path}.${suffix}-wal`);
    rmSync(`${path}-shm`, { force: true });
    if (existsSync(path)) {
      linkSync(path, `${path}.${suffix}`);
      aside.push(`${path}.${suffix}`);
    }
    renameSync(fresh, path);
    for (const file of checkpointFiles(checkpoints)) setAside(file, `${file}.${suffix}`);
    synced(dirname(path));
    return { last, aside };
  } finally {
    lock.release();
  }
}

import { MayflyError } from '../wire/mayfly-error.ts';

/** Primary result codes, sqlite.org/rescode.html. */
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

const codeOf = (cause: unknown): number =>
  cause instanceof Error && 'errcode' in cause && typeof cause.errcode === 'number' ? cause.errcode & 0xff : -1;
export const isBusy = (cause: unknown): boolean => codeOf(cause) === SQLITE_BUSY;
const isOutOfRoom = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC';

/** What SQLite or the file system says, as a clause and what to do. */
export function storeError(cause: unknown, path: string): MayflyError {
  if (cause instanceof MayflyError) return cause;
  const code = codeOf(cause);
  if (code === SQLITE_FULL || isOutOfRoom(cause)) {
    const next = `free space on the disk of ${path}`;
    return new MayflyError('store-full', 'there is no room left for the journal', { cause, next });
  }
  if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB)
    return new MayflyError('store-damaged', `${path} is damaged`, { cause, next: 'restore it from a backup' });
  if (code === SQLITE_BUSY) {
    const next = 'find out who writes to it, and try again';
    return new MayflyError('store-busy', `another process holds ${path}`, { cause, next });
  }
  const reason = cause instanceof Error ? cause.message : 'unknown cause';
  const next = `look at the disk and the rights of ${path}`;
  return new MayflyError('store-write', `the journal cannot be written (${reason})`, { cause, next });
}

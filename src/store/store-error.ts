import { MayflyError } from '../wire/mayfly-error.ts';

const SQLITE_FULL = 13;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** What SQLite says, as a clause and what to do. sqlite.org/rescode.html. */
export function storeError(cause: unknown, path: string): MayflyError {
  if (cause instanceof MayflyError) return cause;
  const code = cause instanceof Error && 'errcode' in cause && typeof cause.errcode === 'number' ? cause.errcode & 0xff : -1;
  const reason = cause instanceof Error ? cause.message : 'unknown cause';
  if (code === SQLITE_FULL) {
    return new MayflyError('store-full', 'there is no room left for the journal', {
      cause,
      next: `free space on the disk of ${path}`,
    });
  }
  if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB) {
    return new MayflyError('store-damaged', `${path} is damaged`, { cause, next: 'restore it from a backup' });
  }
  return new MayflyError('store-write', `the journal cannot be written (${reason})`, {
    cause,
    next: `look at the disk and the rights of ${path}`,
  });
}

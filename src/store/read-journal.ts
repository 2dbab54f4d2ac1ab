import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { DatabaseSync } from 'node:sqlite';
import type { JournalRow } from '../journal/out-of-place.ts';
import { fromHex, toHex } from '../wire/hex.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { storeError } from './store-error.ts';

/** Whoever could write the database may have put anything there; what is read here is only ever what a table holds. */
function checkTable(database: DatabaseSync, name: string, path: string): void {
  const found = database.prepare('SELECT type FROM sqlite_schema WHERE name = ?').get(name);
  if (found?.['type'] !== 'table')
    throw new MayflyError('store-damaged', `${path} has no table ${name}`, { next: 'restore it from a backup' });
}
/** Every row, in order, without holding them in memory. @throws MayflyError `store-…` */
export function* journalRows(database: DatabaseSync, path: string): Generator<JournalRow> {
  checkTable(database, 'journal', path);
  try {
    const statement = database.prepare('SELECT seq, entry, hash FROM journal ORDER BY seq');
    statement.setReadBigInts(true);
    for (const { seq, entry, hash } of statement.iterate())
      yield {
        sequence: Number(seq),
        text: String(entry),
        hash: hash instanceof Uint8Array ? new Uint8Array(hash) : new Uint8Array(),
      };
  } catch (cause) {
    throw storeError(cause, path);
  }
}
/** Undefined for a database of before names. */
export function journalName(database: DatabaseSync): string | undefined {
  const isThere = database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'journal_name' AND type = 'table'`).get();
  return isThere && String(database.prepare('SELECT name FROM journal_name').get()?.['name']);
}

const MOST_LINE = 4 * 1024 * 1024;
/** A row as a line of an export. */
export const exportedLine = ({ sequence, text, hash }: JournalRow): string =>
  JSON.stringify({ seq: sequence, entry: text, hash: toHex(hash) });
/** Rows of an export. A line that is none stands for a row that is none. @throws MayflyError `journal-export` */
export async function* exportedRows(path: string): AsyncGenerator<JournalRow> {
  const input = createReadStream(path);
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) if (line !== '') yield rowOf(line);
  } catch (cause) {
    throw new MayflyError('journal-export', `cannot read the export ${path}`, { cause, next: 'name a file that is there' });
  }
}
function rowOf(line: string): JournalRow {
  let value: unknown;
  try {
    value = line.length <= MOST_LINE ? JSON.parse(line) : undefined;
  } catch {
    value = undefined;
  }
  const { seq, entry, hash } = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  if (typeof seq !== 'number' || typeof entry !== 'string' || typeof hash !== 'string' || !/^(?:[0-9a-f]{2})*$/.test(hash))
    return { sequence: Number.NaN, text: line.slice(0, 100), hash: new Uint8Array() };
  return { sequence: seq, text: entry, hash: fromHex(hash) };
}

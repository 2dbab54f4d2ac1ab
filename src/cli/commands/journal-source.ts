import type { DatabaseSync } from 'node:sqlite';
import type { JournalRow } from '../../journal/out-of-place.ts';
import { openForReading } from '../../store/database.ts';
import { exportedRows, journalName, journalRows } from '../../store/read-journal.ts';

/** A journal to be read, wherever it lies. */
export interface JournalSource {
  readonly rows: AsyncIterable<JournalRow> | Iterable<JournalRow>;
  /** What it calls itself; undefined for an export, which does not say. */
  readonly name: string | undefined;
  readonly close: () => void;
}
export function databaseSource(path: string): JournalSource {
  const database: DatabaseSync = openForReading(path);
  return { rows: journalRows(database, path), name: journalName(database), close: () => database.close() };
}
export const exportSource = (path: string): JournalSource => {
  return { rows: exportedRows(path), name: undefined, close: () => undefined };
};

import type { DatabaseSync } from 'node:sqlite';
import { MayflyError } from '../wire/mayfly-error.ts';

/** Forward only: the version of a database is the number of these that were applied (`PRAGMA user_version`). */
const migrations: readonly string[] = [
  `
  CREATE TABLE journal (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL, hash BLOB NOT NULL, event TEXT NOT NULL, session TEXT, at INTEGER NOT NULL) STRICT;
  CREATE INDEX journal_session ON journal (session) WHERE session IS NOT NULL;
  CREATE INDEX journal_event ON journal (event, seq);
  CREATE INDEX journal_at ON journal (at);
  CREATE TRIGGER journal_is_not_changed BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TRIGGER journal_is_not_cut BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TABLE session (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, caller TEXT NOT NULL, person TEXT, value TEXT NOT NULL) STRICT;
  CREATE INDEX session_state ON session (state);
  CREATE INDEX session_caller ON session (caller);
  CREATE INDEX session_person ON session (person) WHERE person IS NOT NULL;
  CREATE TABLE card (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, session TEXT NOT NULL, state TEXT NOT NULL, value TEXT NOT NULL) STRICT;
  CREATE INDEX card_session ON card (session);
  CREATE INDEX card_state ON card (state) WHERE state <> 'destroyed';
  CREATE TABLE token (id TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  `,
  // Which journal this is, so that checkpoints of several can be told apart.
  `
  CREATE TABLE journal_name (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), name TEXT NOT NULL) STRICT;
  INSERT INTO journal_name VALUES (1, lower(hex(randomblob(8))));
  `,
];
export const SCHEMA_VERSION: number = migrations.length;

export function versionOf(database: DatabaseSync): number {
  const row = database.prepare('PRAGMA user_version').get();
  return Number(row?.['user_version']);
}
export const newer = (path: string, version: number): MayflyError =>
  new MayflyError('store-newer', `${path} was written by a newer Mayfly (version ${version})`, {
    next: 'run that version again, or restore a backup of this one',
  });
/** Each step is there whole or not at all. @throws MayflyError `store-newer` */
export function migrate(database: DatabaseSync, path: string): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = versionOf(database);
    if (SCHEMA_VERSION < version) throw newer(path, version);
    for (const sql of migrations.slice(version)) database.exec(sql);
    if (version < SCHEMA_VERSION) database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    database.exec('COMMIT');
  } catch (e) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw e;
  }
}

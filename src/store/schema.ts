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
];

/** @throws MayflyError `store-newer` */
export function migrate(database: DatabaseSync, path: string): void {
  const row = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (migrations.length < row.user_version) {
    throw new MayflyError('store-newer', `${path} was written by a newer Mayfly (version ${row.user_version})`, {
      next: 'run that version again, or restore a backup of this one',
    });
  }
  for (const [i, sql] of migrations.entries()) {
    if (i < row.user_version) continue;
    database.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${i + 1}; COMMIT`);
  }
}

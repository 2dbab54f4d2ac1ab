import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** All that is ever written, and what is asked for by its key. */
export interface Statements {
  readonly head: StatementSync;
  readonly append: StatementSync;
  readonly saveSession: StatementSync;
  readonly session: StatementSync;
  readonly saveCard: StatementSync;
  readonly cards: StatementSync;
  readonly openCards: StatementSync;
  readonly openSessions: StatementSync;
  readonly saveToken: StatementSync;
  readonly token: StatementSync;
  readonly tokens: StatementSync;
  readonly name: StatementSync;
}
export function prepared(database: DatabaseSync): Statements {
  const prepare = (sql: string): StatementSync => database.prepare(sql);
  return {
    head: prepare('SELECT seq, hash, at FROM journal ORDER BY seq DESC LIMIT 1'),
    append: prepare('INSERT INTO journal (seq, entry, hash, event, session, at) VALUES (?, ?, ?, ?, ?, ?)'),
    saveSession: prepare(
      `INSERT INTO session (id, state, caller, person, value) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, value = excluded.value`,
    ),
    session: prepare('SELECT value FROM session WHERE id = ?'),
    saveCard: prepare(
      `INSERT INTO card (id, session, state, value) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, value = excluded.value`,
    ),
    cards: prepare('SELECT value FROM card WHERE session = ? ORDER BY number'),
    openCards: prepare(`SELECT value FROM card WHERE state <> 'destroyed' ORDER BY number`),
    openSessions: prepare(`SELECT value FROM session WHERE state IN ('granted', 'awaiting-approval') ORDER BY number`),
    saveToken: prepare('INSERT INTO token (id, value) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value'),
    token: prepare('SELECT value FROM token WHERE id = ?'),
    tokens: prepare('SELECT value FROM token ORDER BY id'),
    name: prepare('SELECT name FROM journal_name'),
  };
}

/** A condition on a column, and what stands for it; left out where nothing is asked. */
export type Condition = readonly [sql: string, value: string | number | undefined];

/** Questions with any of several conditions: each combination is prepared once, so that SQLite finds the index for it. */
export class Questions {
  readonly #database: DatabaseSync;
  readonly #known = new Map<string, StatementSync>();
  constructor(database: DatabaseSync) {
    this.#database = database;
  }
  /** @param head up to WHERE @param tail from ORDER BY, with one `?` for the limit */
  ask(head: string, conditions: readonly Condition[], tail: string, limit: number): readonly Readonly<Record<string, unknown>>[] {
    const given = conditions.filter(([, value]) => value !== undefined);
    const where = given.map(([sql]) => sql).join(' AND ');
    const sql = `${head}${where === '' ? '' : ` WHERE ${where}`} ${tail}`;
    const statement = this.#known.get(sql) ?? this.#database.prepare(sql);
    this.#known.set(sql, statement);
    return statement.all(...given.map(([, value]) => value ?? null), limit);
  }
}

import type { DatabaseSync, StatementSync } from 'node:sqlite';

export type Statements = ReturnType<typeof prepared>;
/** All that is ever asked of the database. */
export function prepared(database: DatabaseSync) {
  const prepare = (sql: string): StatementSync => database.prepare(sql);
  return {
    head: prepare('SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1'),
    append: prepare('INSERT INTO journal (seq, entry, hash, event, session, at) VALUES (?, ?, ?, ?, ?, ?)'),
    save: prepare(
      `INSERT INTO session (id, state, caller, person, value) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, value = excluded.value`,
    ),
    one: prepare('SELECT value FROM session WHERE id = ?'),
    list: prepare(
      `SELECT value FROM session WHERE (:of IS NULL OR caller = :of OR person = :of) AND (:state IS NULL OR state = :state)
       AND (:before IS NULL OR number < (SELECT number FROM session WHERE id = :before)) ORDER BY number DESC LIMIT :limit`,
    ),
    saveCard: prepare(
      `INSERT INTO card (id, session, state, value) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, value = excluded.value`,
    ),
    cards: prepare('SELECT value FROM card WHERE session = ? ORDER BY number'),
    openCards: prepare(`SELECT value FROM card WHERE state <> 'destroyed' ORDER BY number`),
    openSessions: prepare(`SELECT value FROM session WHERE state IN ('granted', 'awaiting-approval') ORDER BY number`),
    entries: prepare(
      `SELECT seq, entry, hash FROM journal WHERE seq > :after AND (:event IS NULL OR event = :event)
       AND (:session IS NULL OR session = :session) AND (:since IS NULL OR at >= :since) AND (:until IS NULL OR at <= :until)
       ORDER BY seq LIMIT :limit`,
    ),
    token: prepare('SELECT value FROM token WHERE id = ?'),
    tokens: prepare('SELECT value FROM token ORDER BY id'),
    saveToken: prepare('INSERT INTO token (id, value) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value'),
  };
}

import type { SessionFilter } from '../session/ports.ts';
import type { CardRecord, Session } from '../session/session.ts';
import type { Condition, Questions } from './statements.ts';

interface Found {
  readonly number: number;
  readonly session: Session;
}
type Rows = readonly Readonly<Record<string, unknown>>[];

export const cardsIn = (rows: Rows): readonly CardRecord[] => rows.map((row) => JSON.parse(String(row['value'])) as CardRecord);

/** Newest first. Of an owner there are two lists, each with an index of its own. */
export function sessionsIn(questions: Questions, { of, state, before, limit }: SessionFilter): readonly Session[] {
  const ask = (owner: Condition): readonly Found[] => {
    const conditions: readonly Condition[] = [
      owner,
      ['state = ?', state],
      ['number < (SELECT number FROM session WHERE id = ?)', before],
    ];
    const rows = questions.ask('SELECT number, value FROM session', conditions, 'ORDER BY number DESC LIMIT ?', limit);
    return rows.map((row) => {
      return { number: Number(row['number']), session: JSON.parse(String(row['value'])) as Session };
    });
  };
  if (!of) return ask(['caller = ?', undefined]).map(({ session }) => session);
  const found = new Map(ask(['caller = ?', of.caller]).map(({ number, session }) => [number, session]));
  if (of.person !== undefined) for (const { number, session } of ask(['person = ?', of.person])) found.set(number, session);
  return [...found]
    .sort(([a], [b]) => b - a)
    .slice(0, limit)
    .map(([, session]) => session);
}

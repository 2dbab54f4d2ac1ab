import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from './clients/expected.ts';

type Line = Readonly<Record<string, unknown>>;
const linesOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

/**
 * Nothing has begun that did not end, and nobody's certificate is without its entry.
 * @param exported by `mayfly journal export` @param ca folder of the CA
 */
export function completeJournal(exported: string, ca: string): string {
  const entries = linesOf(exported).map(({ entry }) => JSON.parse(String(entry)) as Line);
  const of = (event: string) => entries.filter((entry) => entry['event'] === event);
  const ids = (event: string, by: 'card' | 'session') => of(event).map((entry) => String(entry[by]));
  const once = (what: string, begun: readonly string[], ended: readonly string[]) => {
    const times = Map.groupBy(ended, (id) => id);
    const wrong = begun.filter((id) => times.get(id)?.length !== 1);
    assert(wrong.length === 0, `${wrong.length} of ${begun.length} ${what}, ${wrong[0]} first`);
    return begun.length;
  };
  const issued = ids('card-issued', 'card');
  const known = new Set(issued);
  const log = linesOf(readFileSync(join(ca, 'issuance.log'), 'utf8')).filter(({ event }) => event === 'issued');
  const unknown = log.filter(({ cardId }) => !known.has(String(cardId)));
  assert(unknown.length === 0 && log.length === issued.length, `${log.length} certificates, ${issued.length} entries of them`);
  const sessions = once('sessions have not ended once', ids('session-requested', 'session'), ids('session-ended', 'session'));
  const cards = once('cards were not destroyed once', issued, ids('key-destroyed', 'card'));
  const connected = once('clients did not leave once', ids('gateway-connected', 'card'), ids('gateway-ended', 'card'));
  const causes = [...Map.groupBy(of('gateway-ended'), ({ cause }) => String(cause))].map(
    ([cause, all]) => `${cause} ${all.length}`,
  );
  return [
    `${entries.length} entries: ${sessions} sessions ended, ${cards} cards issued and destroyed, ${connected} clients connected and gone`,
    ...causes.sort(),
  ].join(', ');
}

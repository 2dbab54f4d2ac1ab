import type { JournalEntry } from '../journal/entry.ts';
import type { OpenSessions } from './open-sessions.ts';
import type { SessionPorts } from './ports.ts';

/** What a crash left open is closed: no key outlived the process. Sessions that are not over go on. */
export function recover({ store, clock }: Pick<SessionPorts, 'store' | 'clock'>, open: OpenSessions): void {
  for (const record of store.openCards()) {
    const cause = 'ended-with-the-process';
    const { session, id: card } = record;
    const entry: JournalEntry = { event: 'key-destroyed', at: clock(), session, card, cause, ms: 0, delayMs: 0 };
    store.note({ entries: [entry], card: { ...record, state: 'destroyed', cause } });
  }
  for (const session of store.openSessions()) {
    open.set(session, 0);
    for (const record of store.cardsOf(session.id)) open.setCard(record);
  }
}

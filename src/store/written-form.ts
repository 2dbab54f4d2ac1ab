import { entryText } from '../journal/entry.ts';
import type { Change } from '../session/ports.ts';
import type { CardRecord, Session } from '../session/session.ts';
import { personName } from '../session/session-access.ts';
import { MayflyError } from '../wire/mayfly-error.ts';

/** An entry as it will stand in its table, but for its place in the chain. */
export interface WrittenEntry {
  readonly text: string;
  readonly event: string;
  readonly session: string | null;
  readonly at: number;
}
/** A change as it will be written. Whatever cannot be written fails here, alone, and not in a transaction with others. */
export interface Written {
  readonly entries: readonly WrittenEntry[];
  readonly session: { readonly value: Session; readonly row: readonly (string | null)[] } | undefined;
  readonly card: { readonly value: CardRecord; readonly row: readonly string[] } | undefined;
}

const isTime = (at: number) => Number.isSafeInteger(at);

/** @throws MayflyError `journal-entry` */
export function writtenForm({ entries, session, card }: Change): Written {
  return {
    entries: entries.map((entry) => {
      if (!isTime(entry.at)) throw new MayflyError('journal-entry', 'an entry is made at a whole second');
      const text = entryText(entry);
      return { text, event: entry.event, session: 'session' in entry ? entry.session : null, at: entry.at };
    }),
    session: session && {
      value: session,
      row: [
        session.id,
        session.state,
        session.caller.id,
        session.person ? personName(session.person) : null,
        JSON.stringify(session),
      ],
    },
    card: card && { value: card, row: [card.id, card.session, card.state, JSON.stringify(card)] },
  };
}

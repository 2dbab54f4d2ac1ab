import type { JournalEntry } from '../../src/journal/entry.ts';
import type { Session } from '../../src/session/session.ts';

export const entry = (n: number, session = `s${n}`): JournalEntry => {
  return { event: 'card-authenticated', at: 1_790_000_000 + n, session, card: `c${n}` };
};
export const session = (id: string, given: Partial<Session> = {}): Session => ({
  id,
  state: 'granted',
  created: 1_790_000_000,
  until: 1_790_000_600,
  caller: { id: 'token:a', name: 'a' },
  proof: 'self',
  host: 'ts1.corp.example',
  mode: 'card',
  network: '10.0.0.7',
  rules: [],
  minutes: 60,
  channels: [],
  needed: [],
  given: [],
  ...given,
});

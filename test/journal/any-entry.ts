import fc from 'fast-check';
import type { JournalEntry } from '../../src/journal/entry.ts';

const text = fc.string({ unit: 'binary', maxLength: 20 });
const texts = fc.array(text, { maxLength: 3 });
const at = fc.integer({ min: 0, max: 4_000_000_000 });
const duration = fc.double({ min: 0, max: 1e6, noNaN: true }).map((ms) => Math.round(ms * 10) / 10);
const event = <E extends JournalEntry['event']>(name: E) => fc.constant(name);

/** Any entry of these events: each kind of field is in one of them. */
export const anyEntry: fc.Arbitrary<JournalEntry> = fc.oneof(
  fc.record(
    {
      event: event('session-requested'),
      at,
      session: text,
      caller: text,
      callerName: text,
      person: text,
      host: text,
      account: text,
      mode: text,
      reason: text,
      network: text,
    },
    { requiredKeys: ['event', 'at', 'session', 'caller', 'callerName', 'host', 'mode', 'network'] },
  ),
  fc.record(
    {
      event: event('session-decided'),
      at,
      session: text,
      effect: fc.constantFrom('granted' as const, 'denied' as const, 'awaiting-approval' as const),
      rules: texts,
      minutes: fc.option(fc.nat(), { nil: undefined }),
      approvals: texts,
    },
    { requiredKeys: ['event', 'at', 'session', 'effect', 'rules'] },
  ),
  fc.record({ event: event('card-requested'), at, session: text, card: text, keyDigest: text }),
  fc.record({ event: event('key-destroyed'), at, session: text, card: text, cause: text, ms: duration, delayMs: duration }),
  fc.record({ event: event('policy-loaded'), at, digest: text, files: texts }),
  fc.record({ event: event('service-stopped'), at }),
);

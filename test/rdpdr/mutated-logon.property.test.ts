import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeviceRedirection } from '../../src/rdpdr/device-redirection.ts';
import type { RedirectionEvent } from '../../src/rdpdr/redirection-event.ts';
import { SmartCardReader } from '../../src/rdpdr/smart-card-reader.ts';
import { fuzzed, fuzzRuns } from '../fuzz-runs.ts';
import { cardInHand, pin } from '../piv/card-in-hand.ts';
import { mutated } from '../wire/property.ts';
import { atr, countedOctets, HandClock, settled } from './reader-at-hand.ts';
import { WindowsHost } from './windows/logon.ts';
import { mintedCard } from './windows/minted-card.ts';
import { OverReader } from './windows/over-reader.ts';

/** What a host said in a whole logon and after it, with the PIN of the card that it is said to again. */
async function recorded(): Promise<readonly Uint8Array[]> {
  const { card, pin: other } = mintedCard();
  const over = new OverReader(card);
  const host = new WindowsHost();
  await over.play(host.logon({ pin: other }));
  await card.destroy('authenticated');
  await over.play(host.again());
  const [was, is] = [Buffer.from(other), Buffer.from(pin)];
  return over.heard.map((message) => {
    const copy = Buffer.from(message);
    const at = copy.indexOf(was);
    if (at !== -1) is.copy(copy, at);
    return new Uint8Array(copy);
  });
}
const said = await recorded();
const IO_REQUEST = 0x4952;
const packetOf = (message: Uint8Array) => (message[2] ?? 0) | ((message[3] ?? 0) << 8);

type Change = { readonly at: number } & (
  | { readonly how: 'damaged'; readonly message: Uint8Array }
  | { readonly how: 'dropped' | 'repeated' | 'swapped' | 'ended' }
  | { readonly how: 'word'; readonly word: number; readonly value: number }
);
const changes: fc.Arbitrary<Change> = fc.nat(said.length - 1).chain((at) =>
  fc.oneof(
    mutated(fc.constant(said[at]!)).map((message) => ({ at, how: 'damaged', message }) as const),
    fc.constantFrom('dropped', 'repeated', 'swapped', 'ended').map((how) => ({ at, how }) as const),
    // Counts, lengths, pointers, handles: whatever 32 bits there are.
    fc
      .tuple(fc.nat(200), fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x0002_0000, 0x0002_0004, 0x1_0000))
      .map(([word, value]) => ({ at, how: 'word', word, value }) as const),
  ),
);
function changed(messages: readonly Uint8Array[], change: Change): readonly Uint8Array[] {
  const { at, how } = change;
  const message = messages[at];
  const next = messages[at + 1];
  if (message === undefined) return messages;
  const [before, after] = [messages.slice(0, at), messages.slice(at + 1)];
  switch (how) {
    case 'damaged':
      return [...before, change.message, ...after];
    case 'dropped':
      return [...before, ...after];
    case 'repeated':
      return [...before, message, message, message, ...after];
    case 'swapped':
      return next ? [...before, next, message, ...messages.slice(at + 2)] : messages;
    case 'ended':
      return before;
    case 'word': {
      const copy = message.slice();
      const offset = 4 * (change.word % Math.floor(copy.length / 4));
      new DataView(copy.buffer).setUint32(offset, change.value, true);
      return [...before, copy, ...after];
    }
  }
}
/** Plays it; what is sent is counted, and must be what was asked for. */
async function played(messages: readonly Uint8Array[]) {
  const { card } = cardInHand();
  const clock = new HandClock();
  const reader = new SmartCardReader({
    card: { answerToReset: atr, transmit: (apdu) => card.transmit(apdu), reset: () => card.reset() },
    random: countedOctets(),
    after: clock.after,
  });
  const sent: Uint8Array[] = [];
  const events: RedirectionEvent[] = [];
  const redirection = new DeviceRedirection({
    computerName: 'mayfly',
    reader,
    send: (message) => void sent.push(message),
    events: (event) => void events.push(event),
  });
  for (const message of messages) {
    redirection.receive(message);
    await settled();
  }
  const { contexts, cards, waits, cached } = reader.held;
  if (contexts > 1024 || cards > 1024 || waits > 128 || cached > 0x4_0000) throw new Error('more is kept than may be');
  const asked = messages.filter((message) => packetOf(message) === IO_REQUEST).length;
  const answered = sent.filter((message) => packetOf(message) === 0x4943).length;
  const ignored = events.filter(({ kind }) => kind === 'message-ignored').length;
  if (asked < answered) throw new Error(`${answered} answers to ${asked} requests`);
  // A new announcement forgets waits; those that are neither answered nor ignored are parked or were.
  const open = asked - answered - ignored;
  if (open > 200) throw new Error(`${open} requests without an answer`);
  redirection.end();
  await settled();
  if (sent.length > 3 * messages.length + 3) throw new Error('more said than asked for');
  if (clock.running > 0) throw new Error('a timer is left');
  const after = reader.held;
  if (after.contexts + after.cards + after.waits > 0) throw new Error('something of the host is kept');
  return { answered, asked, open };
}

describe('a logon as it was recorded', () => {
  it('is one when it is played again', async () => {
    const { answered, asked, open } = await played(said);
    expect([asked, open]).toEqual([answered + 2, 2]);
  });
  it('changed in some places, is answered or refused, and leaves nothing', async () => {
    const some = fc.array(changes, { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        some,
        fuzzed('logon', async (all: readonly Change[]) => {
          // From behind, so that places stay what they are.
          await played([...all].sort((a, b) => b.at - a.at).reduce(changed, said));
        }),
      ),
      { numRuns: Math.ceil(fuzzRuns / 20) },
    );
  });
});

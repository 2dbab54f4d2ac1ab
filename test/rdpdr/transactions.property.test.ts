import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scardCode } from '../../src/codes/scard-code.ts';
import { fuzzed, fuzzRuns } from '../fuzz-runs.ts';
import { codeOf, connected, established, type OnCard, readerAtHand, settled, usual, WrittenCard } from './reader-at-hand.ts';

const WHO = 4;
type Step = { readonly who: number } & (
  | { readonly do: 'begin' | 'transmit' | 'disconnect' | 'reset' | 'connect' | 'reconnect' }
  | { readonly do: 'end'; readonly disposition: number }
  | { readonly do: 'exchange' }
);
const who = fc.nat(WHO - 1);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    who,
    do: fc.constantFrom('begin', 'begin', 'transmit', 'transmit', 'disconnect', 'reset', 'connect', 'reconnect'),
  }),
  fc.record({ who, do: fc.constant('end' as const), disposition: fc.constantFrom(0, 0, 0, 1, 2, 9) }),
  fc.record({ who, do: fc.constant('exchange' as const) }),
);

/** Several handles use the card as they like. Nobody's command reaches it in another's transaction, and nobody waits for ever. */
async function played(all: readonly Step[]): Promise<void> {
  const { reader } = readerAtHand();
  const contexts = await Promise.all(Array.from({ length: WHO }, () => established(reader)));
  const handles: OnCard[] = await Promise.all(contexts.map((context) => connected(reader, context)));
  let open = 0;
  let wrong: string | undefined;
  /** Who has begun how often, by the answers as they come. */
  const depth = new Map<number, number>();
  const others = (me: number) => [...depth].some(([each, count]) => each !== me && count > 0);
  const answered = async (call: Parameters<typeof codeOf>[1], then: (code: number) => void) => {
    open++;
    const code = await codeOf(reader, call);
    open--;
    then(code);
  };
  for (const step of all) {
    const me = step.who;
    const handle = handles[me]!;
    const gone = () => void depth.delete(me);
    switch (step.do) {
      case 'begin':
        void answered({ kind: 'begin-transaction', ...handle, disposition: 0 }, (code) => {
          if (code !== scardCode.success) return;
          if (others(me)) wrong ??= 'two transactions at once';
          depth.set(me, (depth.get(me) ?? 0) + 1);
        });
        break;
      case 'end':
        {
          const has = depth.get(me) ?? 0;
          const ends = has > 0 && step.disposition !== 9;
          // Before it is answered: whoever waits for it may be answered first.
          if (ends) depth.set(me, has - 1);
          await answered({ kind: 'end-transaction', ...handle, disposition: step.disposition }, (code) => {
            if (ends !== (code === scardCode.success)) wrong ??= `an end of ${has} was answered with ${code.toString(16)}`;
          });
        }
        break;
      case 'transmit': {
        void answered({ kind: 'transmit', ...handle, ...usual.transmit }, (code) => {
          if (code === scardCode.success && others(me)) wrong ??= "a command got in another's transaction";
        });
        break;
      }
      case 'disconnect':
      case 'reset':
        gone();
        void answered({ kind: 'disconnect', ...handle, disposition: step.do === 'reset' ? 1 : 0 }, () => undefined);
        break;
      case 'connect':
        gone();
        await reader.call({ kind: 'disconnect', ...handle, disposition: 0 });
        handles[me] = await connected(reader, contexts[me]!);
        break;
      case 'reconnect':
        void answered({ kind: 'reconnect', ...handle, ...usual.reconnect }, () => undefined);
        break;
      case 'exchange':
        depth.clear();
        reader.exchange(new WrittenCard());
        break;
    }
    await settled();
  }
  reader.forgetContexts();
  await settled();
  if (wrong !== undefined) throw new Error(wrong);
  if (open !== 0) throw new Error(`${open} calls wait for ever`);
  const { contexts: left, cards, waits } = reader.held;
  if (left + cards + waits > 0) throw new Error('something is kept');
}

describe('transactions of several handles', () => {
  it('never meet, and nobody waits for ever', async () => {
    const property = fc.asyncProperty(fc.array(steps, { maxLength: 40 }), fuzzed('transactions', played));
    await fc.assert(property, { numRuns: Math.ceil(fuzzRuns / 4) });
    expect(fuzzRuns).toBeGreaterThan(0);
  });
});

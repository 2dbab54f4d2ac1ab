import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tgsRep } from '../../src/kerberos/kdc-reply.ts';
import type { TgsOutcome } from '../../src/kerberos/tgs-exchange.ts';
import { decode } from '../../src/wire/codec.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { fuzzed, fuzzRuns } from '../fuzz-runs.ts';
import { errorData } from '../vectors/kerberos/error-data.ts';
import { messages } from '../vectors/kerberos/mit-exchange.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { mutated } from '../wire/property.ts';
import { errorReply } from './stand-in-error.ts';
import { openTicket } from './stand-in-ticket.ts';
import { exchangeWith, HOME, now, SPN, service } from './tgs-exchange-with.ts';

// Every case encrypts and decrypts some ten times, so these are a quarter of what a codec gets.
const numRuns = Math.max(100, Math.floor(fuzzRuns / 4));
const NEXT = 'CHILD.EXAMPLE';

/** What damages an answer, drawn before the answer is there: the same octets each time for the same draw. */
const damage = fc.oneof(
  fc.nat().map((seed) => (right: Uint8Array) => fc.sample(mutated(fc.constant(right)), { numRuns: 1, seed })[0] ?? right),
  fc.uint8Array({ maxLength: 80 }).map((octets) => () => octets),
  mutated(fc.constantFrom(bytes(messages.tgsRep), bytes(messages.asRep), bytes(messages.serviceUnknown))).map(
    (octets) => () => octets,
  ),
  fc
    .record({
      code: fc.integer({ min: -1, max: 101 }),
      ahead: fc.integer({ min: -100_000, max: 100_000 }),
      at: fc.nat(errorData.length - 1),
    })
    .map(({ code, ahead, at }) => () => {
      return errorReply(HOME, now, { code, ahead, eData: bytes(errorData[at]?.bytes ?? '') });
    }),
);
async function ended(run: () => Promise<TgsOutcome>): Promise<TgsOutcome | undefined> {
  try {
    return await run();
  } catch (e) {
    if (e instanceof MayflyError && e.code.startsWith('kdc-')) return undefined;
    throw e;
  }
}

describe('damaged answers of KDCs', () => {
  it('end in an outcome or an error of the KDC, and grant nothing but what the KDC granted', async () => {
    const check = async ([at, damaged]: [number, (right: Uint8Array) => Uint8Array]) => {
      let truth = '';
      const instead = (_request: Uint8Array, nth: number, right: () => Uint8Array) => {
        const reply = right();
        const inside = reply[0] === tgsRep.tags[0] ? openTicket(decode(tgsRep, reply).ticket) : undefined;
        truth = hex(inside?.part.key.keyvalue ?? new Uint8Array());
        return nth === at ? damaged(reply) : reply;
      };
      const exchange = exchangeWith({
        [HOME]: { referrals: { [SPN]: NEXT }, instead },
        [NEXT]: { services: [SPN], instead },
      });
      const outcome = await ended(exchange.run);
      if (outcome?.ok) {
        expect(hex(outcome.credential.key.value)).toBe(truth);
        expect(outcome.credential.server).toEqual({ realm: NEXT, name: service });
      }
      expect(exchange.asked.length).toBeLessThan(5);
    };
    await fc.assert(fc.asyncProperty(fc.tuple(fc.nat(1), damage), fuzzed('tgs-exchange', check)), { numRuns });
  });
});

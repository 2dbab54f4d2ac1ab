import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTemplate } from '../../src/piv/general-authenticate.ts';
import { fuzzed, fuzzRuns } from '../fuzz-runs.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { mutated, property } from '../wire/property.ts';
import { block, cardInHand, generalAuthenticate, getData, pin, pinStatus, select, template, verify } from './card-in-hand.ts';
import { CardModel } from './card-model.ts';

type Step = { readonly apdu: Uint8Array } | 'reset' | 'destroy';
const challenge = fc.constantFrom(block(), block(255), block(20), new Uint8Array(256));
const link = fc.constantFrom(0xf0, 0xff, 0x40);
const le = fc.constantFrom('', '00', '08', 'ff', '01', '98');
const tag = fc.constantFrom('7e', '5fc102', '5fc105', '5fc107', '5fc10a', '5fc109', '00', '7f61');
const good: fc.Arbitrary<string[]> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<string[][]>([select], ['00 a4 04 00 05 a000000308 00'], ['00 a4 04 00 05 a000000001']),
  },
  { weight: 4, arbitrary: fc.constantFrom<string[][]>([verify()], [select, verify()]) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<string[][]>(
      [verify('12345679')],
      [pinStatus],
      [`${pinStatus}00`],
      ['0020ff80'],
      [verify('123456')],
    ),
  },
  { weight: 3, arbitrary: fc.tuple(tag, le).map(([of, length]) => [getData(of, length)]) },
  { weight: 3, arbitrary: le.map((length) => [`00 c0 00 00 ${length}`]) },
  {
    weight: 6,
    arbitrary: fc
      .record({ of: challenge, link, le, key: fc.constantFrom('079a', '079a', '079a', '059a', '079c', '009b') })
      .map(({ of, ...form }) => generalAuthenticate(of, form)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<string[][]>(['00 87 00 9b 04 7c028100'], ['00 87 00 9b 05 7c03818100'], ['00 fd 00 00 00']),
  },
  { weight: 1, arbitrary: challenge.map((of) => [`00 87 07 9a 00 ${length(of)} ${template(of)} 0000`]) },
);
const length = (of: Uint8Array) => (template(of).length / 2).toString(16).padStart(4, '0');
const sound: fc.Arbitrary<Step[]> = good.map((all) => all.map((apdu) => ({ apdu: bytes(apdu) })));
/** Any header with a meaning, any body. */
const odd: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.oneof(fc.constantFrom(0, 0x10, 0x80, 4, 1), fc.nat(255)),
    fc.oneof(fc.constantFrom(0xa4, 0xcb, 0x20, 0x87, 0xc0), fc.nat(255)),
    fc.oneof(fc.constantFrom(0, 4, 7, 0x3f, 0xff), fc.nat(255)),
    fc.oneof(fc.constantFrom(0, 0x80, 0x9a, 0x9b, 0xff), fc.nat(255)),
    fc.uint8Array({ maxLength: 20 }),
  )
  .map(([cla, ins, p1, p2, body]) => [{ apdu: Uint8Array.of(cla, ins, p1, p2, ...body) }]);
const damaged: fc.Arbitrary<Step[]> = good
  .chain((all) => mutated(fc.constantFrom(...all.map((apdu) => bytes(apdu)))))
  .map((apdu) => [{ apdu }]);
const signed: Step[] = [select, verify(), ...generalAuthenticate(block())].map((apdu) => ({ apdu: bytes(apdu) }));
const more: fc.Arbitrary<Step[]> = fc
  .array(
    fc.oneof(
      { weight: 30, arbitrary: sound },
      { weight: 5, arbitrary: odd },
      { weight: 5, arbitrary: damaged },
      { weight: 2, arbitrary: fc.constant<Step[]>(['reset']) },
      { weight: 1, arbitrary: fc.constant<Step[]>(['destroy']) },
    ),
    { minLength: 1, maxLength: 24 },
  )
  .map((all) => all.flat());
/** From nothing, or from a session in which the key was used. */
const steps = fc.tuple(fc.boolean(), more).map(([used, all]) => (used ? [...signed, ...all] : all));

const lengths = new Map([
  [0x7e, 20],
  [0x5fc102, 61],
  [0x5fc107, 53],
  [0x5fc105, 0x398],
]);
const show = (step: Step) => (typeof step === 'string' ? step : hex(step.apdu));

async function walk(all: readonly Step[], ceiling: number): Promise<void> {
  const model = new CardModel(Array.from(Buffer.from(pin)), ceiling, lengths);
  let allowed = ceiling;
  const { card, operated, send } = cardInHand({
    ceiling,
    operate: async (input) => {
      if (--allowed < 0 || model.destroyed) throw new Error('an operation that must not be');
      return input.slice();
    },
  });
  for (const step of all) {
    if (step === 'reset' || step === 'destroy') {
      card[step]();
      model[step]();
      continue;
    }
    const before = model.operations;
    const [octets, status] = model.transmit(Array.from(step.apdu));
    const reply = await send(step.apdu);
    const said = `${reply.data.length} ${reply.status}`;
    const expected = `${octets} ${status.toString(16)}`;
    if (said !== expected) throw new Error(`${show(step)} gave ${said}, not ${expected}`);
    if (operated.length !== ceiling - model.operations) throw new Error(`${show(step)}: ${before - model.operations} operations`);
  }
  if (allowed !== model.operations) throw new Error('operations were made of which the model knows nothing');
}
describe('any sequence of commands', () => {
  it('is answered as the model says', async () => {
    await fc.assert(fc.asyncProperty(steps, fc.constantFrom(0, 1, 2, 12), fuzzed('piv card', walk)), { numRuns: fuzzRuns });
  });
  it('is answered in its order when it comes all at once', async () => {
    const atOnce = async (all: readonly Step[]) => {
      const commands = all.filter((step) => step !== 'destroy');
      const slow = cardInHand({ operate: async (input) => new Promise((resolve) => setImmediate(() => resolve(input.slice()))) });
      const model = new CardModel(Array.from(Buffer.from(pin)), 12, lengths);
      const answers: Promise<string>[] = [];
      const expected: string[] = [];
      for (const step of commands) {
        if (step === 'reset') {
          slow.card.reset();
          model.reset();
          continue;
        }
        answers.push(slow.send(step.apdu).then(({ data, status }) => `${data.length} ${status}`));
        const [octets, status] = model.transmit(Array.from(step.apdu));
        expected.push(`${octets} ${status.toString(16)}`);
      }
      expect(await Promise.all(answers)).toEqual(expected);
    };
    await fc.assert(fc.asyncProperty(steps, fuzzed('piv card at once', atOnce)), { numRuns: Math.ceil(fuzzRuns / 4) });
  });
  property(
    'any template is read or is not',
    fc.oneof(
      mutated(challenge.map((of) => bytes(template(of)))),
      mutated(fc.constant(bytes('7c028100'))),
      fc.uint8Array({ maxLength: 40 }),
    ),
    (data) => {
      const read = readTemplate(data);
      if (read?.ask === 'response' && read.challenge.length === 0) throw new Error('an empty challenge');
    },
  );
});

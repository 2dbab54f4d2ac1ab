import { describe, expect, it } from 'vitest';
import { scardCode } from '../../src/codes/scard-code.ts';
import { codeOf, connected, established, type OnCard, readerAtHand, settled, usual } from './reader-at-hand.ts';

const { success } = scardCode;
async function two() {
  const all = readerAtHand();
  const [a, b] = [
    await connected(all.reader, await established(all.reader)),
    await connected(all.reader, await established(all.reader)),
  ];
  const order: string[] = [];
  const noted = (name: string, call: Parameters<typeof codeOf>[1]) =>
    codeOf(all.reader, call).then((code) => void order.push(code === success ? name : `${name} ${code.toString(16)}`));
  const begin = (who: OnCard) => ({ kind: 'begin-transaction', ...who, disposition: 0 }) as const;
  const end = (who: OnCard, disposition = 0) => ({ kind: 'end-transaction', ...who, disposition }) as const;
  const transmit = (who: OnCard) => ({ kind: 'transmit', ...who, ...usual.transmit }) as const;
  return { ...all, a, b, order, noted, begin, end, transmit };
}

describe('a transaction', () => {
  it('keeps all others waiting, in their order, and its owner not', async () => {
    const { a, b, order, noted, begin, end, transmit } = await two();
    await noted('a begins', begin(a));
    void noted('b begins', begin(b));
    void noted('b transmits', transmit(b));
    await noted('a transmits', transmit(a));
    await settled();
    expect(order).toEqual(['a begins', 'a transmits']);
    await noted('a ends', end(a));
    await settled();
    expect(order.slice(2).sort()).toEqual(['a ends', 'b begins', 'b transmits']);
    await noted('b ends', end(b));
    expect(order.at(-1)).toBe('b ends');
  });
  it('may be begun within itself, and ends with the outer one', async () => {
    const { reader, a, b, order, noted, begin, end, transmit } = await two();
    for (const call of [begin(a), begin(a), end(a)]) expect(await codeOf(reader, call)).toBe(success);
    void noted('b', transmit(b));
    await settled();
    expect(order).toEqual([]);
    await codeOf(reader, end(a));
    await settled();
    expect(order).toEqual(['b']);
  });
  it('ends with its handle and its context; what was left of it is reset away', async () => {
    const { reader, card, a, b, order, noted, begin, transmit } = await two();
    await codeOf(reader, begin(a));
    void noted('b', transmit(b));
    await reader.call({ kind: 'release-context', context: a.context });
    await settled();
    // The reset is told to b before it does anything with what a left.
    expect(order).toEqual(['b 80100068']);
    expect(card.done).toEqual(['reset']);
  });
  it.each([
    ['leaves', 0, []],
    ['resets', 1, ['reset']],
    ['unpowers', 2, ['reset']],
    ['ejects', 3, ['reset']],
  ])('that %s the card at its end', async (_, disposition, done) => {
    const { reader, card, a, b, begin, end, transmit } = await two();
    await codeOf(reader, begin(a));
    expect(await codeOf(reader, end(a, disposition))).toBe(success);
    expect(card.done).toEqual(done);
    const reset = done.length > 0;
    expect(await codeOf(reader, transmit(a))).toBe(success);
    expect(await codeOf(reader, transmit(b))).toBe(reset ? scardCode.resetCard : success);
    expect(await codeOf(reader, begin(b))).toBe(reset ? scardCode.resetCard : success);
    expect(await codeOf(reader, { kind: 'reconnect', ...b, ...usual.reconnect })).toBe(success);
    expect(await codeOf(reader, transmit(b))).toBe(success);
  });
  it('is not ended by anybody who has none, nor in a way that is none', async () => {
    const { reader, a, b, begin, end } = await two();
    expect(await codeOf(reader, end(a))).toBe(scardCode.notTransacted);
    await codeOf(reader, begin(a));
    expect(await codeOf(reader, end(b, 1))).toBe(scardCode.notTransacted);
    expect(await codeOf(reader, end(a, 4))).toBe(scardCode.invalidValue);
  });
  it('waits in a queue that is bounded, and whoever leaves it is told', async () => {
    const { reader, a, b, order, noted, begin, transmit } = await two();
    await codeOf(reader, begin(a));
    for (let i = 0; i < 70; i++) void noted(`${i}`, transmit(b));
    await settled();
    expect(order).toEqual(Array.from({ length: 6 }, (_, i) => `${64 + i} 80100006`));
    await reader.call({ kind: 'disconnect', ...b, disposition: 0 });
    await settled();
    expect(order).toHaveLength(70);
    expect(order.at(-1)).toBe('63 80100002');
  });
});

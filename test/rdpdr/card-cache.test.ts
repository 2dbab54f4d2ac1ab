import { describe, expect, it } from 'vitest';
import { scardCode } from '../../src/codes/scard-code.ts';
import { CardCache } from '../../src/rdpdr/card-cache.ts';
import { cardIdentifier, codeOf, established, readerAtHand, replyOf, usual } from './reader-at-hand.ts';

const key = (lookupName: string, freshnessCounter = 0) => ({ cardIdentifier, lookupName, freshnessCounter });

describe('the cache of a card', () => {
  it('is one for all contexts, by card, name and counter', async () => {
    const { reader } = readerAtHand();
    const [a, b] = [await established(reader), await established(reader)];
    const read = { kind: 'read-cache', context: b, ...usual['read-cache'] } as const;
    expect(await codeOf(reader, read)).toBe(scardCode.cacheItemNotFound);
    expect(await codeOf(reader, { kind: 'write-cache', context: a, ...usual['write-cache'] })).toBe(scardCode.success);
    expect(await replyOf(reader, 'read-cache', read)).toMatchObject({ returnCode: 0, data: Uint8Array.of(1, 2, 3) });
    expect(await replyOf(reader, 'read-cache', { ...read, wide: false })).toMatchObject({ returnCode: 0 });
    for (const other of [{ lookupName: 'Cached' }, { freshnessCounter: 1 }, { cardIdentifier: new Uint8Array(16) }])
      expect(await codeOf(reader, { ...read, ...other })).toBe(scardCode.cacheItemNotFound);
    expect(await codeOf(reader, { ...read, dataLength: 2 })).toBe(scardCode.insufficientBuffer);
    expect(await replyOf(reader, 'read-cache', { ...read, dataIsNull: true })).toMatchObject({ data: { lengthAlone: 3 } });
    reader.forgetContexts();
    const later = await established(reader);
    expect(await codeOf(reader, { ...read, context: later })).toBe(scardCode.success);
  });
  it('keeps copies', () => {
    const cache = new CardCache();
    const message = Uint8Array.of(0, 1, 2, 3);
    cache.write(key('a'), message.subarray(1));
    message.fill(9);
    expect(cache.read(key('a'))).toEqual(Uint8Array.of(1, 2, 3));
    expect(cache.read(key('a'))?.buffer.byteLength).toBe(3);
  });
  it('lets the oldest give way, and takes no item over 64 KiB', () => {
    const cache = new CardCache();
    for (let i = 0; i < 300; i++) cache.write(key(`${i}`), Uint8Array.of(i & 255));
    expect([cache.read(key('43')), cache.read(key('44'))]).toEqual([undefined, Uint8Array.of(44)]);
    for (let i = 0; i < 10; i++) expect(cache.write(key(`large ${i}`), new Uint8Array(60_000))).toBe(true);
    expect(cache.octets).toBeLessThanOrEqual(0x4_0000);
    expect([cache.read(key('large 5')), cache.read(key('large 6'))?.length]).toEqual([undefined, 60_000]);
    expect(cache.write(key('large 9'), new Uint8Array(65_536))).toBe(false);
    expect(cache.read(key('large 9'))).toBeUndefined();
  });
  it('is bounded, however much is written', () => {
    const cache = new CardCache();
    const data = new Uint8Array(1000);
    for (let i = 0; i < 100_000; i++) cache.write(key('x', i), data);
    expect(cache.octets).toBeLessThanOrEqual(0x4_0000);
    expect(cache.read(key('x', 99_999))).toHaveLength(1000);
  });
});

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { scardCode } from '../../src/codes/scard-code.ts';
import { ioStatus } from '../../src/rdpdr/device-io.ts';
import type { EscCallOf } from '../../src/rdpdr/esc-call.ts';
import { writeCall } from '../../src/rdpdr/esc-call-codec.ts';
import { announced } from './announced-card.ts';
import { codeOf, connected, established, none, pnp, settled, usual } from './reader-at-hand.ts';
import { u16, u32 } from './windows/octets.ts';

describe('floods', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = async () => {
    collect();
    // Room outside the heap is given back in a turn of its own.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const grown = async (work: () => Promise<void>) => {
    const before = await used();
    await work();
    await settled();
    // What is kept stays, however often it is looked at; what is garbage goes, but in its own time.
    let growth = (await used()) - before;
    for (let again = 0; again < 100 && 1 << 20 < growth; again++) growth = Math.min(growth, (await used()) - before);
    return growth;
  };
  it('of contexts and card handles are refused beyond a thousand of each', async () => {
    const { over, isWell } = await announced();
    const { reader } = over;
    const context = await established(reader);
    const codes = new Set<number>();
    for (let i = 0; i < 10_000; i++) codes.add(await codeOf(reader, { kind: 'establish-context', scope: 0 }));
    for (let i = 0; i < 10_000; i++) codes.add(await codeOf(reader, { kind: 'connect', context, ...usual.connect }));
    expect([...codes]).toEqual([scardCode.success, scardCode.noMemory]);
    expect(reader.held).toMatchObject({ contexts: 1024, cards: 1024 });
    expect(await isWell()).toEqual({ kind: 'done' });
  });
  it('of cache writes keep no more than the cache holds', async () => {
    const { over, isWell } = await announced();
    const { reader } = over;
    const context = await established(reader);
    const data = new Uint8Array(2000);
    const growth = await grown(async () => {
      for (let i = 0; i < 1_000_000; i++) {
        const call: EscCallOf<'write-cache'> = {
          kind: 'write-cache',
          context,
          ...usual['write-cache'],
          freshnessCounter: i,
          data,
        };
        // All answers are of this turn.
        void reader.call(call);
        if (i % 1000 === 0) await settled();
      }
    });
    expect(reader.held.cached).toBeLessThanOrEqual(0x4_0000);
    expect(growth).toBeLessThan(8 << 20);
    expect(await isWell()).toEqual({ kind: 'done' });
  });
  it('of status waits are refused beyond 128, and leave no timer behind', async () => {
    const { over, request, answers, isWell } = await announced();
    const context = await established(over.reader);
    const states = [{ reader: pnp, currentState: 0, eventState: 0, atr: none }];
    const { ioctl, input } = writeCall({ kind: 'get-status-change', wide: true, context, timeout: 60_000, states });
    for (let i = 0; i < 5000; i++) request(ioctl, input);
    const codes = await answers();
    expect(codes).toHaveLength(5000 - 128);
    // By the reader, and before it by the device: no more than 256 requests of one turn get that far.
    expect(new Set(codes)).toEqual(new Set([scardCode.noMemory, ioStatus.noMemory]));
    expect(over.clock.running).toBe(128);
    expect(await isWell()).toEqual({ kind: 'done' });
    expect(over.clock.running).toBe(0);
  });
  it('of transactions and of commands that wait for their end are refused', async () => {
    const { over, request, answers, isWell } = await announced();
    const [mine, other] = [
      await connected(over.reader, await established(over.reader)),
      await connected(over.reader, await established(over.reader)),
    ];
    await over.reader.call({ kind: 'begin-transaction', ...mine, disposition: 0 });
    const begin = writeCall({ kind: 'begin-transaction', ...other, disposition: 0 });
    for (let i = 0; i < 1000; i++) request(begin.ioctl, begin.input);
    const long = writeCall({ kind: 'transmit', ...other, ...usual.transmit, send: new Uint8Array(66_560) });
    for (let i = 0; i < 1000; i++) request(long.ioctl, long.input);
    expect((await answers()).filter((code) => code === scardCode.noMemory || code === ioStatus.noMemory)).toHaveLength(2000 - 64);
    expect(await isWell()).toEqual({ kind: 'done' });
  });
  it('of announcements leave one card and what it needs', async () => {
    const { over, isWell } = await announced();
    const announce = Uint8Array.from([...u16(0x4472), ...u16(0x496e), ...u16(1), ...u16(13), ...u32(9)]);
    for (let i = 0; i < 5000; i++) over.redirection.receive(announce);
    expect(over.waiting).toHaveLength(10_000);
    expect(await isWell()).toEqual({ kind: 'done' });
  });
});

import { describe, expect, it } from 'vitest';
import { scardCode } from '../../src/codes/scard-code.ts';
import type { ReaderStateCall } from '../../src/rdpdr/esc-call.ts';
import { readerState } from '../../src/rdpdr/esc-return.ts';
import {
  atr,
  codeOf,
  connected,
  established,
  none,
  pnp,
  readerAtHand,
  readerName,
  replyOf,
  settled,
  usual,
  WrittenCard,
} from './reader-at-hand.ts';

const { success, timeout, cancelled } = scardCode;
const { changed, present, unknown, ignore, empty } = readerState;
const INFINITE = 0xffff_ffff;
const at = (reader: string | undefined, currentState: number): ReaderStateCall => ({
  reader,
  currentState,
  eventState: 0,
  atr: none,
});

async function asked(states: readonly ReaderStateCall[], milliseconds = 0) {
  const all = readerAtHand();
  const context = await established(all.reader);
  const call = { kind: 'get-status-change', wide: true, context, timeout: milliseconds, states } as const;
  let returned: number | undefined;
  const reply = replyOf(all.reader, 'get-status-change', call).then((each) => {
    returned = each.returnCode;
    return each;
  });
  await settled();
  return { ...all, context, call, reply, ended: () => returned };
}

describe('GetStatusChange', () => {
  it.each([
    ['an empty reader becomes one with a card', at(readerName, empty), success, present | changed],
    ['UNAWARE always hears', at(readerName, 0), success, present | changed],
    ['what is known is no news, its CHANGED bit or not', at(readerName, present | changed), timeout, present],
    ['nor is it with a counter above it', at(readerName, 0x7_0000 | present), timeout, present],
    ['readers do not come', at(pnp, 0), timeout, 0],
    ['nor under a name in other letters, however many there are', at('\\\\?PNP?\\NOTIFICATION', 0x1_0000), timeout, 0],
    ['an unknown reader', at('Other', 0), success, unknown | changed | ignore],
    ['one known to be unknown is no news', at('Other', unknown), timeout, unknown],
    ['no name at all', at(undefined, 0), success, unknown | changed | ignore],
  ])('%s', async (_, state, code, eventState) => {
    const { reply } = await asked([state]);
    expect(await reply).toMatchObject({ returnCode: code, states: [{ currentState: state.currentState, eventState }] });
  });
  it('shows the ATR of the card that is there', async () => {
    const { reply } = await asked([at(readerName, 0)]);
    expect((await reply).states[0]?.atr).toEqual(atr);
  });
  it.each([
    ['nothing', []],
    ['what is to be ignored', [at(readerName, ignore), at('Other', ignore)]],
  ])('of %s does not wait', async (_, states) => {
    expect((await asked(states, INFINITE)).ended()).toBe(success);
  });
  it('stays open while other calls run, on the same context too', async () => {
    const { reader, context, ended } = await asked([at(pnp, 0), at(readerName, present | changed)], INFINITE);
    const handle = await connected(reader, context);
    for (let i = 0; i < 300; i++) expect(await codeOf(reader, { kind: 'transmit', ...handle, ...usual.transmit })).toBe(success);
    expect([ended(), reader.held.waits]).toEqual([undefined, 1]);
  });
  it('times out, with the states', async () => {
    const { clock, ended, reply, reader } = await asked([at(readerName, present)], 500);
    clock.pass(499);
    await settled();
    expect(ended()).toBeUndefined();
    clock.pass(1);
    expect(await reply).toMatchObject({ returnCode: timeout, states: [{ eventState: present }] });
    expect([reader.held.waits, clock.running]).toEqual([0, 0]);
  });
  it.each(['cancel', 'release-context'] as const)('is ended by %s, before that is answered itself', async (kind) => {
    const { reader, context, reply, clock } = await asked([at(readerName, present)], 500);
    const order: string[] = [];
    void reply.then(() => order.push('wait'));
    const other = await established(reader);
    await reader.call({ kind: 'cancel', context: other });
    expect(reader.held.waits).toBe(1);
    await reader.call({ kind, context }).then(() => order.push(kind));
    expect(order).toEqual(['wait', kind]);
    expect(await reply).toEqual({ kind: 'get-status-change', returnCode: cancelled, states: [] });
    expect(clock.running).toBe(0);
  });
  it('is bounded', async () => {
    const { reader, call, clock } = await asked([at(readerName, present)], 500);
    const codes: number[] = [];
    for (let i = 1; i < 1000; i++) void codeOf(reader, call).then((code) => codes.push(code));
    await settled();
    expect(codes).toEqual(Array.from({ length: 872 }, () => scardCode.noMemory));
    expect([reader.held.waits, clock.running]).toEqual([128, 128]);
  });
});

describe('another card in the place of the first', () => {
  it('is news for whoever waits for that reader, and not for the others', async () => {
    const { reader, reply, context } = await asked([at(pnp, 0), at(readerName, present | changed)], INFINITE);
    const other = { kind: 'get-status-change', wide: true, context, timeout: INFINITE, states: [at(pnp, 0)] } as const;
    void reader.call(other);
    reader.exchange(new WrittenCard());
    const { returnCode, states } = await reply;
    expect(returnCode).toBe(success);
    expect(states.map(({ eventState }) => eventState)).toEqual([0, 0x1_0000 | present | changed]);
    expect(reader.held.waits).toBe(1);
    const again = { ...other, states: [at(readerName, states[1]!.eventState)] };
    void reader.call(again);
    expect(reader.held.waits).toBe(2);
  });
  it('is none that earlier handles reach, and none that they reset, until they reconnect', async () => {
    const { reader, card, context } = await asked([]);
    const [a, b] = [await connected(reader, context), await connected(reader, context)];
    await reader.call({ kind: 'begin-transaction', ...a, disposition: 0 });
    const waiting = codeOf(reader, { kind: 'transmit', ...b, ...usual.transmit });
    await reader.call({ kind: 'write-cache', context, ...usual['write-cache'] });
    const next = new WrittenCard();
    reader.exchange(next);
    expect(await waiting).toBe(scardCode.removedCard);
    expect(await codeOf(reader, { kind: 'status', ...a, ...usual.status })).toBe(scardCode.removedCard);
    expect(await codeOf(reader, { kind: 'end-transaction', ...a, disposition: 1 })).toBe(scardCode.notTransacted);
    expect(await codeOf(reader, { kind: 'read-cache', context, ...usual['read-cache'] })).toBe(scardCode.cacheItemNotFound);
    expect(await codeOf(reader, { kind: 'reconnect', ...b, ...usual.reconnect })).toBe(success);
    expect(await codeOf(reader, { kind: 'transmit', ...b, ...usual.transmit })).toBe(success);
    expect(await codeOf(reader, { kind: 'disconnect', ...a, disposition: 1 })).toBe(success);
    expect([card.done, next.done.length]).toEqual([[], 1]);
  });
});

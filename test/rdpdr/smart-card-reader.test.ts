import { describe, expect, it } from 'vitest';
import { scardCode } from '../../src/codes/scard-code.ts';
import type { EscCall } from '../../src/rdpdr/esc-call.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { atr, codeOf, connected, established, none, readerAtHand, readerName, replyOf, usual } from './reader-at-hand.ts';

const wide = (text: string) => Buffer.from(text, 'utf16le').toString('hex');
const narrow = (text: string) => Buffer.from(text, 'latin1').toString('hex');
const { success, invalidHandle } = scardCode;

describe('contexts', () => {
  it('are handles of four octets that are good until they are released', async () => {
    const { reader } = readerAtHand();
    const [a, b] = [await established(reader), await established(reader)];
    expect([a.length, b.length]).toEqual([4, 4]);
    expect(hex(a)).not.toBe(hex(b));
    expect(await codeOf(reader, { kind: 'is-valid-context', context: a })).toBe(success);
    expect(await codeOf(reader, { kind: 'release-context', context: a })).toBe(success);
    expect(await codeOf(reader, { kind: 'is-valid-context', context: a })).toBe(invalidHandle);
    expect(await codeOf(reader, { kind: 'release-context', context: a })).toBe(invalidHandle);
    expect(await codeOf(reader, { kind: 'is-valid-context', context: b })).toBe(success);
  });
  it.each([
    ['no octets', none],
    ['three octets', bytes('010203')],
    ['zeroes', bytes('00000000')],
    ['eight octets', bytes('0102030405060708')],
  ])('%s are no context', async (_, context) => {
    const { reader } = readerAtHand();
    await established(reader);
    expect(await codeOf(reader, { kind: 'is-valid-context', context })).toBe(invalidHandle);
  });
  it('are refused beyond 1,024, and given again when one is released', async () => {
    const { reader } = readerAtHand();
    const all = await Promise.all(Array.from({ length: 1024 }, () => established(reader)));
    expect(new Set(all.map(hex)).size).toBe(1024);
    expect(await codeOf(reader, { kind: 'establish-context', scope: 0 })).toBe(scardCode.noMemory);
    await reader.call({ kind: 'release-context', context: all[500]! });
    expect(await codeOf(reader, { kind: 'establish-context', scope: 0 })).toBe(success);
  });
  it('are found even where randomness repeats itself', async () => {
    const { card, clock } = readerAtHand();
    const { SmartCardReader } = await import('../../src/rdpdr/smart-card-reader.ts');
    const reader = new SmartCardReader({ card, random: (length) => new Uint8Array(length).fill(0xff), after: clock.after });
    expect([hex(await established(reader)), hex(await established(reader)), hex(await established(reader))]).toEqual([
      'ffffffff',
      '01000000',
      '02000000',
    ]);
  });
  it('have one of three scopes', async () => {
    const { reader } = readerAtHand();
    for (const scope of [0, 1, 2]) expect(await codeOf(reader, { kind: 'establish-context', scope })).toBe(success);
    expect(await codeOf(reader, { kind: 'establish-context', scope: 3 })).toBe(scardCode.invalidValue);
  });
  it('are all forgotten when the host begins anew; the card is reset if anybody used it', async () => {
    const { reader, card } = readerAtHand();
    await established(reader);
    reader.forgetContexts();
    expect(card.done).toEqual([]);
    const handle = await connected(reader, await established(reader));
    reader.forgetContexts();
    expect(card.done).toEqual(['reset']);
    expect(await codeOf(reader, { kind: 'is-valid-context', context: handle.context })).toBe(invalidHandle);
    expect(await codeOf(reader, { kind: 'status', ...handle, ...usual.status })).toBe(invalidHandle);
    expect(reader.held).toMatchObject({ contexts: 0, cards: 0, waits: 0 });
  });
});

describe('lists', () => {
  const names = `${readerName}\0\0`;
  it.each([
    ['of all readers, in UTF-16', {}, wide(names)],
    ['of readers of any group', { groups: undefined }, wide(names)],
    ['of readers of no group', { groups: [] }, wide(names)],
    ['of readers of a group among unknown ones', { groups: ['Some', 'SCard$DefaultReaders'] }, wide(names)],
    ['of readers, in ASCII', { wide: false }, narrow(names)],
    ['of readers, in a buffer that is just large enough', { length: names.length }, wide(names)],
  ])('%s', async (_, how, expected) => {
    const { reader } = readerAtHand();
    const context = await established(reader);
    const { returnCode, readers } = await replyOf(reader, 'list-readers', {
      kind: 'list-readers',
      context,
      ...usual['list-readers'],
      ...how,
    });
    expect(returnCode).toBe(success);
    expect(readers instanceof Uint8Array && hex(readers)).toBe(expected);
  });
  it('say their length alone, or that the buffer is too small', async () => {
    const { reader } = readerAtHand();
    const ask = { kind: 'list-readers', context: await established(reader), ...usual['list-readers'] } as const;
    expect(await reader.call({ ...ask, readersIsNull: true, length: 0 })).toEqual({
      kind: 'list-readers',
      returnCode: success,
      readers: { lengthAlone: 2 * names.length },
    });
    expect(await codeOf(reader, { ...ask, length: names.length - 1 })).toBe(scardCode.insufficientBuffer);
    expect(await codeOf(reader, { ...ask, groups: ['Some'] })).toBe(scardCode.noReadersAvailable);
  });
  it('have groups, and need no context', async () => {
    const { reader } = readerAtHand();
    const ask = { kind: 'list-reader-groups', context: none, ...usual['list-reader-groups'] } as const;
    const { groups } = await replyOf(reader, 'list-reader-groups', ask);
    expect(groups instanceof Uint8Array && hex(groups)).toBe(wide('SCard$DefaultReaders\0\0'));
    expect(await codeOf(reader, { kind: 'list-readers', context: none, ...usual['list-readers'] })).toBe(success);
    expect(await codeOf(reader, { ...ask, context: bytes('01020304') })).toBe(invalidHandle);
  });
});

describe('connecting', () => {
  it('gives a handle of four octets and T=1', async () => {
    const { reader } = readerAtHand();
    const context = await established(reader);
    const reply = await replyOf(reader, 'connect', { kind: 'connect', context, ...usual.connect });
    expect(reply).toMatchObject({ returnCode: success, context, activeProtocol: 2 });
    expect(reply.card).toHaveLength(4);
  });
  it.each([
    ['another reader', { reader: 'Other Reader 0' }, scardCode.unknownReader],
    ['T=0 alone', { preferredProtocols: 1 }, scardCode.protoMismatch],
    ['no protocol', { preferredProtocols: 0 }, scardCode.protoMismatch],
    ['an unknown share mode', { shareMode: 4 }, scardCode.invalidValue],
    ['no share mode', { shareMode: 0 }, scardCode.invalidValue],
  ])('is refused for %s', async (_, how, expected) => {
    const { reader } = readerAtHand();
    const context = await established(reader);
    expect(await codeOf(reader, { kind: 'connect', context, ...usual.connect, ...how })).toBe(expected);
  });
  it('is shared, or one has the card alone', async () => {
    const { reader } = readerAtHand();
    const [a, b] = [await established(reader), await established(reader)];
    const connect = (context: Uint8Array, shareMode: number) =>
      codeOf(reader, { kind: 'connect', context, ...usual.connect, shareMode });
    const first = await connected(reader, a);
    expect(await connect(b, 2)).toBe(success);
    expect(await connect(b, 1)).toBe(scardCode.sharingViolation);
    await reader.call({ kind: 'release-context', context: b });
    expect(await codeOf(reader, { kind: 'reconnect', ...first, ...usual.reconnect, shareMode: 1 })).toBe(success);
    const c = await established(reader);
    for (const mode of [1, 2, 3]) expect(await connect(c, mode)).toBe(scardCode.sharingViolation);
    await reader.call({ kind: 'disconnect', ...first, disposition: 0 });
    expect(await connect(c, 1)).toBe(success);
  });
  it('for direct use needs no protocol, and then takes no command until a reconnect has one', async () => {
    const { reader } = readerAtHand();
    const handle = await connected(reader, await established(reader), { shareMode: 3, preferredProtocols: 0 });
    expect(await replyOf(reader, 'status', { kind: 'status', ...handle, ...usual.status })).toMatchObject({
      state: 5,
      protocol: 0,
    });
    expect(await codeOf(reader, { kind: 'transmit', ...handle, ...usual.transmit })).toBe(scardCode.protoMismatch);
    const again = await replyOf(reader, 'reconnect', { kind: 'reconnect', ...handle, ...usual.reconnect });
    expect(again).toMatchObject({ returnCode: success, activeProtocol: 2 });
    expect(await codeOf(reader, { kind: 'transmit', ...handle, ...usual.transmit })).toBe(success);
  });
  it('is refused beyond 1,024 handles', async () => {
    const { reader } = readerAtHand();
    const context = await established(reader);
    const all = await Promise.all(
      Array.from({ length: 1025 }, () => reader.call({ kind: 'connect', context, ...usual.connect })),
    );
    expect(all.filter(({ returnCode }) => returnCode === success)).toHaveLength(1024);
    expect(all.at(-1)?.returnCode).toBe(scardCode.noMemory);
    await reader.call({ kind: 'release-context', context });
    expect(reader.held.cards).toBe(0);
  });
  it('gives handles that mean something in their context only', async () => {
    const { reader, card } = readerAtHand();
    const { card: handle } = await connected(reader, await established(reader));
    const stranger = { context: await established(reader), card: handle };
    const calls: readonly EscCall[] = [
      { kind: 'transmit', ...stranger, ...usual.transmit },
      { kind: 'status', ...stranger, ...usual.status },
      { kind: 'state', ...stranger, ...usual.state },
      { kind: 'reconnect', ...stranger, ...usual.reconnect },
      { kind: 'disconnect', ...stranger, disposition: 1 },
      { kind: 'begin-transaction', ...stranger, disposition: 0 },
      { kind: 'end-transaction', ...stranger, disposition: 1 },
      { kind: 'control', ...stranger, controlCode: 0x31_3520, input: none, outputIsNull: false, outputLength: 64 },
      { kind: 'get-attrib', ...stranger, attributeId: 0x9_0303, attributeIsNull: false, attributeLength: 64 },
      { kind: 'set-attrib', ...stranger, attributeId: 0x9_0303, attribute: none },
      { kind: 'get-transmit-count', ...stranger },
    ];
    for (const call of calls) expect([call.kind, await codeOf(reader, call)]).toEqual([call.kind, invalidHandle]);
    expect(card.done).toEqual([]);
  });
});

describe('what the card and the reader say of themselves', () => {
  const at = async () => {
    const { reader } = readerAtHand();
    return { reader, handle: await connected(reader, await established(reader)) };
  };
  it('Status: the reader, T=1, specific mode, the whole ATR whatever was asked for', async () => {
    const { reader, handle } = await at();
    const ask = { kind: 'status', ...handle, ...usual.status } as const;
    const reply = await replyOf(reader, 'status', { ...ask, atrLength: 0 });
    expect(reply).toMatchObject({ returnCode: success, state: 6, protocol: 2, atr });
    expect(reply.readerNames instanceof Uint8Array && hex(reply.readerNames)).toBe(wide(`${readerName}\0\0`));
    const ascii = await replyOf(reader, 'status', { ...ask, wide: false });
    expect(ascii.readerNames instanceof Uint8Array && hex(ascii.readerNames)).toBe(narrow(`${readerName}\0\0`));
    expect(await codeOf(reader, { ...ask, readerLength: 16 })).toBe(scardCode.insufficientBuffer);
    expect(await replyOf(reader, 'status', { ...ask, readerNamesIsNull: true, readerLength: 0 })).toMatchObject({
      readerNames: { lengthAlone: 34 },
      atr,
    });
  });
  it('State: the same without the reader', async () => {
    const { reader, handle } = await at();
    const ask = { kind: 'state', ...handle, ...usual.state } as const;
    expect(await reader.call(ask)).toEqual({ kind: 'state', returnCode: success, state: 6, protocol: 2, atr });
    expect(await replyOf(reader, 'state', { ...ask, atrIsNull: true })).toMatchObject({ atr: { lengthAlone: atr.length } });
    expect(await codeOf(reader, { ...ask, atrLength: atr.length - 1 })).toBe(scardCode.insufficientBuffer);
  });
  it.each([
    ['ATR_STRING', 0x9_0303, hex(atr)],
    ['VENDOR_NAME', 0x1_0100, narrow('Mayfly\0')],
    ['DEVICE_FRIENDLY_NAME_A', 0x7fff_0003, narrow(`${readerName}\0`)],
    ['DEVICE_SYSTEM_NAME_A', 0x7fff_0004, narrow(`${readerName}\0`)],
    ['DEVICE_FRIENDLY_NAME_W', 0x7fff_0005, wide(`${readerName}\0`)],
    ['DEVICE_SYSTEM_NAME_W', 0x7fff_0006, wide(`${readerName}\0`)],
  ])('GetAttrib: %s', async (_, attributeId, expected) => {
    const { reader, handle } = await at();
    const ask = { kind: 'get-attrib', ...handle, attributeId, attributeIsNull: false, attributeLength: 64 } as const;
    const { data } = await replyOf(reader, 'get-attrib', ask);
    expect(data instanceof Uint8Array && hex(data)).toBe(expected);
    const length = expected.length / 2;
    expect(await replyOf(reader, 'get-attrib', { ...ask, attributeIsNull: true })).toMatchObject({
      data: { lengthAlone: length },
    });
    expect(await codeOf(reader, { ...ask, attributeLength: length - 1 })).toBe(scardCode.insufficientBuffer);
  });
  it('refuses what it does not have', async () => {
    const { reader, handle } = await at();
    const { context } = handle;
    const calls: readonly (readonly [EscCall, number])[] = [
      [
        { kind: 'get-attrib', ...handle, attributeId: 0x9_0300, attributeIsNull: false, attributeLength: 64 },
        scardCode.unsupportedFeature,
      ],
      [{ kind: 'set-attrib', ...handle, attributeId: 0x9_0303, attribute: none }, scardCode.unsupportedFeature],
      [
        { kind: 'control', ...handle, controlCode: 0x31_3524, input: none, outputIsNull: false, outputLength: 64 },
        scardCode.unsupportedFeature,
      ],
      [{ kind: 'get-reader-icon', context, reader: readerName }, scardCode.unsupportedFeature],
      [{ kind: 'get-reader-icon', context, reader: 'Other' }, scardCode.unknownReader],
      [{ kind: 'get-device-type-id', context, reader: 'Other' }, scardCode.unknownReader],
      [
        { kind: 'change-database', context, wide: true, operation: 'introduce-reader-group', names: ['Some'] },
        scardCode.unsupportedFeature,
      ],
    ];
    for (const [call, expected] of calls) expect([call.kind, await codeOf(reader, call)]).toEqual([call.kind, expected]);
  });
  it.each([0x31_3520, 0x4200_0d48])('Control 0x%s: the reader has no features', async (controlCode) => {
    const { reader, handle } = await at();
    const ask = { kind: 'control', ...handle, controlCode, input: none, outputIsNull: false, outputLength: 64 } as const;
    expect(await reader.call(ask)).toEqual({ kind: 'control', returnCode: success, data: none });
  });
  it('GetDeviceTypeId: a vendor’s reader; AccessStartedEvent: started', async () => {
    const { reader, handle } = await at();
    const ask = { kind: 'get-device-type-id', context: handle.context, reader: readerName } as const;
    expect(await replyOf(reader, 'get-device-type-id', ask)).toMatchObject({ returnCode: success, deviceTypeId: 0xf0 });
    expect(await reader.call({ kind: 'access-started-event' })).toEqual({ kind: 'long', returnCode: success });
  });
});

describe('Transmit', () => {
  const at = async () => {
    const all = readerAtHand();
    const handle = await connected(all.reader, await established(all.reader));
    return { ...all, ask: { kind: 'transmit', ...handle, ...usual.transmit } as const, handle };
  };
  it('gives what the card answers, and counts', async () => {
    const { reader, card, ask, handle } = await at();
    expect(await reader.call(ask)).toEqual({
      kind: 'transmit',
      returnCode: success,
      data: bytes('00a4040009a00000030800001000 9000'),
    });
    expect(await replyOf(reader, 'transmit', { ...ask, receivePci: { protocol: 2, extra: none } })).toMatchObject({
      receivePci: { protocol: 2, extra: none },
    });
    expect(card.done).toHaveLength(2);
    expect(await replyOf(reader, 'get-transmit-count', { kind: 'get-transmit-count', ...handle })).toMatchObject({
      transmitCount: 2,
    });
  });
  it('says when the answer does not fit, or its length alone', async () => {
    const { reader, ask } = await at();
    expect(await codeOf(reader, { ...ask, receiveLength: 15 })).toBe(scardCode.insufficientBuffer);
    expect(await codeOf(reader, { ...ask, receiveLength: 16 })).toBe(success);
    expect(await replyOf(reader, 'transmit', { ...ask, receiveIsNull: true })).toMatchObject({ data: { lengthAlone: 16 } });
  });
  it('says when the card does not answer at all', async () => {
    const { reader, card, ask } = await at();
    card.hold = Promise.reject(new Error('gone'));
    expect(await codeOf(reader, ask)).toBe(scardCode.commError);
  });
});

import { describe, expect, it } from 'vitest';
import { scardCode } from '../../src/codes/scard-code.ts';
import type { EscCall } from '../../src/rdpdr/esc-call.ts';
import { readCall, writeCall } from '../../src/rdpdr/esc-call-codec.ts';
import { type EscReturn, NOTHING } from '../../src/rdpdr/esc-return.ts';
import { readReturn, writeReturn } from '../../src/rdpdr/esc-return-codec.ts';
import { multiString } from '../../src/rdpdr/multi-string.ts';
import * as calls from '../vectors/rdpdr/esc-calls.ts';
import * as replies from '../vectors/rdpdr/esc-returns.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';

const none = bytes('');
const { windows, derived, xrdp } = calls;
const inContext = { context: bytes('07000000') };
const onCard = { ...inContext, card: bytes('08000000') };
const noAtr = { eventState: 0, atr: none };
const gemPc = 'Gemplus GemPC Twin 00 00';
const callRow = (ioctl: number, annotated: string, call: EscCall) => [call.kind, ioctl, annotated, call] as const;

const captured = [
  callRow(0x90014, windows.establishContext, { kind: 'establish-context', scope: 2 }),
  callRow(0x90018, windows.releaseContext, { kind: 'release-context', context: bytes('02000000') }),
  callRow(0x9002c, windows.listReadersOfGroup, {
    kind: 'list-readers',
    wide: true,
    context: bytes('01000000'),
    groups: ['SCard$AllReaders'],
    readersIsNull: false,
    length: 0xffff_ffff,
  }),
  callRow(0x9002c, windows.listReaders, {
    kind: 'list-readers',
    wide: true,
    context: bytes('02000000'),
    groups: undefined,
    readersIsNull: false,
    length: 1024,
  }),
  callRow(0x900a4, windows.getStatusChange, {
    kind: 'get-status-change',
    wide: true,
    context: bytes('01000000'),
    timeout: 0xffff_ffff,
    states: [
      { reader: '\\\\?PnP?\\Notification', currentState: 0x1_0000, ...noAtr },
      { reader: gemPc, currentState: 0x10, ...noAtr },
    ],
  }),
  callRow(0x900b0, windows.connect, {
    kind: 'connect',
    wide: true,
    context: bytes('01000000'),
    reader: gemPc,
    shareMode: 2,
    preferredProtocols: 3,
  }),
  callRow(0x900bc, windows.beginTransaction, {
    kind: 'begin-transaction',
    context: bytes('02000000'),
    card: bytes('0a000000'),
    disposition: 0,
  }),
  callRow(0x900cc, windows.status, {
    kind: 'status',
    wide: true,
    context: bytes('05000000'),
    card: bytes('06000000'),
    readerNamesIsNull: false,
    readerLength: 0xffff_ffff,
    atrLength: 32,
  }),
  callRow(0x900d0, windows.transmit, {
    kind: 'transmit',
    context: bytes('05000000'),
    card: bytes('0b000000'),
    sendPci: { protocol: 1, extra: none },
    send: bytes('00a4020c02ef0f'),
    receivePci: { protocol: 1, extra: none },
    receiveIsNull: false,
    receiveLength: 258,
  }),
  callRow(0x900d4, windows.control, {
    kind: 'control',
    context: bytes('05000000'),
    card: bytes('06000000'),
    controlCode: 0x0031_3520,
    input: none,
    outputIsNull: false,
    outputLength: 200,
  }),
];
const byHand = [
  callRow(0x9001c, derived.isValidContextWithout, { kind: 'is-valid-context', context: none }),
  callRow(0x900a8, derived.cancelOf16, { kind: 'cancel', context: bytes('000102030405060708090a0b0c0d0e0f') }),
  ...[0x90020, 0x90024].map((ioctl, form) =>
    callRow(ioctl, derived.listReaderGroups, {
      kind: 'list-reader-groups',
      wide: form === 1,
      ...inContext,
      groupsIsNull: true,
      length: 5,
    }),
  ),
  callRow(0x90028, derived.listReadersA, {
    kind: 'list-readers',
    wide: false,
    context: bytes('09'),
    groups: ['AB', 'CD'],
    readersIsNull: false,
    length: 0xffff_ffff,
  }),
  ...(
    [
      [0x90050, 'introduce-reader-group'],
      [0x90058, 'forget-reader-group'],
      [0x90068, 'forget-reader'],
    ] as const
  ).map(([ioctl, operation]) =>
    callRow(ioctl, derived.forgetReaderA, { kind: 'change-database', wide: false, operation, ...inContext, names: ['R1'] }),
  ),
  ...(
    [
      [0x90064, 'introduce-reader'],
      [0x90074, 'add-reader-to-group'],
      [0x9007c, 'remove-reader-from-group'],
    ] as const
  ).map(([ioctl, operation]) =>
    callRow(ioctl, derived.addReaderToGroupW, {
      kind: 'change-database',
      wide: true,
      operation,
      ...inContext,
      names: ['R1', 'G'],
    }),
  ),
  callRow(0x90098, derived.locateCardsA, {
    kind: 'locate-cards',
    wide: false,
    ...inContext,
    cards: ['C'],
    states: [{ reader: 'R1', currentState: 0x20, eventState: 0, atr: bytes('3b8001') }],
  }),
  callRow(0x900ec, derived.locateCardsByAtrW, {
    kind: 'locate-cards-by-atr',
    wide: true,
    ...inContext,
    masks: [{ atr: bytes('3b80'), mask: bytes('ff80') }],
    states: [{ reader: undefined, currentState: 0, ...noAtr }],
  }),
  callRow(0x900a0, derived.getStatusChangeNone, {
    kind: 'get-status-change',
    wide: false,
    ...inContext,
    timeout: 0,
    states: [],
  }),
  callRow(0x900ac, derived.connectA, {
    kind: 'connect',
    wide: false,
    ...inContext,
    reader: 'R1',
    shareMode: 3,
    preferredProtocols: 0x8000_0000,
  }),
  callRow(0x900b4, derived.reconnect, {
    kind: 'reconnect',
    ...onCard,
    shareMode: 2,
    preferredProtocols: 2,
    initialization: 1,
  }),
  callRow(0x900b8, derived.disconnect, { kind: 'disconnect', ...onCard, context: none, disposition: 1 }),
  callRow(0x900c0, derived.disconnect, { kind: 'end-transaction', ...onCard, context: none, disposition: 1 }),
  callRow(0x900c4, derived.state, { kind: 'state', ...onCard, atrIsNull: true, atrLength: 36 }),
  callRow(0x900d0, derived.transmitWithExtra, {
    kind: 'transmit',
    ...onCard,
    sendPci: { protocol: 2, extra: bytes('aabbcc') },
    send: bytes('5a'),
    receivePci: undefined,
    receiveIsNull: true,
    receiveLength: 0,
  }),
  callRow(0x900d8, derived.getAttrib, {
    kind: 'get-attrib',
    ...onCard,
    attributeId: 0x0009_0303,
    attributeIsNull: false,
    attributeLength: 32,
  }),
  callRow(0x900dc, derived.setAttrib, { kind: 'set-attrib', ...onCard, attributeId: 0x1_0001, attribute: bytes('abcd') }),
  callRow(0x900f4, derived.readCacheW, {
    kind: 'read-cache',
    wide: true,
    context: bytes('07'),
    lookupName: 'K',
    cardIdentifier: bytes('00112233445566778899aabbccddeeff'),
    freshnessCounter: 5,
    dataIsNull: false,
    dataLength: 0xffff_ffff,
  }),
  callRow(0x900f8, derived.writeCacheA, {
    kind: 'write-cache',
    wide: false,
    ...inContext,
    lookupName: 'K',
    cardIdentifier: bytes('00112233445566778899aabbccddeeff'),
    freshnessCounter: 0,
    data: bytes('0102030405'),
  }),
  callRow(0x90100, derived.getTransmitCount, { kind: 'get-transmit-count', ...onCard }),
  callRow(0x90104, derived.ofReader, { kind: 'get-reader-icon', ...inContext, reader: 'R1' }),
  callRow(0x90108, derived.ofReader, { kind: 'get-device-type-id', ...inContext, reader: 'R1' }),
];
describe('calls as Windows hosts sent them', () => {
  it.each(captured)('%s', (_, ioctl, annotated, call) => {
    expect(readCall(ioctl, bytes(annotated))).toEqual(call);
    const written = writeCall(call);
    expect([written.ioctl, hex(written.input)]).toEqual([ioctl, hex(bytes(annotated))]);
  });
});
describe('calls by the IDL', () => {
  it.each(byHand)('%s', (_, ioctl, annotated, call) => {
    expect(readCall(ioctl, bytes(annotated))).toEqual(call);
    const written = writeCall(call);
    expect([written.ioctl, hex(written.input)]).toEqual([ioctl, hex(bytes(annotated))]);
  });
  it('the one that is not encoded holds anything', () => {
    const { ioctl, input } = writeCall({ kind: 'access-started-event' });
    expect([ioctl, hex(input)]).toEqual([0x900e0, '00000000']);
    for (const octets of ['00000000', 'deadbeef', '']) {
      expect(readCall(ioctl, bytes(octets))).toEqual({ kind: 'access-started-event' });
    }
  });
  it('is none for a control code that is not used or unknown', () => {
    for (const ioctl of [0x900e4, 0x9010c, 0x90010, 0x90015, 0]) expect(readCall(ioctl, none)).toBeUndefined();
  });
});
describe('calls as xrdp sends them', () => {
  it('two NULs, one referent id for all', () => {
    const states = ['A', 'B'].map((reader, i) => ({ reader, currentState: i * 0x10, ...noAtr }));
    const call = { kind: 'get-status-change', wide: false, ...inContext, timeout: 0, states };
    expect(readCall(0x900a0, bytes(xrdp.getStatusChange))).toEqual(call);
  });
  it('more octets than are counted', () => {
    expect(readCall(0x90028, bytes(xrdp.listReadersA))).toMatchObject({ groups: ['G'] });
  });
});

const { example } = replies;
const reply = replies.derived;
const gemplus = 'Gemplus USB Smart Card Reader 0';
const exampleContext = { context: bytes('000001cd') };
const replyRow = (ioctl: number, annotated: string, value: EscReturn) => [value.kind, ioctl, annotated, value] as const;
describe('replies', () => {
  it.each([
    replyRow(0x90014, example.establishContext, { kind: 'establish-context', returnCode: 0, ...exampleContext }),
    replyRow(0x9002c, example.listReaders, { kind: 'list-readers', returnCode: 0, readers: multiString([gemplus], true) }),
    replyRow(0x900a4, example.getStatusChange, {
      kind: 'get-status-change',
      returnCode: 0,
      states: [{ currentState: 0, eventState: 0x122, atr: bytes('3b1694417374726964') }],
    }),
    replyRow(0x900b0, example.connect, {
      kind: 'connect',
      returnCode: 0,
      ...exampleContext,
      card: bytes('000001ea'),
      activeProtocol: 1,
    }),
    replyRow(0x900bc, example.long, { kind: 'long', returnCode: 0 }),
    replyRow(0x900cc, example.status, {
      kind: 'status',
      returnCode: 0,
      readerNames: multiString([gemplus], true),
      state: 6,
      protocol: 1,
      atr: bytes('3b1694417374726964'),
    }),
    replyRow(0x900e0, reply.refused, { kind: 'long', returnCode: scardCode.unsupportedFeature }),
    replyRow(0x90024, reply.listReaderGroupsLength, {
      kind: 'list-reader-groups',
      returnCode: 0,
      groups: { lengthAlone: 44 },
    }),
    replyRow(0x900e8, reply.locateCardsNone, { kind: 'locate-cards', returnCode: scardCode.unknownReader, states: [] }),
    replyRow(0x900ac, reply.connectBare, {
      kind: 'connect',
      returnCode: 0,
      context: none,
      card: bytes('01000000'),
      activeProtocol: 2,
    }),
    replyRow(0x900b4, reply.reconnect, { kind: 'reconnect', returnCode: 0, activeProtocol: 2 }),
    replyRow(0x900c4, reply.state, { kind: 'state', returnCode: 0, state: 6, protocol: 2, atr: bytes('3b8001') }),
    replyRow(0x900d0, reply.transmit, { kind: 'transmit', returnCode: 0, data: bytes('9000') }),
    replyRow(0x900d0, reply.transmitWithPci, {
      kind: 'transmit',
      returnCode: 0,
      receivePci: { protocol: 2, extra: bytes('aabbcc') },
      data: bytes('9000'),
    }),
    replyRow(0x900d4, reply.controlEmpty, { kind: 'control', returnCode: 0, data: none }),
    replyRow(0x900d8, reply.getAttrib, { kind: 'get-attrib', returnCode: 0, data: bytes('4d61796679') }),
    replyRow(0x900f4, reply.readCache, { kind: 'read-cache', returnCode: 0, data: bytes('07') }),
    replyRow(0x900f0, reply.readCacheMiss, { kind: 'read-cache', returnCode: scardCode.cacheItemNotFound, data: NOTHING }),
    replyRow(0x90100, reply.getTransmitCount, { kind: 'get-transmit-count', returnCode: 0, transmitCount: 42 }),
    replyRow(0x90104, reply.getReaderIcon, { kind: 'get-reader-icon', returnCode: 0, data: bytes('424d') }),
    replyRow(0x90108, reply.getDeviceTypeId, { kind: 'get-device-type-id', returnCode: 0, deviceTypeId: 0xf0 }),
  ])('%s', (_, ioctl, annotated, value) => {
    expect(readReturn(ioctl, bytes(annotated))).toEqual(value);
    expect(hex(writeReturn(value))).toBe(hex(bytes(annotated)));
  });
  it('are of no kind for an unknown control code', () => {
    expect(() => readReturn(0x9010c, bytes(example.long))).toThrow('no call has the control code 0x9010c');
  });
});

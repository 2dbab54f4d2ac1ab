import { describe, expect, it } from 'vitest';
import { scardCode } from '../../src/codes/scard-code.ts';
import { ioStatus } from '../../src/rdpdr/device-io.ts';
import type { EscCall } from '../../src/rdpdr/esc-call.ts';
import { writeCall } from '../../src/rdpdr/esc-call-codec.ts';
import { smartCardIoctls } from '../../src/rdpdr/smart-card-ioctl.ts';
import { bytes } from '../wire/annotated-hex.ts';
import { announced } from './announced-card.ts';
import { codeOf, connected, established, none, usual } from './reader-at-hand.ts';
import { u32 } from './windows/octets.ts';

const header = (body: Uint8Array) =>
  Uint8Array.from([1, 0x10, 8, 0, 0xcc, 0xcc, 0xcc, 0xcc, ...u32(body.length), ...u32(0), ...body]);

describe('NDR that leads nowhere', () => {
  const LIST_READERS = 0x9_002c;
  const STATUS_CHANGE = 0x9_00a4;
  const TRANSMIT = 0x9_00d0;
  const inputs: readonly (readonly [string, number, string])[] = [
    ['no octets', LIST_READERS, ''],
    ['a pointer with nothing behind it', LIST_READERS, '04000000 00000200 00000000 00000000 00000000 ffffffff'],
    ['a count with a NULL pointer', LIST_READERS, '04000000 00000000 00000000 00000000 00000000 ffffffff'],
    ['a context of 2 GiB', LIST_READERS, 'ffffff7f 00000200 00000000 00000000 00000000 ffffffff ffffff7f 01000000'],
    [
      'an array longer than announced',
      LIST_READERS,
      '04000000 00000200 00000000 00000000 00000000 ffffffff 08000000 0100000000000000',
    ],
    ['an array shorter than announced', LIST_READERS, '04000000 00000200 00000000 00000000 00000000 ffffffff 02000000 0100'],
    ['groups of 64 KiB that are not there', LIST_READERS, '00000000 00000000 00000100 00000200 00000000 ffffffff 00000100 0000'],
    [
      'pointers that all lead to one place, and that is themselves',
      STATUS_CHANGE,
      `04000000 00000200 ffffffff 02000000 00000200 04000000 01000000 02000000 ${`00000200 00000000 00000000 00000000 ${'00'.repeat(36)}`.repeat(2)}`,
    ],
    ['four thousand million states', STATUS_CHANGE, '00000000 00000000 ffffffff ffffffff 00000200 ffffffff'],
    ['twelve states', STATUS_CHANGE, `00000000 00000000 ffffffff 0c000000 00000200 0c000000 ${'00'.repeat(12 * 52)}`],
    [
      'a string of 4 GiB',
      STATUS_CHANGE,
      `00000000 00000000 00000000 01000000 00000200 01000000 04000200 00000000 00000000 00000000 ${'00'.repeat(36)} ffffffff 00000000 ffffffff 4100`,
    ],
    [
      'a string that begins behind itself',
      0x9_00b0,
      '00000200 00000000 00000000 02000000 03000000 02000000 01000000 01000000 41000000',
    ],
    [
      'an ATR of 37 octets',
      STATUS_CHANGE,
      `00000000 00000000 00000000 01000000 00000200 01000000 00000000 00000000 00000000 25000000 ${'00'.repeat(36)}`,
    ],
    [
      'an APDU of 66,561 octets',
      TRANSMIT,
      `04000000 00000200 04000000 04000200 02000000 00000000 00000000 01040100 08000200 00000000 00000000 02010000`,
    ],
    ['octets left over', 0x9_0014, '00000000 00000000 00000000 00000000'],
  ];
  it.each(inputs)('%s: the request fails, and nothing else does', async (_, ioctl, body) => {
    const { asked, isWell, over } = await announced();
    expect(await asked(ioctl, header(bytes(body)))).toEqual([ioStatus.unsuccessful]);
    expect(over.events.at(-1)).toMatchObject({ kind: 'request-refused', reason: 'malformed' });
    expect(await isWell()).toEqual({ kind: 'done' });
  });
  it.each([
    ['another version', '02 10 0800 cccccccc 08000000 00000000 0000000000000000'],
    ['big-endian', '01 00 0800 cccccccc 08000000 00000000 0000000000000000'],
    ['a header of 16 octets', '01 10 1000 cccccccc 08000000 00000000 0000000000000000'],
    ['a length of more than there is', '01 10 0800 cccccccc ffffffff 00000000 0000000000000000'],
    ['no whole header', '01 10 0800 cccccccc 0800'],
  ])('%s is no input', async (_, input) => {
    const { asked } = await announced();
    expect(await asked(0x9_0014, bytes(input))).toEqual([ioStatus.unsuccessful]);
  });
});

describe('requests that nobody makes', () => {
  it('are completed with an error, each', async () => {
    const { asked, isWell } = await announced();
    const context = writeCall({ kind: 'establish-context', scope: 0 });
    expect(await asked(context.ioctl, context.input, { device: 2 })).toEqual([ioStatus.noSuchDevice]);
    expect(await asked(context.ioctl, context.input, { major: 0x04 })).toEqual([ioStatus.notSupported]);
    expect(await asked(context.ioctl, context.input, { length: 0xffff_ffff })).toEqual([ioStatus.unsuccessful]);
    expect(await asked(context.ioctl, context.input, { length: 0x4_0001 })).toEqual([ioStatus.unsuccessful]);
    expect(await asked(context.ioctl, context.input, { room: 0 })).toEqual([ioStatus.bufferTooSmall]);
    // A handle of its own is kept for the repetition that has the room.
    expect(await asked(context.ioctl, context.input)).toEqual([scardCode.success]);
    for (const code of [0, 0x9_0010, 0x9_00e4, 0x9_010c, 0xffff_ffff])
      expect(await asked(code, bytes('0102'))).toEqual([scardCode.unsupportedFeature]);
    expect(await isWell()).toEqual({ kind: 'done' });
  });
  it('of every control code, with no octets and with many, get one answer each', async () => {
    const { request, answers, isWell } = await announced();
    const inputs = [none, new Uint8Array(4), new Uint8Array(10_000), header(none), header(new Uint8Array(64))];
    for (const { code } of smartCardIoctls) for (const input of inputs) request(code, input);
    expect(await answers()).toHaveLength(smartCardIoctls.length * inputs.length);
    expect(await isWell()).toEqual({ kind: 'done' });
  });
});

describe('handles', () => {
  it('that are stale, foreign or made up are none, whatever they are used for', async () => {
    const { over, card } = await announced();
    const { reader } = over;
    const [a, b] = [await established(reader), await established(reader)];
    const used = await connected(reader, a);
    await reader.call({ kind: 'disconnect', ...used, disposition: 0 });
    const released = await connected(reader, b);
    await reader.call({ kind: 'release-context', context: b });
    const mine = await connected(reader, a);
    const guesses = [
      used,
      released,
      { ...mine, context: mine.card },
      { context: a, card: a },
      { context: a, card: none },
      { context: none, card: mine.card },
    ];
    const onCard = (of: { context: Uint8Array; card: Uint8Array }): EscCall[] => [
      { kind: 'transmit', ...of, ...usual.transmit },
      { kind: 'status', ...of, ...usual.status },
      { kind: 'begin-transaction', ...of, disposition: 0 },
      { kind: 'end-transaction', ...of, disposition: 1 },
      { kind: 'disconnect', ...of, disposition: 2 },
      { kind: 'reconnect', ...of, ...usual.reconnect, initialization: 1 },
    ];
    for (const of of guesses)
      for (const call of onCard(of))
        expect([call.kind, await codeOf(reader, call)]).toEqual([call.kind, scardCode.invalidHandle]);
    expect([card.operations, reader.held.cards]).toEqual([0, 1]);
  });
});

describe('a card whose key is gone', () => {
  it('answers everything, and does nothing with a key', async () => {
    const { over, card, pin, isWell } = await announced();
    const handle = await connected(over.reader, await established(over.reader));
    await card.destroy('expired');
    const codes = async (send: string) =>
      codeOf(over.reader, { kind: 'transmit', ...handle, ...usual.transmit, send: bytes(send) });
    for (const apdu of [
      '00a4040009a00000030800001000',
      '00cb3fff055c035fc10500',
      '0020008008ffffffffffffffff',
      '0087079a047c028200',
      '',
      'ff',
    ])
      expect(await codes(apdu)).toBe(scardCode.success);
    expect(card.operations).toBe(0);
    expect(pin).toMatch(/^\d{8}$/);
    // Not even the PIN that was the right one.
    expect(await isWell()).toMatchObject({ kind: 'pin' });
  });
});

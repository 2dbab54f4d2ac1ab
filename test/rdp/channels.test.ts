import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChannelReassembly, type Reassembled } from '../../src/rdp/channel-reassembly.ts';
import { channelChunks, channelMessage, StaticChannels } from '../../src/rdp/channels.ts';
import { domainFrame } from '../../src/rdp/mcs-domain.ts';
import { rdpFrame } from '../../src/rdp/rdp-frame.ts';
import { channelFlag, channelPdu } from '../../src/rdp/virtual-channel.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { mutated, property, same } from '../wire/property.ts';

const { first, last, compressed, suspend, resume, showProtocol } = channelFlag;
const pdu = (length: number, flags: number, chunk: Uint8Array | string = '') =>
  encode(channelPdu, { length, flags, chunk: typeof chunk === 'string' ? bytes(chunk) : chunk });
const all = (most: number, ...pdus: readonly Uint8Array[]): readonly Reassembled[] => {
  const channel = new ChannelReassembly(most);
  return pdus.map((each) => channel.receive(each));
};
const message = (n: number) => Uint8Array.from({ length: n }, (_, i) => i % 251);

describe('chunks', () => {
  it.each([
    [0, [[0, first | last, 0]]],
    [1, [[1, first | last, 1]]],
    [1600, [[1600, first | last, 1600]]],
    [
      1601,
      [
        [1601, first, 1600],
        [1601, last, 1],
      ],
    ],
    [
      4000,
      [
        [4000, first, 1600],
        [4000, 0, 1600],
        [4000, last, 800],
      ],
    ],
  ])('a message of %i octets', (n, expected) => {
    const chunks = channelChunks(message(n)).map((each) => decode(channelPdu, each));
    expect(chunks.map(({ length, flags, chunk }) => [length, flags, chunk.length])).toEqual(expected);
  });
  it('keep the flags of the channel', () => {
    const flags = channelChunks(message(3000), 1600, showProtocol).map((each) => decode(channelPdu, each).flags);
    expect(flags).toEqual([showProtocol | first, showProtocol | last]);
  });
  it('leave in one piece, a whole MCS PDU each', () => {
    const written = channelMessage(message(4000), { kind: 'send-data-request', initiator: 1007, channelId: 1004 });
    const units: Uint8Array[] = [];
    for (let left = written; left.length > 0; left = left.subarray(rdpFrame(left))) units.push(left.subarray(0, rdpFrame(left)));
    expect(units.map((unit) => decode(domainFrame, unit))).toMatchObject(
      Array.from({ length: 3 }, () => ({ kind: 'send-data-request', initiator: 1007, channelId: 1004, priority: 1 })),
    );
    expect(hex(units[0]?.subarray(0, 22) ?? bytes(''))).toBe(
      '0300065702f080640006 03ec 70 8648 a00f0000 01000000'.replaceAll(' ', '').slice(0, 44),
    );
  });
});

describe('put together', () => {
  it('a message of one chunk, which is not copied', () => {
    const only = pdu(3, first | last, '010203');
    const [got] = all(10, only);
    expect(got).toEqual({ kind: 'message', message: bytes('010203') });
    expect(got?.kind === 'message' && got.message.buffer).toBe(only.buffer);
  });
  it('one after the other', () => {
    const got = all(10, pdu(3, first, '01'), pdu(3, 0, '02'), pdu(3, last, '03'), pdu(1, first | last, '04'));
    expect(got.map(({ kind }) => kind)).toEqual(['incomplete', 'incomplete', 'message', 'message']);
    expect(got[2]).toEqual({ kind: 'message', message: bytes('010203') });
  });
  it('whatever the length of later chunks says', () => {
    expect(all(10, pdu(2, first, '01'), pdu(99, last, '02'))[1]).toEqual({ kind: 'message', message: bytes('0102') });
  });
  it('an empty message, and an empty last chunk', () => {
    expect(all(10, pdu(0, first | last))).toEqual([{ kind: 'message', message: bytes('') }]);
    expect(all(10, pdu(1, first, '01'), pdu(1, last))[1]).toEqual({ kind: 'message', message: bytes('01') });
  });
  it('silence asked for and lifted', () => {
    const channel = new ChannelReassembly(10);
    expect(channel.receive(pdu(0, suspend))).toEqual({ kind: 'flow', suspended: true });
    expect(channel.suspended).toBe(true);
    expect(channel.receive(pdu(1, first | last | resume, '01'))).toEqual({ kind: 'message', message: bytes('01') });
    expect(channel.suspended).toBe(false);
  });
});

describe('refused by name, with nothing left open', () => {
  it.each([
    ['a compressed chunk', [pdu(9, first | last | compressed, '0102')], 'compressed'],
    ['a message over the bound', [pdu(11, first, '01')], 'too-long'],
    ['a message over the bound in one chunk', [pdu(11, first | last, '01')], 'too-long'],
    ['a chunk without a beginning', [pdu(3, 0, '01')], 'out-of-sequence'],
    ['an end without a beginning', [pdu(3, last, '01')], 'out-of-sequence'],
    ['a second beginning', [pdu(3, first, '01'), pdu(3, first, '01')], 'out-of-sequence'],
    ['a chunk of nothing', [pdu(3, first, '01'), pdu(3, 0)], 'out-of-sequence'],
    ['a beginning of nothing', [pdu(3, first)], 'out-of-sequence'],
    ['more than was announced', [pdu(2, first, '01'), pdu(2, 0, '0203')], 'wrong-length'],
    ['less than was announced', [pdu(3, first, '01'), pdu(3, last, '02')], 'wrong-length'],
    ['one chunk of another length', [pdu(3, first | last, '01')], 'wrong-length'],
  ])('%s', (_, pdus, reason) => {
    const channel = new ChannelReassembly(10);
    const got = pdus.map((each) => channel.receive(each)).at(-1);
    expect(got).toMatchObject({ kind: 'refused', reason, sentence: expect.stringMatching(/^[a-z][^.]*$/) as unknown });
    expect(channel.held).toBe(0);
  });
  it('a header cut short is not even a chunk', () => expect(() => all(10, bytes('01000000 03'))).toThrow(DecodeError));
});
it('what a message says of its length takes no room', () => {
  const channel = new ChannelReassembly(0x1000_0000);
  channel.receive(pdu(0x0fff_ffff, first, '01'));
  expect(channel.held).toBeLessThanOrEqual(4096);
});

describe('static channels', () => {
  const channels = () =>
    new StaticChannels(
      [
        { name: 'rdpdr', id: 1004 },
        { name: 'rdpsnd', id: 1005, most: 8 },
      ],
      { kind: 'send-data-request', initiator: 1007 },
    );
  it('send by name and receive by id', () => {
    const both = channels();
    const rdpdr = both.named('rdpdr') ?? { name: '', id: 0 };
    expect(decode(domainFrame, both.send(rdpdr, bytes('0102')))).toMatchObject({
      channelId: 1004,
      userData: pdu(2, first | last, '0102'),
    });
    expect(both.receive(1004, pdu(1, first | last, '01'))).toMatchObject({ kind: 'message', channel: rdpdr });
    expect(both.receive(1005, pdu(9, first, '01'))).toMatchObject({
      kind: 'refused',
      reason: 'too-long',
      channel: { name: 'rdpsnd' },
    });
    expect([both.receive(1006, bytes('')), both.named('cliprdr')]).toEqual([undefined, undefined]);
  });
});

describe('properties', () => {
  property(
    'what is cut up comes together',
    fc.tuple(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 4 }), fc.integer({ min: 1, max: 20 })),
    ([messages, chunkLength]) => {
      const channel = new ChannelReassembly(60);
      const got = messages.flatMap((each) => channelChunks(each, chunkLength)).map((each) => channel.receive(each));
      const whole = got.flatMap((each) => (each.kind === 'message' ? [hex(each.message)] : []));
      same(whole, messages.map(hex), 'messages');
    },
  );
  const good = fc
    .uint8Array({ maxLength: 40 })
    .map((each) => channelChunks(each, 10))
    .map((each) => each[0] ?? bytes(''));
  property(
    'anything is a value or a DecodeError, and holds no more than the bound',
    fc.array(mutated(good), { maxLength: 6 }),
    (pdus) => {
      const channel = new ChannelReassembly(64);
      for (const each of pdus) {
        try {
          channel.receive(each);
        } catch (e) {
          if (!(e instanceof DecodeError)) throw e;
        }
        if (64 < channel.held) throw new Error(`holds ${channel.held} octets`);
      }
    },
  );
});

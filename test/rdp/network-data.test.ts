import { describe, expect, it } from 'vitest';
import { clientNetworkData } from '../../src/rdp/client-network-data.ts';
import { serverNetworkData } from '../../src/rdp/server-network-data.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { refusal } from '../wire/refusal.ts';

describe("a client's channels", () => {
  it('are known by what stands before the first NUL, and come back with what stands behind it', () => {
    const input = '02000000 7264706472005a5a 00008080 6472647966756c6c 000000c0';
    const value = decode(clientNetworkData, bytes(input));
    expect(value.channels).toEqual([
      { name: 'rdpdr', behindName: bytes('5a5a'), options: 0x8080_0000 },
      { name: 'drdyfull', options: 0xc000_0000 },
    ]);
    expect(hex(encode(clientNetworkData, value))).toBe(hex(bytes(input)));
  });
  it('may be 31', () => {
    const channels = Array.from({ length: 31 }, (_, i) => ({ name: `ch${i}`, options: 0 }));
    expect(decode(clientNetworkData, encode(clientNetworkData, { channels })).channels).toEqual(channels);
    expect(() => encode(clientNetworkData, { channels: [...channels, { name: 'one more', options: 0 }] })).toThrow(
      '32 items, over 31',
    );
    expect(refusal(clientNetworkData, 'ffffffff')).toMatch(/4294967295 items, over 31$/);
  });
  it.each(['ninechars', 'with\0nul', 'Ω'])('are not written as %j', (name) => {
    expect(() => encode(clientNetworkData, { channels: [{ name, options: 0 }] })).toThrow(
      'a channel name is not 8 octets without NUL',
    );
  });
});
describe("a host's channel ids", () => {
  it.each([
    ['none', 'eb03 0000', { ioChannelId: 1003, channelIds: [] }],
    ['an even number', 'eb03 0200 ec03 ed03', { ioChannelId: 1003, channelIds: [1004, 1005] }],
    ['an odd number, padded; one denied', 'eb03 0300 ec03 0000 ed03 0000', { ioChannelId: 1003, channelIds: [1004, 0, 1005] }],
    ['an odd number, not padded', 'eb03 0100 ec03', { ioChannelId: 1003, channelIds: [1004], trailing: bytes('') }],
    ['padding that is not zero', 'eb03 0100 ec03 beef', { ioChannelId: 1003, channelIds: [1004], trailing: bytes('beef') }],
    ['an even number, padded', 'eb03 0000 0000', { ioChannelId: 1003, channelIds: [], trailing: bytes('0000') }],
  ])('%s', (_, input, value) => {
    expect(decode(serverNetworkData, bytes(input))).toEqual(value);
    expect(hex(encode(serverNetworkData, value))).toBe(hex(bytes(input)));
  });
  it('are as many as are told', () => {
    expect(refusal(serverNetworkData, 'eb03 0200 ec03')).toBe('1 at byte 6: needs 2 bytes, 0 left');
    expect(refusal(serverNetworkData, 'eb03 2000')).toMatch(/32 items, over 31$/);
  });
});

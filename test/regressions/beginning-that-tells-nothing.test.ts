import { describe, expect, it } from 'vitest';
import { ClientReader } from '../../src/gateway/client-reader.ts';
import { Clipboard } from '../../src/gateway/clipboard.ts';
import { DynamicChannels } from '../../src/gateway/dynamic-channels.ts';
import { PduStream } from '../../src/gateway/pdu-stream.ts';
import { RelayChannels } from '../../src/gateway/relay-channels.ts';
import { domainFrame } from '../../src/rdp/mcs-domain.ts';
import { encode } from '../../src/wire/codec.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { bytes } from '../wire/annotated-hex.ts';

const FIRST = '01000000';
const LAST = '02000000';
const ALL = '03000000';
const chunk = (flags: string, pdu = '') => bytes(`20000000 ${flags} ${pdu}`);

describe('a first chunk that does not say what comes', () => {
  it('lets no clipboard message pass behind it', () => {
    const clipboard = new Clipboard([]);
    expect(() => clipboard.verdict('client', chunk(FIRST))).toThrow(DecodeError);
    expect(clipboard.verdict('client', chunk(LAST, '0200 0000 00000000'))).toBe('drop');
  });
  it('lets no touch pass behind it before the logon', () => {
    const channels = new DynamicChannels([]);
    const name = Buffer.from('Microsoft::Windows::RDS::Input\0', 'latin1').toString('hex');
    channels.create(chunk(ALL, `10 05 ${name}`));
    expect(() => channels.fromClient(chunk(FIRST, '30'), false)).toThrow(DecodeError);
    expect(() => channels.fromClient(chunk(ALL, '33 05 00 00 00'), false)).toThrow(DecodeError);
    expect([channels.fromClient(chunk(FIRST, '30 05'), false), channels.fromClient(chunk(LAST, '00'), true)]).toEqual([
      'drop',
      'drop',
    ]);
  });
  it('nor does a chunk that is none', () => {
    expect(new Clipboard([]).verdict('host', chunk('00000000', '0200'))).toBe('drop');
    expect(new DynamicChannels([]).fromClient(chunk('00000000', '30 05 00'), true)).toBe('drop');
  });
});

it('a share PDU that looks like licensing is read as what it is once a session is active', () => {
  const channels = new RelayChannels(
    { ioChannelId: 1003, userId: 1007, channels: [] },
    { ioChannelId: 1003, userId: 1007, channels: [] },
    () => true,
  );
  const passed: Uint8Array[] = [];
  const nothing = () => undefined;
  const reader = (isLicensing: boolean) =>
    new PduStream(
      new ClientReader({
        ...{ channels, dynamic: new DynamicChannels([]), clipboard: new Clipboard([]), devices: undefined },
        ...{ toClient: nothing, typed: nothing, leaves: nothing, mayType: () => 'nothing', isLicensing: () => isLicensing },
        ...{ isActive: () => true, confirms: () => true },
        toHost: (octets) => passed.push(octets),
      }),
    );
  const says = (userData: Uint8Array) =>
    encode(domainFrame, { kind: 'send-data-request', initiator: 1007, channelId: 1003, priority: 0, userData });
  // totalLength 0x80, pduType 0x0007 without its version: a Data PDU of input to whoever looks at four bits.
  const disguised = bytes(`8000 0700 0000 00000000 00 01 0000 1c 00 0000 ${'00'.repeat(110)}`);
  reader(true).feed(says(disguised));
  expect(passed).toHaveLength(1);
  expect(() => reader(false).feed(says(disguised)), 'a share PDU without its version').toThrow(DecodeError);
  expect(passed, 'input before the logon').toHaveLength(1);
  expect(() => reader(true).feed(says(bytes(`c000 0000 ${'00'.repeat(20)}`))), 'a second Client Info').toThrow(DecodeError);
  expect(passed).toHaveLength(1);
});

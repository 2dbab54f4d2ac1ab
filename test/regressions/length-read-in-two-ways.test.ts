import { describe, expect, it } from 'vitest';
import { ClientReader } from '../../src/gateway/client-reader.ts';
import { Clipboard } from '../../src/gateway/clipboard.ts';
import { DynamicChannels } from '../../src/gateway/dynamic-channels.ts';
import { HostReader } from '../../src/gateway/host-reader.ts';
import { PduStream } from '../../src/gateway/pdu-stream.ts';
import { RelayChannels } from '../../src/gateway/relay-channels.ts';
import { indication, request } from '../../src/rdp/session-ids.ts';
import { pduType2 } from '../../src/rdp/share-data.ts';
import { DecodeError } from '../../src/wire/cursor.ts';

const ids = { ioChannelId: 1003, userId: 1007 };
const named = ['rdpdr', 'drdynvc', 'cliprdr'].map((name, i) => ({ name, channelId: 1004 + i }));
const [DYNAMIC, CLIPBOARD] = [1005, 1006];

/** Both ways of a session, and what has come through to the other side. */
function relay() {
  const channels = new RelayChannels({ ...ids, channels: named }, { ...ids, channels: named }, () => true);
  const shared = { channels, dynamic: new DynamicChannels([]), clipboard: new Clipboard(['clipboard-in']) };
  const nothing = () => undefined;
  const through: Uint8Array[] = [];
  const keep = (octets: Uint8Array) => void through.push(octets.slice());
  const isLicensing = () => false;
  const host = new PduStream(
    new HostReader({
      ...{
        ...shared,
        isLicensing,
        toClient: keep,
        toHost: nothing,
        happened: nothing,
        devices: nothing,
        wantsErrors: true,
        takesLicenses: () => true,
        isLeft: () => false,
      },
    }),
  );
  const client = new PduStream(
    new ClientReader({
      ...{ ...shared, isLicensing, toClient: nothing, toHost: keep, typed: nothing, leaves: nothing, devices: undefined },
      mayType: () => 'nothing',
      isActive: () => true,
      confirms: () => true,
    }),
  );
  return { host, client, through };
}
/** A Data PDU that is passed on unread. */
function share(length: number): Uint8Array {
  const pdu = new Uint8Array(length);
  pdu.set([length & 0xff, length >> 8, 0x17, 0, 0xef, 3]);
  return pdu.fill(pduType2.suppressOutput, 14, 15);
}
/** PER's fragment of 16 Ki octets (X.691 10.9.3.8) where others read a length in two octets, and the TPKT ends after that. */
const fragment = (pdu: Uint8Array) => pdu.with(13, 0xc1);
const LENGTH = 13;

// The gateway looked where a length in two octets ends, whatever it said: a host that reads PER found input, or another message, one octet before.
describe('a data unit whose length is read in two ways', () => {
  it.each([
    ['a length that is not that of the TPKT', request(ids, ids.ioChannelId, share(200)).with(LENGTH + 1, 100)],
    ['a fragment of PER', fragment(request(ids, ids.ioChannelId, share(200)))],
    ['a fragment of PER that is there', request(ids, ids.ioChannelId, share(0x4123))],
    ['no end of its message', request(ids, ids.ioChannelId, share(200)).with(12, 0x60)],
    ['a length on another channel', request(ids, CLIPBOARD, new Uint8Array(200).fill(1, 4, 5).fill(7, 8, 9)).with(LENGTH + 1, 9)],
  ])('ends the session of a client that says %s', (_, pdu) => {
    const { client, through } = relay();
    expect(() => client.feed(pdu)).toThrow(DecodeError);
    expect(through).toEqual([]);
  });
  it.each([
    ['a length that is not that of the TPKT', indication(DYNAMIC, new Uint8Array(200)).with(LENGTH + 1, 100)],
    ['a fragment of PER', indication(CLIPBOARD, new Uint8Array(0x4123).fill(1, 4, 5).fill(7, 8, 9))],
  ])('ends the session of a host that says %s', (_, pdu) => {
    const { host, through } = relay();
    expect(() => host.feed(pdu)).toThrow(DecodeError);
    expect(through).toEqual([]);
  });
  it('is no picture, which may be long', () => {
    const { host, through } = relay();
    host.feed(indication(ids.ioChannelId, share(0x7000).fill(pduType2.update, 14, 15)));
    expect(through.length).toBe(1);
  });
});

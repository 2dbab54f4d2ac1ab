import { describe, expect, it } from 'vitest';
import { ClientDevices } from '../../src/gateway/client-devices.ts';
import { channelChunks } from '../../src/rdp/channels.ts';
import { type CorePdu, corePdu } from '../../src/rdpdr/core-pdu.ts';
import { deviceType } from '../../src/rdpdr/device-announce.ts';
import { decode, encode } from '../../src/wire/codec.ts';

const KIB = 1024;

/**
 * What a client's devices said of themselves was kept until somebody was logged on, 64 KiB each of 256, and went to the host in one
 * message; messages of the printer component, which only hosts have, went from a client to the host.
 */
describe("a client's devices before anybody is logged on", () => {
  const atHand = () => {
    const toHost: CorePdu[] = [];
    const toClient: CorePdu[] = [];
    const devices = new ClientDevices({
      granted: ['printers'],
      isPending: () => false,
      after: () => () => undefined,
      toCard: () => undefined,
      toHost: (message) => void toHost.push(decode(corePdu, message)),
      toClient: (message) => void toClient.push(decode(corePdu, message)),
    });
    const client = (pdu: CorePdu) => {
      for (const chunk of channelChunks(encode(corePdu, pdu))) devices.fromClient(chunk);
    };
    return { client, toHost, toClient };
  };
  it('may say a mebibyte of themselves in all', () => {
    const { client, toHost, toClient } = atHand();
    for (let deviceId = 1; deviceId <= 40; deviceId++) {
      const device = {
        deviceType: deviceType.printer,
        deviceId,
        preferredDosName: new Uint8Array(8),
        deviceData: new Uint8Array(63 * KIB),
      };
      client({ kind: 'device-list-announce', devices: [device] });
    }
    const refused = toClient.map((pdu) => pdu.kind === 'device-reply' && pdu.deviceId);
    expect([refused.length, refused[0], toHost]).toEqual([24, 17, []]);
  });
  it('send the host no message of printers', () => {
    const { client, toHost } = atHand();
    client({ kind: 'other', component: 0x5052, packetId: 0x5543, body: new Uint8Array(8) });
    expect(toHost).toEqual([]);
  });
});

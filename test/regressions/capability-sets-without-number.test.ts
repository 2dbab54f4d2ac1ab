import { expect, it } from 'vitest';
import { ClientDevices } from '../../src/gateway/client-devices.ts';
import { channelChunks } from '../../src/rdp/channels.ts';
import { deviceCapabilitySet } from '../../src/rdpdr/core-capability.ts';
import { type CorePdu, corePdu } from '../../src/rdpdr/core-pdu.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { HandClock } from '../rdpdr/reader-at-hand.ts';

it('a client that names one capability as often as a message holds adds it once to those of the card', () => {
  const nothing = () => undefined;
  const { after } = new HandClock();
  const devices = new ClientDevices({
    granted: ['drives'],
    isPending: () => false,
    after,
    toCard: nothing,
    toHost: nothing,
    toClient: nothing,
  });
  const drives = Array.from({ length: 32 }, () => deviceCapabilitySet(4, 2));
  devices.fromHost(encode(corePdu, { kind: 'server-announce', versionMajor: 1, versionMinor: 13, clientId: 7 }));
  for (const chunk of channelChunks(encode(corePdu, { kind: 'client-capability', capabilities: drives })))
    devices.fromClient(chunk);
  const own: CorePdu = { kind: 'client-capability', capabilities: [deviceCapabilitySet(1), deviceCapabilitySet(5)] };
  const merged = decode(corePdu, devices.merged(encode(corePdu, own)));
  expect(merged.kind === 'client-capability' && merged.capabilities.map(({ type }) => type)).toEqual([1, 5, 4]);
});

import { describe, expect, it } from 'vitest';
import { allowsDevices, ClientDevices } from '../../src/gateway/client-devices.ts';
import { channelChunks } from '../../src/rdp/channels.ts';
import { type CoreCapability, deviceCapabilitySet } from '../../src/rdpdr/core-capability.ts';
import { type CorePdu, corePdu } from '../../src/rdpdr/core-pdu.ts';
import { deviceType, smartCardDevice } from '../../src/rdpdr/device-announce.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { HandClock, none } from '../rdpdr/reader-at-hand.ts';
import { bytes } from '../wire/annotated-hex.ts';

const announce: CorePdu = { kind: 'server-announce', versionMajor: 1, versionMinor: 13, clientId: 7 };
const own: CorePdu = { kind: 'client-capability', capabilities: [deviceCapabilitySet(1), deviceCapabilitySet(5)] };
const drive = (deviceId: number) => ({
  ...{ deviceType: deviceType.filesystem, deviceId },
  ...{ preferredDosName: bytes('4c41420000000000'), deviceData: bytes('4c00') },
});
const types = (capabilities: readonly CoreCapability[]) => capabilities.map(({ type }) => type);

function atHand(granted: readonly string[] = ['drives']) {
  const said: [to: string, pdu: CorePdu][] = [];
  const clock = new HandClock();
  const state = { isPending: false };
  const to = (name: string) => (message: Uint8Array) => void said.push([name, decode(corePdu, message)]);
  const ports = {
    granted,
    isPending: () => state.isPending,
    after: clock.after,
    toCard: to('card'),
    toHost: to('host'),
    toClient: to('client'),
  };
  const devices = new ClientDevices(ports);
  const host = (pdu: CorePdu) => devices.fromHost(encode(corePdu, pdu));
  const client = (pdu: CorePdu) => {
    for (const chunk of channelChunks(encode(corePdu, pdu))) devices.fromClient(chunk);
  };
  const card = (pdu: CorePdu) => decode(corePdu, devices.merged(encode(corePdu, pdu)));
  const taken = () => said.splice(0);
  /** Up to where devices are announced. */
  const begin = () => {
    host(announce);
    host({ kind: 'server-capability', capabilities: [] });
    client({ kind: 'client-capability', capabilities: [deviceCapabilitySet(4, 2)] });
    card({ kind: 'device-list-announce', devices: [smartCardDevice(1)] });
    host({ kind: 'user-logged-on' });
    clock.pass(0);
    return taken();
  };
  return { state, devices, clock, host, client, card, taken, begin };
}
const kinds = (said: readonly (readonly [string, CorePdu])[]) => said.map(([to, { kind }]) => `${to}: ${kind}`);

describe("a client's devices beside the card", () => {
  it('are led through the handshake by us, and what they can is said together with what the card can', () => {
    const { host, client, card, taken } = atHand(['drives', 'printers']);
    host(announce);
    host({ kind: 'user-logged-on' });
    host({ kind: 'server-capability', capabilities: [] });
    expect(kinds(taken())).toEqual([
      ...['card: server-announce', 'client: server-announce', 'card: user-logged-on'],
      ...['client: server-capability', 'client: client-id-confirm'],
    ]);
    client({ kind: 'client-capability', capabilities: [2, 3, 4, 5].map((type) => deviceCapabilitySet(type)) });
    expect(kinds(taken())).toEqual(['card: server-capability', 'client: user-logged-on']);
    const merged = card(own);
    expect(merged.kind === 'client-capability' && types(merged.capabilities)).toEqual([1, 5, 2, 4]);
  });
  it('are none where the client says too late what they can', () => {
    const { host, client, card, clock, taken } = atHand();
    host(announce);
    host({ kind: 'server-capability', capabilities: [] });
    taken();
    clock.pass(500);
    expect(kinds(taken())).toEqual(['card: server-capability']);
    client({ kind: 'client-capability', capabilities: [deviceCapabilitySet(4)] });
    expect(card(own)).toEqual(own);
  });
  it('are announced once, under other ids, when somebody is logged on; a card of theirs never', async () => {
    const { client, taken, begin } = atHand();
    begin();
    client({ kind: 'device-list-announce', devices: [drive(9), smartCardDevice(1), { ...drive(3), deviceType: 4 }] });
    expect(taken()).toEqual([
      ['client', { kind: 'device-reply', deviceId: 1, resultCode: 0xc000_0001 }],
      ['client', { kind: 'device-reply', deviceId: 3, resultCode: 0xc000_0001 }],
      ['host', { kind: 'device-list-announce', devices: [drive(2)] }],
    ]);
    client({ kind: 'device-list-announce', devices: [drive(9), drive(10)] });
    expect(taken()).toEqual([['host', { kind: 'device-list-announce', devices: [drive(3)] }]]);
  });
  it('are asked and answer under their own ids; what is asked of the card goes to it', async () => {
    const { host, client, taken, begin } = atHand();
    begin();
    client({ kind: 'device-list-announce', devices: [drive(9)] });
    taken();
    const request = { kind: 'device-io-request', fileId: 0, completionId: 5, majorFunction: 3, minorFunction: 0 } as const;
    host({ ...request, deviceId: 2, parameters: none });
    host({ ...request, deviceId: 1, parameters: none });
    host({ kind: 'device-reply', deviceId: 2, resultCode: 0 });
    client({ kind: 'device-io-completion', deviceId: 9, completionId: 5, ioStatus: 0, results: bytes('00') });
    client({ kind: 'device-io-completion', deviceId: 1, completionId: 5, ioStatus: 0, results: none });
    client({ kind: 'device-io-completion', deviceId: 9, completionId: 5, ioStatus: 0, results: none });
    client({ kind: 'device-list-remove', deviceIds: [9, 77] });
    host({ ...request, deviceId: 2, parameters: none });
    expect(
      taken().map(([to, pdu]) => [to, pdu.kind, 'deviceId' in pdu ? pdu.deviceId : 'deviceIds' in pdu && pdu.deviceIds]),
    ).toEqual([
      ['client', 'device-io-request', 9],
      ['card', 'device-io-request', 1],
      ['client', 'device-reply', 9],
      ['host', 'device-io-completion', 2],
      ['host', 'device-list-remove', [2]],
      ['card', 'device-io-request', 2],
    ]);
  });
  it('are nobody’s before the logon of whom the session is for, whatever a host says, asks or is told', () => {
    const { state, devices, host, client, taken, begin } = atHand();
    state.isPending = true;
    begin();
    client({ kind: 'device-list-announce', devices: [drive(9), drive(10)] });
    const request = { kind: 'device-io-request', fileId: 0, completionId: 5, majorFunction: 0, minorFunction: 0 } as const;
    host({ ...request, deviceId: 2, parameters: none });
    client({ kind: 'device-io-completion', deviceId: 9, completionId: 5, ioStatus: 0, results: bytes('00') });
    client({ kind: 'device-list-remove', deviceIds: [10] });
    expect(kinds(taken())).toEqual(['card: device-io-request']);
    state.isPending = false;
    devices.loggedOn();
    expect(taken()).toEqual([
      ['client', { kind: 'user-logged-on' }],
      ['host', { kind: 'device-list-announce', devices: [drive(2)] }],
    ]);
  });
  it('answer what they were asked and nothing else', () => {
    const { host, client, taken, begin } = atHand();
    begin();
    client({ kind: 'device-list-announce', devices: [drive(9), drive(10)] });
    taken();
    const request = { kind: 'device-io-request', fileId: 0, majorFunction: 3, minorFunction: 0, parameters: none } as const;
    const answer = (deviceId: number, completionId: number) =>
      client({ kind: 'device-io-completion', deviceId, completionId, ioStatus: 0, results: none });
    host({ ...request, deviceId: 2, completionId: 5 });
    for (const [deviceId, completionId] of [
      [10, 5],
      [9, 6],
      [9, 5],
      [9, 5],
    ] as const)
      answer(deviceId, completionId);
    expect(
      taken()
        .filter(([to]) => to === 'host')
        .map(([, pdu]) => pdu),
    ).toMatchObject([{ deviceId: 2, completionId: 5 }]);
    expect(() => {
      for (let i = 0; i <= 0x4000; i++) host({ ...request, deviceId: 2, completionId: i });
    }).toThrow(DecodeError);
  });
  it('are forgotten when the host begins anew', async () => {
    const { client, begin, taken } = atHand();
    begin();
    client({ kind: 'device-list-announce', devices: [drive(9)] });
    begin();
    client({ kind: 'device-list-announce', devices: [drive(9)] });
    expect(taken()).toEqual([['host', { kind: 'device-list-announce', devices: [drive(2)] }]]);
  });
  it('have messages of printers pass where these are granted, with the device that they name', async () => {
    const xps: CorePdu = { kind: 'other', component: 0x5052, packetId: 0x5543, body: bytes('02000000 00000000') };
    const granted = atHand(['printers']);
    granted.begin();
    granted.client({ kind: 'device-list-announce', devices: [{ ...drive(9), deviceType: 4 }] });
    granted.taken();
    granted.host(xps);
    expect(granted.taken()).toEqual([['client', { ...xps, body: bytes('09000000 00000000') }]]);
    const denied = atHand(['drives']);
    denied.host(xps);
    expect(kinds(denied.taken())).toEqual(['card: other']);
    expect([allowsDevices([]), allowsDevices(['ports'])]).toEqual([false, true]);
  });
});

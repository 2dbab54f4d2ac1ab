import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unicodeClientName } from '../../src/rdpdr/client-name.ts';
import {
  coreCapabilityType,
  deviceCapabilitySet,
  findGeneralCapability,
  generalCapability,
  generalCapabilitySet,
} from '../../src/rdpdr/core-capability.ts';
import { type CorePdu, corePdu } from '../../src/rdpdr/core-pdu.ts';
import { smartCardDevice } from '../../src/rdpdr/device-announce.ts';
import { controlRequest, controlResponse } from '../../src/rdpdr/device-io.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import * as vector from '../vectors/rdpdr/handshake.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { codecHolds } from '../wire/property.ts';

const general = {
  osType: 2,
  osVersion: 0,
  protocolMajorVersion: 1,
  ioCode1: 0xffff,
  ioCode2: 0,
  extendedPdu: 7,
  extraFlags1: 0,
  extraFlags2: 0,
};
const windows = { ...general, protocolMinorVersion: 13, specialTypeDeviceCap: 2 };
const { printer, port, drive, smartcard } = coreCapabilityType;

describe('messages of the device redirection channel', () => {
  it.each<[string, string, CorePdu]>([
    ['Server Announce', vector.serverAnnounce, { kind: 'server-announce', versionMajor: 1, versionMinor: 13, clientId: 3 }],
    ['Announce Reply', vector.announceReply, { kind: 'client-id-confirm', versionMajor: 1, versionMinor: 12, clientId: 3 }],
    ['Client Name', vector.clientName, { kind: 'client-name', ...unicodeClientName('mayfly') }],
    [
      'Server Core Capability Request',
      vector.serverCapability,
      {
        kind: 'server-capability',
        capabilities: [
          generalCapabilitySet(windows),
          deviceCapabilitySet(printer),
          deviceCapabilitySet(port),
          deviceCapabilitySet(drive, 2),
          deviceCapabilitySet(smartcard),
        ],
      },
    ],
    [
      'Client Core Capability Response',
      vector.clientCapability,
      {
        kind: 'client-capability',
        capabilities: [
          generalCapabilitySet({ ...general, protocolMinorVersion: 12, specialTypeDeviceCap: 1 }),
          deviceCapabilitySet(smartcard),
        ],
      },
    ],
    ['Device List Announce', vector.deviceListAnnounce, { kind: 'device-list-announce', devices: [smartCardDevice(1)] }],
    ['Device Reply', vector.deviceReply, { kind: 'device-reply', deviceId: 1, resultCode: 0 }],
    ['Device Reply of a refusal', vector.deviceReplyRefused, { kind: 'device-reply', deviceId: 1, resultCode: 0xc000_0001 }],
    ['User Logged On', vector.userLoggedOn, { kind: 'user-logged-on' }],
    ['Device List Remove', '7244 4d44 02000000 01000000 02000000', { kind: 'device-list-remove', deviceIds: [1, 2] }],
    [
      'a message about printers',
      '5250 4350 0102',
      { kind: 'other', component: 0x5052, packetId: 0x5043, body: Uint8Array.of(1, 2) },
    ],
  ])('%s', (_, annotated, value) => {
    expect(decode(corePdu, bytes(annotated))).toEqual(value);
    expect(hex(encode(corePdu, value))).toBe(hex(bytes(annotated)));
  });

  it('an I/O request and its completion, with the control behind them', () => {
    const request = decode(corePdu, bytes(vector.accessStartedEvent));
    if (request.kind !== 'device-io-request') throw new Error(request.kind);
    expect(request).toMatchObject({ deviceId: 1, fileId: 1, completionId: 1, majorFunction: 14, minorFunction: 0 });
    expect(decode(controlRequest, request.parameters)).toEqual({
      outputBufferLength: 256,
      ioControlCode: 0x9_00e0,
      input: bytes('b0e79605'),
    });
    const completion = decode(corePdu, bytes(vector.accessStartedEventReply));
    if (completion.kind !== 'device-io-completion') throw new Error(completion.kind);
    expect(completion).toMatchObject({ deviceId: 1, completionId: 1, ioStatus: 0 });
    expect(decode(controlResponse, completion.results).output).toHaveLength(24);
  });

  it('a general capability set of version 1 lacks the last field', () => {
    const pdu = decode(corePdu, bytes(vector.serverCapabilityVersion1));
    if (pdu.kind !== 'server-capability') throw new Error(pdu.kind);
    const found = findGeneralCapability(pdu.capabilities);
    expect(found).toEqual({ ...general, protocolMinorVersion: 13 });
    expect(found && generalCapabilitySet(found).version).toBe(1);
    expect(findGeneralCapability([])).toBeUndefined();
  });

  it.each<[string, string, string]>([
    ['no whole header', '7244 6e', 'header.packetId'],
    ['33 capability sets', '7244 5053 2100 0000', 'over 32'],
    ['a capability set shorter than its header', '7244 5053 0100 0000 0500 0700 01000000', 'capability set of 7'],
    ['a name of 4 GiB', '7244 4e43 01000000 00000000 ffffffff', 'over 1024'],
    ['a list of 4 G devices', '7244 4144 ffffffff', 'over 256'],
    ['device data of 4 GiB', '7244 4144 01000000 20000000 01000000 5343415244000000 ffffffff', 'over 65536'],
    ['a removal of 4 G devices', '7244 4d44 ffffffff', 'over 256'],
  ])('refuses %s', (_, annotated, says) => {
    expect(() => decode(corePdu, bytes(annotated))).toThrow(says);
    expect(() => decode(corePdu, bytes(annotated))).toThrow(DecodeError);
  });
  it('refuses an input that is longer than any call, before it looks for it', () => {
    expect(() => decode(controlRequest, bytes(`00080000 01000400 14000900 ${'00'.repeat(20)}`))).toThrow(
      '262145 octets of input',
    );
  });
});

const u16 = fc.nat(0xffff);
const u32 = fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(0, 1, 0xffff_ffff));
const octets = fc.uint8Array({ maxLength: 12 });
const trailing = { trailing: fc.uint8Array({ minLength: 1, maxLength: 4 }) };
const shaped = <T>(required: Record<string, fc.Arbitrary<unknown>>, optional: Record<string, fc.Arbitrary<unknown>> = {}) =>
  fc.record(
    { ...required, ...optional },
    { requiredKeys: Object.keys(required), noNullPrototype: true },
  ) as unknown as fc.Arbitrary<T>;
const kind = (value: string) => ({ kind: fc.constant(value) });
const idFields = { versionMajor: u16, versionMinor: u16, clientId: u32 };
const capabilities = { capabilities: fc.array(shaped({ type: u16, version: u32, data: octets }), { maxLength: 5 }) };
const device = shaped({
  deviceType: u32,
  deviceId: u32,
  preferredDosName: fc.uint8Array({ minLength: 8, maxLength: 8 }),
  deviceData: octets,
});
const pdus = fc.oneof(
  shaped<CorePdu>({ ...kind('server-announce'), ...idFields }, trailing),
  shaped<CorePdu>({ ...kind('client-id-confirm'), ...idFields }, trailing),
  shaped<CorePdu>({ ...kind('client-name'), unicodeFlag: u32, codePage: u32, computerName: octets }),
  shaped<CorePdu>(
    { ...kind('server-capability'), ...capabilities },
    { padding: fc.integer({ min: 1, max: 0xffff }), ...trailing },
  ),
  shaped<CorePdu>({ ...kind('client-capability'), ...capabilities }),
  shaped<CorePdu>({ ...kind('device-list-announce'), devices: fc.array(device, { maxLength: 4 }) }),
  shaped<CorePdu>({ ...kind('device-reply'), deviceId: u32, resultCode: u32 }, trailing),
  shaped<CorePdu>({
    ...kind('device-io-request'),
    deviceId: u32,
    fileId: u32,
    completionId: u32,
    majorFunction: u32,
    minorFunction: u32,
    parameters: octets,
  }),
  shaped<CorePdu>({ ...kind('device-io-completion'), deviceId: u32, completionId: u32, ioStatus: u32, results: octets }),
  shaped<CorePdu>({ ...kind('device-list-remove'), deviceIds: fc.array(u32, { maxLength: 5 }) }),
  shaped<CorePdu>(kind('user-logged-on'), trailing),
);
codecHolds('corePdu', corePdu, pdus);
codecHolds(
  'controlRequest',
  controlRequest,
  shaped(
    { outputBufferLength: u32, ioControlCode: u32, input: octets },
    { padding: fc.uint8Array({ minLength: 20, maxLength: 20 }).filter((p) => p.some((octet) => octet !== 0)), ...trailing },
  ),
);
codecHolds('controlResponse', controlResponse, shaped({ output: octets }, trailing));
codecHolds(
  'generalCapability',
  generalCapability,
  shaped(
    {
      ...Object.fromEntries(Object.keys(general).map((name) => [name, u32])),
      protocolMajorVersion: u16,
      protocolMinorVersion: u16,
      specialTypeDeviceCap: u32,
    },
    trailing,
  ),
);

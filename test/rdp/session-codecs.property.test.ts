import fc from 'fast-check';
import {
  type AutoDetectRequest,
  type AutoDetectResponse,
  autoDetectRequest,
  autoDetectResponse,
  requestType,
  responseType,
} from '../../src/rdp/auto-detect.ts';
import { combinedCapabilities } from '../../src/rdp/capability-sets.ts';
import { clientInfo, type InfoPacket, infoFlag, infoPacket } from '../../src/rdp/client-info.ts';
import { confirmActive } from '../../src/rdp/confirm-active.ts';
import { control } from '../../src/rdp/control.ts';
import { deactivateAll } from '../../src/rdp/deactivate-all.ts';
import { demandActive } from '../../src/rdp/demand-active.ts';
import * as drawing from '../../src/rdp/drawing-capabilities.ts';
import { type FastPathPdu, fastPathPdu } from '../../src/rdp/fast-path.ts';
import { fontList, fontMap } from '../../src/rdp/font.ts';
import { heartbeat } from '../../src/rdp/heartbeat.ts';
import { licenseErrorMessage, licenseMessage, licensePdu } from '../../src/rdp/license.ts';
import { multitransportRequest, multitransportResponse } from '../../src/rdp/multitransport.ts';
import { refreshRect } from '../../src/rdp/refresh-rect.ts';
import { logonErrorsInfo, saveSessionInfo } from '../../src/rdp/save-session-info.ts';
import { enhancedServerRedirection, serverRedirection, targetNetAddresses } from '../../src/rdp/server-redirection.ts';
import * as session from '../../src/rdp/session-capabilities.ts';
import { setErrorInfo } from '../../src/rdp/set-error-info.ts';
import { type SharePdu, sharePdu, sharePdus } from '../../src/rdp/share-control.ts';
import { shareData } from '../../src/rdp/share-data.ts';
import { statusInfo } from '../../src/rdp/status-info.ts';
import { suppressOutput } from '../../src/rdp/suppress-output.ts';
import { synchronize } from '../../src/rdp/synchronize.ts';
import { timeZoneInformation } from '../../src/rdp/time-zone.ts';
import { channelPdu } from '../../src/rdp/virtual-channel.ts';
import { type Codec, decode } from '../../src/wire/codec.ts';
import * as active from '../vectors/rdp/active.ts';
import { pacificClient, xfreerdp } from '../vectors/rdp/client-info.ts';
import * as info from '../vectors/rdp/save-session-info.ts';
import * as vector from '../vectors/rdp/session-pdus.ts';
import { bytes } from '../wire/annotated-hex.ts';
import { codecHolds } from '../wire/property.ts';

const u8 = fc.nat(0xff);
const u16 = fc.oneof(fc.nat(0xffff), fc.constantFrom(0, 1, 0x7fff, 0x8000, 0xffff));
const u32 = fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(0, 1, 0x8000_0000, 0xffff_ffff));
const octets = fc.uint8Array({ maxLength: 20 });
const some = fc.uint8Array({ minLength: 1, maxLength: 20 });
const text = fc.string({ unit: 'binary', maxLength: 12 });
/** A value with any of these fields, or none. */
const any = <T extends object>(
  required: Record<string, fc.Arbitrary<unknown>>,
  optional: Record<string, fc.Arbitrary<unknown>> = {},
) =>
  fc.record(
    { ...required, ...optional },
    { requiredKeys: Object.keys(required), noNullPrototype: true },
  ) as unknown as fc.Arbitrary<T>;

const packet = any<InfoPacket>(
  {
    codePage: u32,
    flags: u32.map((flags) => (flags | infoFlag.unicode) >>> 0),
    domain: text,
    userName: text,
    password: fc.uint8Array({ maxLength: 10 }).map((pin) => new Uint8Array(pin.length * 2).fill(0x31)),
    alternateShell: text,
    workingDir: text,
  },
  { extraInfo: fc.constant(decode(infoPacket, bytes(pacificClient)).extraInfo) },
);
codecHolds('infoPacket', infoPacket, packet);
codecHolds(
  'infoPacket, ANSI',
  infoPacket,
  packet.map((p) => ({
    ...p,
    flags: (p.flags & ~infoFlag.unicode) >>> 0,
    domain: 'LAB',
    userName: '\u00ff',
    alternateShell: '',
    workingDir: 'c',
  })),
);
codecHolds(
  'clientInfo',
  clientInfo,
  fc.record(
    { securityHeader: fc.record({ flags: u16, flagsHi: u16 }, { noNullPrototype: true }), infoPacket: packet },
    { noNullPrototype: true },
  ),
);

const sets = fc.array(any({ type: u16, data: octets }), { maxLength: 5 });
const combined = { sourceDescriptor: octets, capabilitySets: sets };
const odd = { pad2Octets: fc.integer({ min: 1, max: 0xffff }), excess: some };
codecHolds('combinedCapabilities', combinedCapabilities, any(combined, odd));
codecHolds('demandActive', demandActive, any({ shareId: u32, ...combined }, { ...odd, sessionId: u32 }));
codecHolds('confirmActive', confirmActive, any({ shareId: u32, originatorId: u16, ...combined }, { ...odd, trailing: some }));

const controlPdu = any<SharePdu>(
  { kind: fc.constant('control' as const), pduType: fc.nat(15), body: octets, pduSource: u16 },
  { version: fc.constantFrom(0, 2, 0xfff) },
);
const flow = any<SharePdu>({
  kind: fc.constant('flow' as const),
  rest: fc.uint8Array({ minLength: 6, maxLength: 6 }),
});
codecHolds('sharePdu', sharePdu, fc.oneof(controlPdu, flow));
codecHolds('sharePdus', sharePdus, fc.array(fc.oneof(controlPdu, flow), { maxLength: 4 }));
codecHolds(
  'shareData',
  shareData,
  any({
    shareId: u32,
    pad1: u8,
    streamId: u8,
    uncompressedLength: u16,
    pduType2: u8,
    compressedType: u8,
    compressedLength: u16,
    body: octets,
  }),
);
codecHolds('channelPdu', channelPdu, any({ length: u32, flags: u32, chunk: octets }));
const fastPath = any<FastPathPdu>(
  { header: fc.nat(63), body: fc.oneof(octets, fc.uint8Array({ minLength: 125, maxLength: 130 })) },
  { long: fc.constant(true) },
);
codecHolds('fastPathPdu', fastPathPdu, fastPath, {
  canonical: ({ long, ...pdu }) => (long && pdu.body.length + 2 < 0x80 ? { ...pdu, long } : pdu),
});

const request: fc.Arbitrary<AutoDetectRequest> = fc.oneof(
  any<AutoDetectRequest>({
    kind: fc.constant('rtt-measure' as const),
    requestType: fc.constantFrom(requestType.rttConnectTime, requestType.rttContinuous),
    sequenceNumber: u16,
  }),
  any<AutoDetectRequest>({
    kind: fc.constant('bandwidth-payload' as const),
    requestType: fc.constant(requestType.bandwidthPayload),
    sequenceNumber: u16,
    payload: octets,
  }),
  any<AutoDetectRequest>({
    kind: fc.constant('network-characteristics' as const),
    requestType: fc.constant(requestType.resultAll),
    sequenceNumber: u16,
    baseRtt: u32,
    bandwidth: u32,
    averageRtt: u32,
  }),
  any<AutoDetectRequest>({
    kind: fc.constant('network-characteristics' as const),
    requestType: fc.constant(requestType.resultRtt),
    sequenceNumber: u16,
    baseRtt: u32,
    averageRtt: u32,
  }),
);
codecHolds('autoDetectRequest', autoDetectRequest, request);
codecHolds(
  'autoDetectResponse',
  autoDetectResponse,
  any<AutoDetectResponse>({
    kind: fc.constant('bandwidth-results' as const),
    responseType: fc.constant(responseType.bandwidthContinuous),
    sequenceNumber: u16,
    timeDelta: u32,
    byteCount: u32,
  }),
);
codecHolds('licenseMessage', licenseMessage, any({ type: u8, flags: u8, body: octets }));
codecHolds(
  'serverRedirection',
  serverRedirection,
  any(
    { sessionId: u32, flags: fc.constantFrom(0, 0x20, 0x40, 0x80, 0x6000, 0x8000_0000) },
    {
      targetNetAddress: octets,
      password: octets,
      targetFqdn: octets,
      targetCertificate: octets,
      targetNetAddresses: octets,
      trailing: some,
    },
  ),
);
codecHolds('targetNetAddresses', targetNetAddresses, fc.array(octets, { maxLength: 4 }));

/** Codecs whose values are their vectors': damaged in every way, they give back what they take. */
function vectorsHold<T>(name: string, codec: Codec<T>, ...annotated: readonly string[]): void {
  codecHolds(name, codec, fc.constantFrom(...annotated.map((each) => decode(codec, bytes(each)))));
}
vectorsHold('infoPacket of Windows and xfreerdp', infoPacket, pacificClient, xfreerdp);
vectorsHold('saveSessionInfo', saveSessionInfo, info.logon, info.logonLong, info.plainNotify, info.extendedInfo);
vectorsHold('logonErrorsInfo', logonErrorsInfo, 'faffffff 02000000');
vectorsHold('demandActive of Windows and xrdp', demandActive, active.demandActive, active.demandActiveOfXrdp);
vectorsHold('confirmActive of Windows', confirmActive, active.confirmActive);
vectorsHold('enhancedServerRedirection', enhancedServerRedirection, vector.redirection);
vectorsHold('licensePdu', licensePdu, vector.validClient, vector.noLicense);
vectorsHold(
  'licenseErrorMessage',
  licenseErrorMessage,
  '07000000 02000000',
  '07000000 02000000 0400 0000',
  '07000000 02000000 0400 0100 aa',
);
vectorsHold('synchronize', synchronize, '0100', '0100 ea03');
vectorsHold('control', control, vector.cooperate, vector.granted);
vectorsHold('fontList', fontList, '', vector.fontList);
vectorsHold('fontMap', fontMap, '', vector.fontMap);
vectorsHold('deactivateAll', deactivateAll, '', 'ea030100', 'ea030100 0100 00');
vectorsHold('setErrorInfo', setErrorInfo, vector.setErrorInfo);
vectorsHold('statusInfo', statusInfo, vector.statusInfo);
vectorsHold('suppressOutput', suppressOutput, vector.suppress, vector.resume);
vectorsHold('refreshRect', refreshRect, vector.refreshRect, '00 000000', '00 010203');
vectorsHold('heartbeat', heartbeat, vector.heartbeat);
vectorsHold('multitransportRequest', multitransportRequest, vector.multitransportRequest);
vectorsHold('multitransportResponse', multitransportResponse, vector.multitransportResponse);
vectorsHold('timeZoneInformation', timeZoneInformation, '00'.repeat(172), 'ff'.repeat(172));

const windows = [
  ...decode(demandActive, bytes(active.demandActive)).capabilitySets,
  ...decode(confirmActive, bytes(active.confirmActive)).capabilitySets,
];
for (const { type, codec } of [...Object.values(session), ...Object.values(drawing)].flatMap((each) =>
  typeof each === 'object' && 'codec' in each ? [each] : [],
)) {
  const found = windows.filter((set) => set.type === type).map(({ data }) => decode(codec as Codec<unknown>, data));
  if (found.length > 0) codecHolds(`capability set ${type}`, codec as Codec<unknown>, fc.constantFrom(...found));
}

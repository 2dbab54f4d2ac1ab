import { describe, expect, it } from 'vitest';
import { autoDetectRequest, autoDetectResponse } from '../../src/rdp/auto-detect.ts';
import { control } from '../../src/rdp/control.ts';
import { fastPathPdu } from '../../src/rdp/fast-path.ts';
import { fontList, fontMap } from '../../src/rdp/font.ts';
import { heartbeat } from '../../src/rdp/heartbeat.ts';
import { licensePdu } from '../../src/rdp/license.ts';
import { multitransportRequest, multitransportResponse } from '../../src/rdp/multitransport.ts';
import { refreshRect } from '../../src/rdp/refresh-rect.ts';
import { enhancedServerRedirection } from '../../src/rdp/server-redirection.ts';
import { setErrorInfo } from '../../src/rdp/set-error-info.ts';
import { sharePdu } from '../../src/rdp/share-control.ts';
import { statusInfo } from '../../src/rdp/status-info.ts';
import { suppressOutput } from '../../src/rdp/suppress-output.ts';
import { channelPdu } from '../../src/rdp/virtual-channel.ts';
import { type Codec, decode, encode } from '../../src/wire/codec.ts';
import * as vector from '../vectors/rdp/session-pdus.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';

/** Decoded, as these fields at least, and back to the same bytes. */
function row<T>(name: string, codec: Codec<T>, annotated: string, expected: object) {
  return [name, codec as Codec<unknown>, annotated, expected] as const;
}
const body = (annotated: string) => ({ body: bytes(annotated) });

describe('PDUs of the session, one by one', () => {
  it.each([
    row('Synchronize of a server', sharePdu, vector.serverSynchronize, { kind: 'control', pduType: 7, pduSource: 1002 }),
    row('Shutdown Request', sharePdu, vector.shutdownRequest, { pduType: 7, ...body('ea0302000001040024000000') }),
    row('Flow', sharePdu, vector.flow, { kind: 'flow', rest: bytes('0042 0001 ea03') }),
    row('Deactivate All', sharePdu, vector.deactivateAll, { pduType: 6, ...body('ea030100 0100 00') }),
    row('Deactivate All of Windows XP', sharePdu, vector.shortDeactivateAll, { kind: 'control', pduType: 6, ...body('') }),
    row('Control: cooperate', control, vector.cooperate, { action: 4, grantId: 0, controlId: 0 }),
    row('Control: granted', control, vector.granted, { action: 2, grantId: 1007, controlId: 1002 }),
    row('Font List', fontList, vector.fontList, { numberFonts: 0, totalNumFonts: 0, listFlags: 3, entrySize: 50 }),
    row('Font Map', fontMap, vector.fontMap, { mapFlags: 3, entrySize: 4 }),
    row('Font Map without a body', fontMap, '', {}),
    row('licence: valid client', licensePdu, vector.validClient, {
      message: { type: 255, flags: 3, ...body('070000000200000004000000') },
    }),
    row('Set Error Info', setErrorInfo, vector.setErrorInfo, { errorInfo: 9 }),
    row('Status Info', statusInfo, vector.statusInfo, { statusCode: 0x404 }),
    row('Suppress Output', suppressOutput, vector.suppress, { allowDisplayUpdates: 0 }),
    row('Suppress Output, output again', suppressOutput, vector.resume, {
      allowDisplayUpdates: 1,
      desktopRect: { left: 0, top: 0, right: 1023, bottom: 767 },
    }),
    row('Refresh Rect', refreshRect, vector.refreshRect, { areasToRefresh: [{ left: 0, top: 0, right: 1023, bottom: 767 }] }),
    row('Heartbeat', heartbeat, vector.heartbeat, { period: 5, count1: 1, count2: 3 }),
    row('Multitransport Request', multitransportRequest, vector.multitransportRequest, { requestId: 42, requestedProtocol: 1 }),
    row('Multitransport Response', multitransportResponse, vector.multitransportResponse, { hrResponse: 0x8000_4004 }),
    row('RTT Measure Request', autoDetectRequest, vector.rttMeasureRequest, { kind: 'rtt-measure', sequenceNumber: 0x23 }),
    row('Bandwidth Measure Start', autoDetectRequest, vector.bandwidthStart, { kind: 'bandwidth-start', requestType: 0x1014 }),
    row('Bandwidth Measure Payload', autoDetectRequest, vector.bandwidthPayload, { payload: bytes('01020304') }),
    row('Bandwidth Measure Stop', autoDetectRequest, vector.bandwidthStopConnectTime, { kind: 'bandwidth-stop-payload' }),
    row('Bandwidth Measure Stop, continuous', autoDetectRequest, vector.bandwidthStopContinuous, { kind: 'bandwidth-stop' }),
    row('Network Characteristics Result', autoDetectRequest, vector.networkCharacteristics, {
      baseRtt: 16,
      bandwidth: 1000,
      averageRtt: 20,
    }),
    row('RTT Measure Response', autoDetectResponse, vector.rttMeasureResponse, { kind: 'rtt-measure', sequenceNumber: 0x23 }),
    row('Bandwidth Measure Results', autoDetectResponse, vector.bandwidthResults, { timeDelta: 100, byteCount: 6 }),
    row('Network Characteristics Sync', autoDetectResponse, vector.networkCharacteristicsSync, { bandwidth: 1000, rtt: 16 }),
    row('Channel PDU', channelPdu, vector.channelPdu, { length: 4, flags: 0x13, chunk: bytes('72444472') }),
    row('fast-path output', fastPathPdu, vector.fastPathOutput, { header: 0, ...body('030000') }),
    row('fast-path output, long', fastPathPdu, vector.fastPathOutputLong, { header: 0, body: new Uint8Array(128) }),
    row('fast-path input', fastPathPdu, vector.fastPathInput, { header: 1, ...body('001e') }),
    row('Server Redirection', enhancedServerRedirection, vector.redirection, {
      sessionId: 7,
      flags: 0x40,
      trailing: new Uint8Array(8),
    }),
  ])('%s', (_, codec, annotated, expected) => {
    const value = decode(codec, bytes(annotated));
    expect(value).toMatchObject(expected);
    expect(hex(encode(codec, value))).toBe(hex(bytes(annotated)));
  });
});

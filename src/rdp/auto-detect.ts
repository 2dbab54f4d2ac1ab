import type { Codec } from '../wire/codec.ts';
import { type ByteReader, DecodeError } from '../wire/cursor.ts';
import { u8, u16, u32 } from './record.ts';

/** headerTypeId, [MS-RDPBCGR] 2.2.14.1 and 2.2.14.2. */
const typeId = { request: 0x00, response: 0x01 } as const;

/** Requests behind their security header, [MS-RDPBCGR] 2.2.14.1; `requestType` tells connect-time from continuous measuring. */
export type AutoDetectRequest =
  | {
      readonly kind: 'rtt-measure' | 'bandwidth-start' | 'bandwidth-stop';
      readonly requestType: number;
      readonly sequenceNumber: number;
    }
  | {
      readonly kind: 'bandwidth-payload' | 'bandwidth-stop-payload';
      readonly requestType: number;
      readonly sequenceNumber: number;
      readonly payload: Uint8Array;
    }
  | {
      readonly kind: 'network-characteristics';
      readonly requestType: number;
      readonly sequenceNumber: number;
      /** Milliseconds, kbit/s, milliseconds. */
      readonly baseRtt?: number | undefined;
      readonly bandwidth?: number | undefined;
      readonly averageRtt: number;
    };
/** Responses behind their security header, [MS-RDPBCGR] 2.2.14.2. */
export type AutoDetectResponse =
  | { readonly kind: 'rtt-measure'; readonly responseType: number; readonly sequenceNumber: number }
  | {
      readonly kind: 'bandwidth-results';
      readonly responseType: number;
      readonly sequenceNumber: number;
      /** Milliseconds. */
      readonly timeDelta: number;
      readonly byteCount: number;
    }
  | {
      readonly kind: 'network-characteristics-sync';
      readonly responseType: number;
      readonly sequenceNumber: number;
      readonly bandwidth: number;
      readonly rtt: number;
    };
export const requestType = {
  rttConnectTime: 0x1001,
  rttContinuous: 0x0001,
  bandwidthStartConnectTime: 0x1014,
  bandwidthStartContinuous: 0x0014,
  bandwidthStartLossyUdp: 0x0114,
  bandwidthPayload: 0x0002,
  bandwidthStopConnectTime: 0x002b,
  bandwidthStopContinuous: 0x0429,
  bandwidthStopLossyUdp: 0x0629,
  resultRtt: 0x0840,
  resultBandwidth: 0x0880,
  resultAll: 0x08c0,
} as const;
export const responseType = {
  rtt: 0x0000,
  bandwidthConnectTime: 0x0003,
  bandwidthContinuous: 0x000b,
  networkCharacteristicsSync: 0x0018,
} as const;

/** Which request a type is: all its facts in one place. */
const requests: Readonly<Record<number, AutoDetectRequest['kind']>> = {
  [requestType.rttConnectTime]: 'rtt-measure',
  [requestType.rttContinuous]: 'rtt-measure',
  [requestType.bandwidthStartConnectTime]: 'bandwidth-start',
  [requestType.bandwidthStartContinuous]: 'bandwidth-start',
  [requestType.bandwidthStartLossyUdp]: 'bandwidth-start',
  [requestType.bandwidthPayload]: 'bandwidth-payload',
  [requestType.bandwidthStopConnectTime]: 'bandwidth-stop-payload',
  [requestType.bandwidthStopContinuous]: 'bandwidth-stop',
  [requestType.bandwidthStopLossyUdp]: 'bandwidth-stop',
  [requestType.resultRtt]: 'network-characteristics',
  [requestType.resultBandwidth]: 'network-characteristics',
  [requestType.resultAll]: 'network-characteristics',
};
const responses: Readonly<Record<number, AutoDetectResponse['kind']>> = {
  [responseType.rtt]: 'rtt-measure',
  [responseType.bandwidthConnectTime]: 'bandwidth-results',
  [responseType.bandwidthContinuous]: 'bandwidth-results',
  [responseType.networkCharacteristicsSync]: 'network-characteristics-sync',
};
const hasBaseRtt = (type: number) => type !== requestType.resultBandwidth;
const hasBandwidth = (type: number) => type !== requestType.resultRtt;

const HEADER = 6;
/** headerLength counts what follows it up to the payload. */
function headerLength(kind: AutoDetectRequest['kind'], type: number): number {
  if (kind === 'bandwidth-payload' || kind === 'bandwidth-stop-payload') return HEADER + 2;
  if (kind === 'network-characteristics') return HEADER + 4 * (1 + Number(hasBaseRtt(type)) + Number(hasBandwidth(type)));
  return HEADER;
}
function readHeader(r: ByteReader, id: number) {
  const at = r.at;
  const [length, got, sequenceNumber, type] = [u8.read(r), u8.read(r), u16.read(r), u16.read(r)];
  if (got !== id) throw new DecodeError(`headerTypeId ${got}`, at + 1);
  return { at, length, sequenceNumber, type };
}
function checkLength(length: number, expected: number, at: number): void {
  if (length !== expected) throw new DecodeError(`headerLength ${length} where ${expected} belongs`, at);
}

export const autoDetectRequest: Codec<AutoDetectRequest> = {
  read(r) {
    const { at, length, sequenceNumber, type } = readHeader(r, typeId.request);
    const kind = requests[type];
    if (kind === undefined) throw new DecodeError(`requestType 0x${type.toString(16)}`, at + 4);
    checkLength(length, headerLength(kind, type), at);
    const head = { requestType: type, sequenceNumber };
    if (kind === 'bandwidth-payload' || kind === 'bandwidth-stop-payload')
      return { kind, ...head, payload: r.bytes(u16.read(r)) };
    if (kind !== 'network-characteristics') return { kind, ...head };
    const baseRtt = hasBaseRtt(type) ? { baseRtt: u32.read(r) } : {};
    const bandwidth = hasBandwidth(type) ? { bandwidth: u32.read(r) } : {};
    return { kind, ...head, ...baseRtt, ...bandwidth, averageRtt: u32.read(r) };
  },
  write(w, value) {
    const { kind, requestType: type, sequenceNumber } = value;
    if (requests[type] !== kind) throw w.fail(`0x${type.toString(16)} is no ${kind}`);
    u8.write(w, headerLength(kind, type));
    u8.write(w, typeId.request);
    u16.write(w, sequenceNumber);
    u16.write(w, type);
    if ('payload' in value) {
      u16.write(w, value.payload.length);
      w.bytes(value.payload);
    } else if (value.kind === 'network-characteristics') {
      if (hasBaseRtt(type)) u32.write(w, value.baseRtt ?? 0);
      if (hasBandwidth(type)) u32.write(w, value.bandwidth ?? 0);
      u32.write(w, value.averageRtt);
    }
  },
};
const RESULTS = 8;
export const autoDetectResponse: Codec<AutoDetectResponse> = {
  read(r) {
    const { at, length, sequenceNumber, type } = readHeader(r, typeId.response);
    const kind = responses[type];
    if (kind === undefined) throw new DecodeError(`responseType 0x${type.toString(16)}`, at + 4);
    checkLength(length, kind === 'rtt-measure' ? HEADER : HEADER + RESULTS, at);
    const head = { responseType: type, sequenceNumber };
    if (kind === 'rtt-measure') return { kind, ...head };
    if (kind === 'bandwidth-results') return { kind, ...head, timeDelta: u32.read(r), byteCount: u32.read(r) };
    return { kind, ...head, bandwidth: u32.read(r), rtt: u32.read(r) };
  },
  write(w, value) {
    const { kind, responseType: type, sequenceNumber } = value;
    if (responses[type] !== kind) throw w.fail(`0x${type.toString(16)} is no ${kind}`);
    u8.write(w, kind === 'rtt-measure' ? HEADER : HEADER + RESULTS);
    u8.write(w, typeId.response);
    u16.write(w, sequenceNumber);
    u16.write(w, type);
    if (value.kind === 'bandwidth-results') {
      u32.write(w, value.timeDelta);
      u32.write(w, value.byteCount);
    } else if (value.kind === 'network-characteristics-sync') {
      u32.write(w, value.bandwidth);
      u32.write(w, value.rtt);
    }
  },
};

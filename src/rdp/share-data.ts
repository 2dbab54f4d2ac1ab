import { type Codec, decode, encode, rest, type Value } from '../wire/codec.ts';
import { record, u8, u16, u32 } from './record.ts';
import { type ControlPdu, pduType } from './share-control.ts';

/** Types of Data PDUs, [MS-RDPBCGR] 2.2.8.1.1.1.2. */
export const pduType2 = {
  update: 2,
  control: 20,
  pointer: 27,
  input: 28,
  synchronize: 31,
  refreshRect: 33,
  playSound: 34,
  suppressOutput: 35,
  shutdownRequest: 36,
  shutdownDenied: 37,
  saveSessionInfo: 38,
  fontList: 39,
  fontMap: 40,
  setKeyboardIndicators: 41,
  bitmapCachePersistentList: 43,
  bitmapCacheError: 44,
  setKeyboardImeStatus: 45,
  offscreenCacheError: 46,
  setErrorInfo: 47,
  drawNineGridError: 48,
  drawGdiPlusError: 49,
  arcStatus: 50,
  statusInfo: 54,
  monitorLayout: 55,
} as const;
export const streamPriority = { undefined: 0, low: 1, medium: 2, high: 4 } as const;
/** PACKET_COMPRESSED of compressedType. */
const COMPRESSED = 0x20;
/** Octets of totalLength that uncompressedLength leaves out, as Windows' client counts it. */
const NOT_COUNTED = 14;
const HEADER = 18;

/**
 * TS_SHAREDATAHEADER without the Share Control Header in front of it, and the PDU's own octets. uncompressedLength is what a sender
 * made of it: Windows' server counts the whole PDU, others the body alone, so nobody can rely on it.
 */
export const shareData = record({
  shareId: u32,
  pad1: u8,
  streamId: u8,
  uncompressedLength: u16,
  pduType2: u8,
  compressedType: u8,
  compressedLength: u16,
  body: rest,
});
export type ShareData = Value<typeof shareData>;

export const isCompressed = ({ compressedType }: ShareData): boolean => (compressedType & COMPRESSED) !== 0;

export interface DataPdu {
  readonly shareId: number;
  readonly pduSource: number;
  readonly type: number;
  readonly body: Uint8Array;
  readonly streamId?: number;
}
/** A Data PDU of ours, never compressed. */
export function dataPdu({ shareId, pduSource, type, body, streamId = streamPriority.low }: DataPdu): ControlPdu {
  const data = encode(shareData, {
    shareId,
    pad1: 0,
    streamId,
    uncompressedLength: HEADER + body.length - NOT_COUNTED,
    pduType2: type,
    compressedType: 0,
    compressedLength: 0,
    body,
  });
  return { kind: 'control', pduType: pduType.data, pduSource, body: data };
}
/** The PDU with another body, everything else as its sender wrote it. */
export function withBody<T>(pdu: ControlPdu, codec: Codec<T>, value: T): ControlPdu {
  const data = decode(shareData, pdu.body);
  const body = encode(codec, value);
  const grown = body.length - data.body.length;
  return { ...pdu, body: encode(shareData, { ...data, uncompressedLength: data.uncompressedLength + grown, body }) };
}

import { type ByteReader, ByteWriter, DecodeError } from './cursor.ts';

/**
 * BER-TLV data objects as smart cards use them (ISO/IEC 7816-4 5.2.2): tags of 1 to 3 octets, definite lengths of up to
 * 3 octets that need not be minimal.
 */
export interface DataObject {
  /** The tag's octets as one number: 0x5fc105. */
  readonly tag: number;
  readonly value: Uint8Array;
}
/** Bit 6 of the first octet: the value is made of data objects. */
export function isConstructed(tag: number): boolean {
  const first = tag > 0xffff ? tag >> 16 : tag > 0xff ? tag >> 8 : tag;
  return (first & 0x20) !== 0;
}
export function readTag(r: ByteReader): number {
  const at = r.at;
  let tag = r.u8();
  if ((tag & 0x1f) !== 0x1f) return tag;
  for (let octets = 2; octets <= 3; octets++) {
    const next = r.u8();
    if (octets === 2 && next === 0x80) throw new DecodeError('tag is not minimal', at);
    tag = (tag << 8) | next;
    if ((next & 0x80) === 0) return tag;
  }
  throw new DecodeError('tag is over 3 octets', at);
}
export function readTlvLength(r: ByteReader): number {
  const at = r.at;
  const first = r.u8();
  if (first < 0x80) return first;
  const octets = first & 0x7f;
  if (octets === 0 || 3 < octets) throw new DecodeError('length is not 1 to 3 octets', at);
  let length = 0;
  for (let i = 0; i < octets; i++) length = length * 256 + r.u8();
  return length;
}
export function readDataObject(r: ByteReader): DataObject {
  const tag = readTag(r);
  return { tag, value: r.bytes(readTlvLength(r)) };
}
/** All data objects of one level; `atMost` bounds what a stranger may send. */
export function readDataObjects(r: ByteReader, atMost = 64): DataObject[] {
  const objects: DataObject[] = [];
  while (r.left > 0) {
    if (objects.length === atMost) throw r.fail(`more than ${atMost} data objects`);
    objects.push(readDataObject(r));
  }
  return objects;
}

export function writeTag(w: ByteWriter, tag: number): void {
  for (let shift = 16; 0 <= shift; shift -= 8) if (shift === 0 || tag >> shift) w.u8((tag >> shift) & 0xff);
}
export function writeTlvLength(w: ByteWriter, length: number): void {
  if (length < 0x80) w.u8(length);
  else if (length < 0x100) w.u8(0x81).u8(length);
  else if (length < 0x1_0000) w.u8(0x82).u16(length);
  else if (length < 0x100_0000)
    w.u8(0x83)
      .u8(length >> 16)
      .u16(length & 0xffff);
  else throw w.fail('value is 16 MiB or more');
}
/** One data object; a list of parts is written in order as its value. Values stay below 16 MiB. */
export function dataObject(tag: number, value: Uint8Array | readonly Uint8Array[]): Uint8Array {
  const parts = value instanceof Uint8Array ? [value] : value;
  const w = new ByteWriter();
  writeTag(w, tag);
  writeTlvLength(
    w,
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  for (const part of parts) w.bytes(part);
  return w.end();
}

import { named } from './codec.ts';
import { ByteReader, DecodeError } from './cursor.ts';
import { type Ndr, NdrWriter } from './ndr.ts';

const VERSION = 1;
const LITTLE_ENDIAN = 0x10;
const COMMON_HEADER_LENGTH = 8;
const FILLER = 0xcccc_cccc;
const ALIGNMENT = 8;
const LENGTH_AT = 8;
/** Common and private header. */
const HEADERS = 16;

function readHeader(r: ByteReader): void {
  const at = r.at;
  const version = r.u8();
  const endianness = r.u8();
  const length = r.u16(true);
  if (version !== VERSION) throw new DecodeError(`version ${version} of type serialization`, at);
  if (endianness !== LITTLE_ENDIAN) throw new DecodeError('not little-endian', at + 1);
  if (length !== COMMON_HEADER_LENGTH) throw new DecodeError(`a common header of ${length} bytes`, at + 2);
  // The fillers are to be ignored, 2.2.6.1 and 2.2.6.2.
  r.bytes(4);
  const objectBufferLength = r.u32(true);
  r.bytes(4);
  if (objectBufferLength !== r.left) throw r.fail(`announces ${objectBufferLength} bytes, ${r.left} left`);
}
/**
 * One value in type serialization version 1, [MS-RPCE] 2.2.6. Less than 8 octets may follow the value: those that fill it up to a
 * multiple of 8, and those that some hosts leave behind it without need. @throws DecodeError
 */
export function decodeType<T>(type: Ndr<T>, input: Uint8Array): T {
  const r = new ByteReader(input);
  named('header', () => readHeader(r));
  const value = type.read(r)();
  if (ALIGNMENT <= r.left) throw r.fail(`${r.left} bytes left over`);
  return value;
}
export function encodeType<T>(type: Ndr<T>, value: T): Uint8Array {
  const w = new NdrWriter();
  // 16 octets, which leave the alignment of what follows as it is.
  w.u8(VERSION).u8(LITTLE_ENDIAN).u16(COMMON_HEADER_LENGTH, true).u32(FILLER, true).u32(0).u32(0);
  type.write(w, value)();
  w.bytes(new Uint8Array((ALIGNMENT - (w.at % ALIGNMENT)) % ALIGNMENT));
  const octets = w.end();
  new DataView(octets.buffer).setUint32(LENGTH_AT, octets.length - HEADERS, true);
  return octets;
}

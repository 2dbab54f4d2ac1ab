import { ByteReader, DecodeError } from '../wire/cursor.ts';

/** Octets of a KDC's longest message: tickets with a full PAC stay below ([MS-KILE] allows 64 KiB and less by default). */
export const MOST_OCTETS = 0xffff;
const PREFIX = 4;

/** A message with its length in front, RFC 4120 7.2.2. */
export function framed(message: Uint8Array): Uint8Array {
  const out = new Uint8Array(PREFIX + message.length);
  new DataView(out.buffer).setUint32(0, message.length);
  out.set(message, PREFIX);
  return out;
}
/** Length of the first message with its prefix, as soon as that is there. @throws DecodeError when it is over 64 KiB, or none */
export function kerberosFrame(have: Uint8Array): number | undefined {
  if (have.length < PREFIX) return undefined;
  const length = new ByteReader(have).u32();
  if (length === 0 || MOST_OCTETS < length) throw new DecodeError(`message of ${length} octets`, 0);
  return PREFIX + length;
}
/** The message of a whole frame. @throws DecodeError */
export function unframed(frame: Uint8Array): Uint8Array {
  if (kerberosFrame(frame) !== frame.length) throw new DecodeError('length prefix is not that of the message', 0);
  return frame.subarray(PREFIX);
}

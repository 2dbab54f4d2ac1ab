import type { Codec } from '../wire/codec.ts';
import type { Frame } from '../wire/conversation.ts';
import { type ByteReader, DecodeError } from '../wire/cursor.ts';

/** First octet of every TPKT; a fast-path PDU never begins with it ([MS-RDPBCGR] 2.2.8.1.2, 2.2.9.1.2). */
export const TPKT_VERSION = 3;
const HEADER = 4;
/** Header, X.224 length indicator and code, and one octet more (RFC 1006 6: a TPDU has at least 3 octets). */
const LEAST = 7;
export const MOST_TPKT = 0xffff;

function checkedLength(length: number, most: number, at: number): number {
  if (length < LEAST || most < length) throw new DecodeError(`TPKT of ${length} octets, not ${LEAST} to ${most}`, at);
  return length;
}
/** A stream of TPKTs of at most `most` octets each; anything else is refused at its first octet. */
export const tpktFrame =
  (most: number = MOST_TPKT): Frame =>
  (have) => {
    const [version, , high, low] = have;
    if (version !== undefined && version !== TPKT_VERSION) throw new DecodeError(`TPKT version ${version}`, 0);
    return high === undefined || low === undefined ? undefined : checkedLength((high << 8) | low, most, 2);
  };
/** Reads the header of a TPKT that is there as a whole. The second octet is reserved and may hold anything. */
function readHeader(r: ByteReader): ByteReader {
  const at = r.at;
  const version = r.u8();
  if (version !== TPKT_VERSION) throw new DecodeError(`TPKT version ${version}`, at);
  r.u8();
  const length = checkedLength(r.u16(), MOST_TPKT, at + 2);
  return r.sub(length - HEADER);
}
/** A TPKT around one value, RFC 1006 6 (ITU-T T.123 8). */
export function tpkt<T>(inner: Codec<T>): Codec<T> {
  return {
    read(r) {
      const confined = readHeader(r);
      const value = inner.read(confined);
      if (confined.left > 0) throw confined.fail(`${confined.left} bytes left over`);
      return value;
    },
    write(w, value) {
      const start = w.at;
      w.u8(TPKT_VERSION).u8(0).u16(0);
      inner.write(w, value);
      const length = w.at - start;
      if (MOST_TPKT < length) throw w.fail(`TPKT of ${length} octets, over ${MOST_TPKT}`);
      w.fill(start + 2, length >> 8).fill(start + 3, length & 0xff);
    },
  };
}

import type { Codec } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';

/**
 * A fast-path PDU, [MS-RDPBCGR] 2.2.8.1.2 and 2.2.9.1.2: header and length alone, what is in it is drawing or input. Never a TPKT, whose
 * first octet ends in the bits 11.
 */
export interface FastPathPdu {
  /** Upper six bits of the first octet: numEvents of input, and the flags for encryption, which TLS leaves at zero. */
  readonly header: number;
  /** A length in two octets where one would do. */
  readonly long?: true | undefined;
  readonly body: Uint8Array;
}
const ACTION = 0x03;
const LONG = 0x80;
const MOST = 0x7fff;
export const fastPathPdu: Codec<FastPathPdu> = {
  read(r) {
    const at = r.at;
    const first = r.u8();
    if ((first & ACTION) !== 0) throw new DecodeError(`not fast-path: 0x${first.toString(16)}`, at);
    const short = r.u8();
    const isLong = (short & LONG) !== 0;
    const length = isLong ? ((short & ~LONG) << 8) | r.u8() : short;
    const header = isLong ? 3 : 2;
    if (length < header) throw new DecodeError(`fast-path PDU of ${length} octets`, at + 1);
    const body = r.bytes(length - header);
    return { header: first >> 2, ...(isLong && body.length + 2 < LONG ? { long: true as const } : {}), body };
  },
  write(w, { header, long, body }) {
    if (header < 0 || 0x3f < header) throw w.fail(`${header} does not fit 6 bits`);
    if (MOST < body.length + 3) throw w.fail(`fast-path PDU of ${body.length + 3} octets`);
    w.u8(header << 2);
    if (long || LONG <= body.length + 2) w.u16((LONG << 8) | (body.length + 3));
    else w.u8(body.length + 2);
    w.bytes(body);
  },
};

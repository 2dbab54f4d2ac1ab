import { readTag, readTlvLength, writeTag, writeTlvLength } from './ber-tlv.ts';
import { type Codec, encode } from './codec.ts';
import { type ByteReader, DecodeError } from './cursor.ts';

/**
 * Basic Encoding Rules (ITU-T X.690 clause 8) as MCS Connect PDUs need them. Lengths and integers need not be minimal when they are
 * read, as RDP peers send them (`82 xx xx` and `02 02 00 22`), and are when they are written.
 */
const hex = (tag: number) => `0x${tag.toString(16).padStart(2, '0')}`;

/** A type of one tag, of 1 to 3 octets as in ber-tlv.ts. */
export function ber<T>(tag: number, content: Codec<T>): Codec<T> {
  return {
    read(r) {
      const at = r.at;
      const got = readTag(r);
      if (got !== tag) throw new DecodeError(`expected tag ${hex(tag)}, got ${hex(got)}`, at);
      const inner = r.sub(readTlvLength(r));
      const value = content.read(inner);
      if (inner.left > 0) throw inner.fail(`${inner.left} bytes left over`);
      return value;
    },
    write(w, value) {
      const body = encode(content, value);
      writeTag(w, tag);
      writeTlvLength(w, body.length);
      w.bytes(body);
    },
  };
}
const MOST = 0xffff_ffff;
function readUnsigned(r: ByteReader): number {
  const at = r.at;
  const value = r.left === 0 || 5 < r.left ? Number.NaN : r.bytes().reduce((v, octet) => v * 0x100 + octet, 0);
  if (!(value <= MOST)) throw new DecodeError('integer is not 0 to 2^32 - 1', at);
  return value;
}
const unsigned: Codec<number> = {
  read: readUnsigned,
  write(w, v) {
    if (!Number.isInteger(v) || v < 0 || MOST < v) throw w.fail(`${v} is not 0 to 2^32 - 1`);
    for (let octet = 4; 0 <= octet; octet--) {
      // An octet that is zero may go as long as the next one does not begin with a one, which would be a sign.
      if (octet === 0 || 2 ** (octet * 8 - 1) <= v) w.u8(Math.floor(v / 2 ** (octet * 8)) & 0xff);
    }
  },
};
/**
 * INTEGER of 0 or more. Octets are read as a magnitude: RDP clients write 65535 as `02 02 ff ff`, which by X.690 8.3.3 is -1 and
 * can be nothing that they mean.
 */
export const berUnsigned: Codec<number> = ber(0x02, unsigned);
export const berEnumerated: Codec<number> = ber(0x0a, unsigned);
/** BOOLEAN, X.690 8.2: any octet but zero is TRUE. */
export const berBoolean: Codec<boolean> = ber(0x01, {
  read: (r) => r.u8() !== 0,
  write: (w, v) => w.u8(v ? 0xff : 0),
});
/** OCTET STRING with a value inside. */
export const berOctets = <T>(content: Codec<T>): Codec<T> => ber(0x04, content);

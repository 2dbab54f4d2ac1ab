import type { Codec } from './codec.ts';
import { type ByteReader, type ByteWriter, DecodeError } from './cursor.ts';
import { type Tagged, tagged } from './der.ts';

/** BOOLEAN, X.690 11.1: TRUE is 0xff and nothing else. */
export const boolean: Tagged<boolean> = tagged(0x01, {
  read(r) {
    const at = r.at;
    const octet = r.u8();
    if (octet !== 0 && octet !== 0xff) throw new DecodeError('boolean is neither 0x00 nor 0xff', at);
    return octet === 0xff;
  },
  write: (w, v) => w.u8(v ? 0xff : 0),
});
const absent: null = null;
export const nothing: Tagged<null> = tagged(0x05, { read: () => absent, write: () => undefined });

function integerOctets(r: ByteReader, atMost: number): Uint8Array {
  const at = r.at;
  const octets = r.bytes();
  const [first, second] = octets;
  if (first === undefined || atMost < octets.length) throw new DecodeError(`integer is not 1 to ${atMost} octets`, at);
  if (second !== undefined && (first === 0 ? second < 0x80 : first === 0xff && 0x80 <= second)) {
    throw new DecodeError('integer is not minimal', at);
  }
  return octets;
}
const int32Content: Codec<number> = {
  read: (r) => {
    const octets = integerOctets(r, 4);
    return octets.reduce((v, octet) => (v << 8) | octet, (octets[0] ?? 0) & 0x80 ? -1 : 0);
  },
  write(w, v) {
    if ((v | 0) !== v) throw w.fail('integer is not within 32 bits');
    for (let shift = 24; 0 <= shift; shift -= 8) {
      const redundant = shift > 0 && v >> (shift - 1) === (v < 0 ? -1 : 0);
      if (redundant) continue;
      w.u8((v >> shift) & 0xff);
    }
  },
};
/** INTEGER within 32 bits, two's complement. */
export const int32: Tagged<number> = tagged(0x02, int32Content);
export const enumerated: Tagged<number> = tagged(0x0a, int32Content);
const MAGNITUDE = 4096;
/** INTEGER of 0 or more, as its magnitude without leading zero octets (zero is one 0x00); 4,096 octets at most. */
export const unsignedInteger: Tagged<Uint8Array> = tagged(0x02, {
  read(r) {
    const at = r.at;
    const octets = integerOctets(r, MAGNITUDE + 1);
    if ((octets[0] ?? 0) & 0x80) throw new DecodeError('integer is negative', at);
    const magnitude = octets.length > 1 && octets[0] === 0 ? octets.subarray(1) : octets;
    if (MAGNITUDE < magnitude.length) throw new DecodeError(`integer is over ${MAGNITUDE} octets`, at);
    return magnitude;
  },
  write(w, v) {
    let start = 0;
    while (start < v.length - 1 && v[start] === 0) start++;
    if (MAGNITUDE < v.length - start) throw w.fail(`integer is over ${MAGNITUDE} octets`);
    if (((v[start] ?? 0) & 0x80) !== 0 || v.length === 0) w.u8(0);
    w.bytes(v.subarray(start));
  },
});

/** BIT STRING of whole octets: signatures and keys. */
export const bitString: Tagged<Uint8Array> = tagged(0x03, {
  read(r) {
    const at = r.at;
    if (r.u8() !== 0) throw new DecodeError('bit string does not end at an octet', at);
    return r.bytes();
  },
  write: (w, v) => w.u8(0).bytes(v),
});
/** BIT STRING of named bits, bit 0 first, trailing zero bits left off (X.690 11.2.2); bits 0 to 31. */
export const namedBits: Tagged<readonly number[]> = tagged(0x03, {
  read(r) {
    const at = r.at;
    const unused = r.u8();
    const octets = r.bytes();
    const last = octets.at(-1);
    if (4 < octets.length) throw new DecodeError('more than 32 named bits', at);
    if (last === undefined ? unused !== 0 : 7 < unused || ((last >> unused) & 1) === 0 || (last & ((1 << unused) - 1)) !== 0) {
      throw new DecodeError('named bits are not minimal', at);
    }
    const bits: number[] = [];
    for (let bit = 0; bit < octets.length * 8; bit++) if ((octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) bits.push(bit);
    return bits;
  },
  write(w, bits) {
    if (!bits.every((bit) => 0 <= bit && bit < 32)) throw w.fail('named bit is not 0 to 31');
    if (bits.length === 0) {
      w.u8(0);
      return;
    }
    const highest = Math.max(...bits);
    const octets = new Uint8Array((highest >> 3) + 1);
    for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
    w.u8(7 - (highest & 7)).bytes(octets);
  },
});

const MAX_OID_OCTETS = 64;
const MAX_ARC = 0xffff_ffff;
/** X.660: roots 0 to 2, second arcs to 39 under 0 and 1, no leading zeros. */
const dottedForm = /^(?:[01]\.[123]?\d|2\.(?:0|[1-9]\d*))(?:\.(?:0|[1-9]\d*))*$/;
/** A protocol names the same few identifiers over and over: their encodings are kept, so many at the most. */
const MAX_KEPT = 512;
const kept = new Map<string, Uint8Array>();
function identifierOctets(w: ByteWriter, dotted: string): Uint8Array {
  const known = kept.get(dotted);
  if (known) return known;
  if (!dottedForm.test(dotted)) throw w.fail('object identifier is not in dotted form');
  const octets: number[] = [];
  const [root = 0, second = 0, ...others] = dotted.split('.').map(Number);
  for (const arc of [root * 40 + second, ...others]) {
    if (MAX_ARC < arc) throw w.fail('object identifier arc is over 32 bits');
    const end = octets.length;
    octets.push(arc % 128);
    for (let left = Math.floor(arc / 128); 0 < left; left = Math.floor(left / 128)) octets.splice(end, 0, (left % 128) | 0x80);
  }
  if (MAX_OID_OCTETS < octets.length) throw w.fail(`object identifier is over ${MAX_OID_OCTETS} octets`);
  const encoded = Uint8Array.from(octets);
  if (kept.size < MAX_KEPT) kept.set(dotted, encoded);
  return encoded;
}
/** OBJECT IDENTIFIER in dotted form; 64 octets and 32-bit arcs at most. */
export const objectIdentifier: Tagged<string> = tagged(0x06, {
  read(r) {
    const at = r.at;
    const octets = r.bytes();
    if (octets.length === 0 || MAX_OID_OCTETS < octets.length) {
      throw new DecodeError(`object identifier is not 1 to ${MAX_OID_OCTETS} octets`, at);
    }
    const arcs: number[] = [];
    let arc = 0;
    let fresh = true;
    for (const octet of octets) {
      if (fresh && octet === 0x80) throw new DecodeError('object identifier is not minimal', at);
      arc = arc * 128 + (octet & 0x7f);
      if (MAX_ARC < arc) throw new DecodeError('object identifier arc is over 32 bits', at);
      fresh = (octet & 0x80) === 0;
      if (!fresh) continue;
      if (arcs.length === 0) {
        const root = Math.min(2, Math.floor(arc / 40));
        arcs.push(root, arc - root * 40);
      } else arcs.push(arc);
      arc = 0;
    }
    if (!fresh) throw new DecodeError('object identifier is cut short', at);
    return arcs.join('.');
  },
  write: (w, dotted) => w.bytes(identifierOctets(w, dotted)),
});

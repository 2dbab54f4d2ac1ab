import { type Codec, named } from './codec.ts';
import { DecodeError } from './cursor.ts';
import { objectIdentifier } from './der-primitives.ts';

/**
 * Aligned PER (ITU-T X.691), as much of it as MCS and GCC need: every field here begins at an octet. Lengths and integers need not
 * be minimal when they are read, and are when they are written.
 */
const LONG = 0x80;
const FRAGMENTED = 0x40;
const MOST_LENGTH = 0x3fff;

/** Length determinant, X.691 11.9.3: 0 to 16,383; a value in fragments has none that could be told in advance. */
export const perLength: Codec<number> = {
  read(r) {
    const at = r.at;
    const first = r.u8();
    if ((first & LONG) === 0) return first;
    if ((first & FRAGMENTED) !== 0) throw new DecodeError('value is in fragments', at);
    return ((first & (FRAGMENTED - 1)) << 8) | r.u8();
  },
  write(w, length) {
    if (!Number.isInteger(length) || length < 0 || MOST_LENGTH < length) throw w.fail(`length ${length} is not 0 to 16383`);
    if (length < LONG) w.u8(length);
    else w.u16((LONG << 8) | length);
  },
};
/** INTEGER (n..MAX) with n = 0, X.691 13.2.6 b: its octets, and how many there are. */
export const perUnsigned: Codec<number> = {
  read(r) {
    const at = r.at;
    const octets = r.bytes(perLength.read(r));
    if (octets.length === 0 || 4 < octets.length) throw new DecodeError('integer is not 1 to 4 octets', at);
    return octets.reduce((v, octet) => v * 0x100 + octet, 0);
  },
  write(w, v) {
    if (!Number.isInteger(v) || v < 0 || 0xffff_ffff < v) throw w.fail(`${v} does not fit 32 bits`);
    let octets = 1;
    while (octets < 4 && 2 ** (octets * 8) <= v) octets++;
    perLength.write(w, octets);
    for (let shift = (octets - 1) * 8; 0 <= shift; shift -= 8) w.u8((v >>> shift) & 0xff);
  },
};
/** INTEGER, X.691 13.2.4: two's complement, within 32 bits. */
export const perInteger: Codec<number> = {
  read(r) {
    const at = r.at;
    const octets = r.bytes(perLength.read(r));
    if (octets.length === 0 || 4 < octets.length) throw new DecodeError('integer is not 1 to 4 octets', at);
    return octets.reduce((v, octet) => (v << 8) | octet, (octets[0] ?? 0) & 0x80 ? -1 : 0);
  },
  write(w, v) {
    if ((v | 0) !== v) throw w.fail(`${v} does not fit 32 bits`);
    let octets = 1;
    while (octets < 4 && v >> (octets * 8 - 1) !== (v < 0 ? -1 : 0)) octets++;
    perLength.write(w, octets);
    for (let shift = (octets - 1) * 8; 0 <= shift; shift -= 8) w.u8((v >> shift) & 0xff);
  },
};
/** INTEGER (lower..lower + n) with n between 256 and 65535: two octets above `lower`, X.691 11.5.7.3. */
export function perFrom(lower: number, upper = 0xffff): Codec<number> {
  return {
    read(r) {
      const at = r.at;
      const value = lower + r.u16();
      if (upper < value) throw new DecodeError(`${value} is over ${upper}`, at);
      return value;
    },
    write(w, v) {
      if (!Number.isInteger(v) || v < lower || upper < v) throw w.fail(`${v} is not ${lower} to ${upper}`);
      w.u16(v - lower);
    },
  };
}
/** OCTET STRING, X.691 17.8. */
export const perOctets: Codec<Uint8Array> = {
  read: (r) => r.bytes(perLength.read(r)),
  write(w, v) {
    perLength.write(w, v.length);
    w.bytes(v);
  },
};
/** A value inside an OCTET STRING, which ends where the value does. */
export function perWithin<T>(inner: Codec<T>): Codec<T> {
  return {
    read(r) {
      const confined = r.sub(perLength.read(r));
      const value = inner.read(confined);
      if (confined.left > 0) throw confined.fail(`${confined.left} bytes left over`);
      return value;
    },
    write(w, value) {
      const start = w.at;
      inner.write(w, value);
      const length = w.at - start;
      if (MOST_LENGTH < length) throw w.fail(`length ${length} is not 0 to 16383`);
      w.insert(start, length < LONG ? Uint8Array.of(length) : Uint8Array.of(LONG | (length >> 8), length & 0xff));
    },
  };
}
/** OCTET STRING (SIZE (least..least + 255)): one octet says how many there are beyond `least`. */
export function perOctetsFrom(least: number): Codec<Uint8Array> {
  return {
    read: (r) => r.bytes(least + r.u8()),
    write(w, v) {
      if (v.length < least || least + 0xff < v.length) throw w.fail(`${v.length} octets are not ${least} to ${least + 0xff}`);
      w.u8(v.length - least).bytes(v);
    },
  };
}
/** SimpleNumericString (SIZE (1..255)) of FROM ("0123456789"): four bits for each digit, X.691 30.5. */
export const perDigits: Codec<string> = {
  read(r) {
    const count = r.u8() + 1;
    const at = r.at;
    const nibbles = Array.from(r.bytes(Math.ceil(count / 2)), (octet) => [octet >> 4, octet & 0x0f]).flat();
    const wrong = nibbles.findIndex((nibble, i) => nibble > (i < count ? 9 : 0));
    if (wrong !== -1) throw new DecodeError(wrong < count ? 'not a digit' : 'bits behind the last digit', at + (wrong >> 1));
    return nibbles.slice(0, count).join('');
  },
  write(w, digits) {
    if (!/^[0-9]{1,255}$/.test(digits)) throw w.fail('not 1 to 255 digits');
    w.u8(digits.length - 1);
    for (let i = 0; i < digits.length; i += 2) w.u8((Number(digits[i]) << 4) | Number(digits[i + 1] ?? '0'));
  },
};
/** OBJECT IDENTIFIER, X.691 24: its contents octets as BER has them. */
export const perObjectIdentifier: Codec<string> = perWithin(objectIdentifier.content);

/** Octets that have one value only here: choice indexes, bits for optional fields, lengths that never vary. */
export function perFixed(octets: Uint8Array, what: string): Codec<undefined> {
  return {
    read(r) {
      const at = r.at;
      const got = named(what, () => r.bytes(octets.length));
      if (got.some((octet, i) => octet !== octets[i])) throw new DecodeError('is not the form that is spoken here', at, [what]);
      return undefined;
    },
    write: (w) => w.bytes(octets),
  };
}

import type { Codec } from '../wire/codec.ts';
import { decode, encode } from '../wire/codec.ts';

/** SID, [MS-DTYP] 2.4.2.2: revision, count, authority (big-endian), sub-authorities (little-endian); as text `S-1-5-21-…`. */
const MOST_SUB_AUTHORITIES = 15;
const text = /^S-1-(0|[1-9]\d{0,14})((?:-(?:0|[1-9]\d{0,9})){1,15})$/;

export const sid: Codec<string> = {
  read(r) {
    const at = r.u8();
    if (at !== 1) throw r.fail('revision is not 1');
    const count = r.u8();
    if (count < 1 || MOST_SUB_AUTHORITIES < count) throw r.fail(`${count} sub-authorities`);
    const authority = r.u16() * 0x1_0000_0000 + r.u32();
    return ['S-1', authority, ...Array.from({ length: count }, () => r.u32(true))].join('-');
  },
  write(w, value) {
    const [, authority, rest = ''] = text.exec(value) ?? [];
    const parts = rest.split('-').slice(1).map(Number);
    if (authority === undefined || parts.some((part) => 0xffff_ffff < part)) throw w.fail('not a SID');
    const number = Number(authority);
    w.u8(1)
      .u8(parts.length)
      .u16(Math.floor(number / 0x1_0000_0000))
      .u32(number % 0x1_0000_0000);
    for (const part of parts) w.u32(part, true);
  },
};
/** @throws DecodeError */
export const sidText = (octets: Uint8Array): string => decode(sid, octets);
export const sidOctets = (value: string): Uint8Array => encode(sid, value);
export const isSid = (value: string): boolean => {
  try {
    sidOctets(value);
    return true;
  } catch {
    return false;
  }
};
/** The SID of the domain that an account's SID is of. */
export const domainSid = (account: string): string => account.slice(0, account.lastIndexOf('-'));

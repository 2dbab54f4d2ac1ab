import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFastPath, rdpFrame } from '../../src/rdp/rdp-frame.ts';
import { tpkt, tpktFrame } from '../../src/rdp/tpkt.ts';
import { decode, encode, rest } from '../../src/wire/codec.ts';
import type { Frame } from '../../src/wire/conversation.ts';
import { DecodeError } from '../../src/wire/cursor.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { property } from '../wire/property.ts';
import { refusal } from '../wire/refusal.ts';

describe('how the stream falls into PDUs', () => {
  it.each([
    ['TPKT', '0300002c', 44, false],
    ['TPKT of the longest kind, reserved octet set', '0301ffff', 65535, false],
    ['fast-path output with a length of one octet, [MS-RDPBCGR] 2.2.9.1.2', '000c', 12, true],
    ['fast-path with a length of two octets', '00835f', 0x35f, true],
    ['fast-path input: six events, checksum flags', '9883ff', 0x3ff, true],
    ['the longest of it', '00ffff', 0x7fff, true],
  ])('%s', (_, start, length, fast) => {
    expect(rdpFrame(bytes(start))).toBe(length);
    expect(isFastPath(bytes(start))).toBe(fast);
  });
  it.each(['', '03', '030000', '00', '0081'])('waits for the length after "%s"', (start) => {
    expect(rdpFrame(bytes(start))).toBeUndefined();
  });
  it.each([
    ['GET /', '474554202f', 'input at byte 0: neither TPKT nor fast-path: 0x47'],
    ['TLS', '160301', 'input at byte 0: neither TPKT nor fast-path: 0x16'],
    ['a TPKT that holds no TPDU', '03000006', 'input at byte 2: TPKT of 6 octets, not 7 to 65535'],
    ['a fast-path PDU without content', '0002', 'input at byte 1: fast-path PDU of 2 octets'],
    ['a fast-path PDU shorter than its header', '008003', 'input at byte 1: fast-path PDU of 3 octets'],
  ])('refuses %s', (_, start, reason) => {
    expect(() => rdpFrame(bytes(start))).toThrow(reason);
  });
  it('takes nothing but TPKTs, and short ones, before the channels are there', () => {
    const short = tpktFrame(259);
    expect(short(bytes('03000103'))).toBe(259);
    expect(() => short(bytes('03000104'))).toThrow('input at byte 2: TPKT of 260 octets, not 7 to 259');
    expect(() => short(bytes('000c'))).toThrow('input at byte 0: TPKT version 0');
    expect(() => short(bytes('16'))).toThrow('input at byte 0: TPKT version 22');
  });
});
describe('a TPKT', () => {
  it('holds 65531 octets and no more', () => {
    const encoded = encode(tpkt(rest), new Uint8Array(65531));
    expect(hex(encoded.subarray(0, 4))).toBe('0300ffff');
    expect(decode(tpkt(rest), encoded).length).toBe(65531);
    expect(() => encode(tpkt(rest), new Uint8Array(65532))).toThrow('TPKT of 65536 octets, over 65535');
  });
  it.each([
    ['another version', '04000007 010203', 'input at byte 0: TPKT version 4'],
    ['more told than there is', '03000008 010203', 'input at byte 4: needs 4 bytes, 3 left'],
    ['less told than there is', '03000007 01020304', 'input at byte 7: 1 bytes left over'],
    ['a length within its own header', '03000003', 'input at byte 2: TPKT of 3 octets, not 7 to 65535'],
  ])('with %s is refused', (_, input, reason) => {
    expect(refusal(tpkt(rest), input)).toBe(reason);
  });
});
describe.each([
  ['rdpFrame', rdpFrame],
  ['tpktFrame', tpktFrame()],
] as const satisfies readonly (readonly [string, Frame])[])('%s', (name, frame) => {
  property(`${name} says the same however much is there`, fc.uint8Array({ maxLength: 12 }), (input) => {
    const told = (have: Uint8Array): number | string | undefined => {
      try {
        return frame(have);
      } catch (e) {
        if (e instanceof DecodeError) return e.message;
        throw e;
      }
    };
    let before: number | string | undefined;
    for (let n = 0; n <= input.length; n++) {
      const now = told(input.subarray(0, n));
      if (before !== undefined && now !== before) throw new Error(`${String(before)} became ${String(now)}`);
      before = now;
    }
    if (typeof before === 'number' && (before < 3 || 0xffff < before)) throw new Error(`a PDU of ${before} octets`);
  });
});

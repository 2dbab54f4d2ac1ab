import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ber, berBoolean, berEnumerated, berOctets, berUnsigned } from '../../src/wire/ber.ts';
import { type Codec, decode, encode, rest } from '../../src/wire/codec.ts';
import { bytes, hex } from './annotated-hex.ts';
import { accepted, mutated, property, same } from './property.ts';
import { refusal } from './refusal.ts';

describe('numbers', () => {
  it.each([
    [0, '020100'],
    [127, '02017f'],
    [128, '02020080'],
    [65528, '020300fff8'],
    [65535, '020300ffff'],
    [2 ** 31, '02050080000000'],
    [2 ** 32 - 1, '020500ffffffff'],
  ])('%i', (value, encoded) => {
    expect(hex(encode(berUnsigned, value))).toBe(encoded);
    expect(decode(berUnsigned, bytes(encoded))).toBe(value);
  });
  it.each([
    ['mstsc and rdesktop write 65535 without a sign octet', '0202ffff', 65535],
    ['rdesktop writes two octets always', '02020022', 34],
    ['lengths of three octets', '0283000001 22', 34],
  ])('%s', (_, input, value) => {
    expect(decode(berUnsigned, bytes(input))).toBe(value);
  });
  it.each([-1, 0.5, 2 ** 32])('%f is not written', (value) => {
    expect(() => encode(berUnsigned, value)).toThrow(expect.objectContaining({ code: 'encode' }));
  });
});
describe('the other types', () => {
  it('TRUE is any octet but zero, and 0xff when written', () => {
    expect(['0101ff', '010101', '010100'].map((input) => decode(berBoolean, bytes(input)))).toEqual([true, true, false]);
    expect([true, false].map((value) => hex(encode(berBoolean, value)))).toEqual(['0101ff', '010100']);
  });
  it('an enumeration, and a tag of two octets around a value', () => {
    expect(hex(encode(ber(0x7f66, berEnumerated), 14))).toBe('7f66030a010e');
    expect(decode(ber(0x7f66, berEnumerated), bytes('7f66 820003 0a010e'))).toBe(14);
  });
  it('octets', () => {
    expect(hex(encode(berOctets(rest), bytes('abcd')))).toBe('0402abcd');
  });
});
describe('wrong in one way', () => {
  it.each([
    ['another tag', '0a0100', 'input at byte 0: expected tag 0x02, got 0x0a'],
    ['no octets', '0200', 'input at byte 2: integer is not 0 to 2^32 - 1'],
    ['six octets', '0206000000000001', 'input at byte 2: integer is not 0 to 2^32 - 1'],
    ['2^32', '02050100000000', 'input at byte 2: integer is not 0 to 2^32 - 1'],
    ['an indefinite length', '0280 01 0000', 'input at byte 1: length is not 1 to 3 octets'],
  ])('%s', (_, input, reason) => {
    expect(refusal(berUnsigned, input)).toBe(reason);
  });
});
const number: Codec<number> = berUnsigned;
const numbers = fc.nat(0xffff_ffff);
property('numbers come back', numbers, (v) => same(decode(number, encode(number, v)), v, 'decoded'));
property(
  'numbers in other bytes mean the same when they are written',
  mutated(numbers.map((v) => encode(number, v))),
  (input) => {
    const got = accepted(number, input);
    if (got) same(decode(number, encode(number, got.value)), got.value, 're-encoded');
  },
);

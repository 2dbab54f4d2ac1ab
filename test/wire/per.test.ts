import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Codec, decode, encode, rest } from '../../src/wire/codec.ts';
import {
  perDigits,
  perFixed,
  perFrom,
  perInteger,
  perLength,
  perObjectIdentifier,
  perOctets,
  perOctetsFrom,
  perUnsigned,
  perWithin,
} from '../../src/wire/per.ts';
import { bytes, hex } from './annotated-hex.ts';
import { accepted, mutated, property, same } from './property.ts';
import { refusal } from './refusal.ts';

interface Case {
  readonly what: string;
  readonly codec: Codec<unknown>;
  readonly value: unknown;
  readonly bytes: string;
}
const row = <T>(what: string, codec: Codec<T>, value: T, encoded: string): Case => ({
  what,
  codec,
  value,
  bytes: encoded,
});
describe('both ways', () => {
  it.each([
    row('a length below 128, X.691 11.9.3.6', perLength, 127, '7f'),
    row('a length below 16384, 11.9.3.7', perLength, 128, '8080'),
    row('the longest', perLength, 16383, 'bfff'),
    row('0 and up: 0', perUnsigned, 0, '0100'),
    row('0 and up: 128 has no sign octet', perUnsigned, 128, '0180'),
    row('0 and up: 2^32 - 1', perUnsigned, 0xffff_ffff, '04ffffffff'),
    row('an integer of any sign: 128 has one', perInteger, 128, '020080'),
    row('an integer of any sign: -128', perInteger, -128, '0180'),
    row('the least of 32 bits', perInteger, -(2 ** 31), '0480000000'),
    row('node id 31219 of [MS-RDPBCGR] 4.1.4', perFrom(1001), 31219, '760a'),
    row('octets', perOctets, bytes('abcd'), '02abcd'),
    row('octets inside octets', perWithin(perOctets), bytes('abcd'), '0302abcd'),
    row('128 octets inside octets', perWithin(rest), new Uint8Array(128), `8080${'00'.repeat(128)}`),
    row('a key of 4 octets or more', perOctetsFrom(4), bytes('44756361'), '0044756361'),
    row('one digit', perDigits, '1', '0010'),
    row('two digits', perDigits, '42', '0142'),
    row('three digits', perDigits, '907', '029070'),
    row('{ itu-t recommendation t 124 version(0) 1 }', perObjectIdentifier, '0.0.20.124.0.1', '0500147c0001'),
    row('nothing but these octets', perFixed(bytes('0008'), 'preamble'), undefined, '0008'),
  ])('$what', ({ codec, value, bytes: encoded }) => {
    expect(hex(encode(codec, value))).toBe(encoded);
    expect(decode(codec, bytes(encoded))).toEqual(value);
  });
  it('reads what is longer than it need be', () => {
    expect([
      decode(perLength, bytes('8001')),
      decode(perUnsigned, bytes('02000a')),
      decode(perInteger, bytes('0400000001')),
    ]).toEqual([1, 10, 1]);
  });
});
describe('wrong in one way', () => {
  it.each([
    ['fragments', perLength, 'c1', 'input at byte 0: value is in fragments'],
    ['a length cut short', perLength, '81', 'input at byte 1: needs 1 bytes, 0 left'],
    ['an integer of no octets', perUnsigned, '00', 'input at byte 0: integer is not 1 to 4 octets'],
    ['an integer of five', perInteger, '050000000001', 'input at byte 0: integer is not 1 to 4 octets'],
    ['a user id over 65535', perFrom(1001), 'fc17', 'input at byte 0: 65536 is over 65535'],
    ['ten as a digit', perDigits, '0391a0', 'input at byte 2: not a digit'],
    ['eleven as a digit', perDigits, '011b', 'input at byte 1: not a digit'],
    ['digits cut short', perDigits, '0291', 'input at byte 1: needs 2 bytes, 1 left'],
    ['a bit behind the last digit', perDigits, '0019', 'input at byte 1: bits behind the last digit'],
    ['more inside than there is', perWithin(perOctets), '0302ab', 'input at byte 1: needs 3 bytes, 2 left'],
    ['less inside than there is', perWithin(perOctets), '0301abcd', 'input at byte 3: 1 bytes left over'],
    ['other octets', perFixed(bytes('0008'), 'preamble'), '0009', 'preamble at byte 0: is not the form that is spoken here'],
  ] as const)('%s', (_, codec, input, reason) => {
    expect(refusal(codec as Codec<unknown>, input)).toBe(reason);
  });
  it.each([
    ['a length of 16384', perLength, 0x4000],
    ['a negative length', perLength, -1],
    ['an integer over 32 bits', perUnsigned, 2 ** 32],
    ['a fraction', perInteger, 0.5],
    ['a user id of the static channels', perFrom(1001), 1000],
    ['a key of three octets', perOctetsFrom(4), bytes('010203')],
    ['a name without digits', perDigits, ''],
    ['a name of letters', perDigits, 'a'],
    ['16384 octets inside octets', perWithin(rest), new Uint8Array(0x4000)],
  ] as const)('%s is not written', (_, codec, value) => {
    expect(() => encode(codec as Codec<unknown>, value)).toThrow(expect.objectContaining({ code: 'encode' }));
  });
});

const everything: readonly (readonly [string, Codec<unknown>, fc.Arbitrary<unknown>])[] = [
  ['lengths', perLength, fc.nat(0x3fff)],
  ['numbers from 0', perUnsigned, fc.nat(0xffff_ffff)],
  ['integers', perInteger, fc.integer()],
  ['octets', perOctets, fc.uint8Array({ maxLength: 300 })],
  ['digits', perDigits, fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 255 })],
];
describe.each(everything)('%s', (name, codec, values) => {
  property(`${name} come back`, values, (v) => same(decode(codec, encode(codec, v)), v, 'decoded'));
  property(
    `${name} in other bytes mean the same when they are written`,
    mutated(values.map((v) => encode(codec, v))),
    (input) => {
      const got = accepted(codec, input);
      if (got) same(decode(codec, encode(codec, got.value)), got.value, 're-encoded');
    },
  );
});

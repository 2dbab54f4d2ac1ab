import { describe, expect, it } from 'vitest';
import { type Codec, decode, encode } from '../../src/wire/codec.ts';
import { octetString } from '../../src/wire/der.ts';
import {
  bitString,
  boolean,
  enumerated,
  int32,
  namedBits,
  nothing,
  objectIdentifier,
  unsignedInteger,
} from '../../src/wire/der-primitives.ts';
import * as vectors from '../vectors/der/primitives.ts';
import { bytes, hex } from './annotated-hex.ts';
import { refusal } from './refusal.ts';

function both<T>(name: string, codec: Codec<T>, all: readonly vectors.Vector<T>[]): void {
  it.each(all)(`${name}: $source, $der`, ({ der, value }) => {
    expect(decode(codec, bytes(der))).toEqual(value);
    expect(hex(encode(codec, value))).toBe(hex(bytes(der)));
  });
}
const asBytes = (all: readonly vectors.Vector<string>[]) => all.map((v) => ({ ...v, value: bytes(v.value) }));

describe('vectors', () => {
  both('boolean', boolean, vectors.booleans);
  both('int32', int32, vectors.integers);
  both('unsignedInteger', unsignedInteger, asBytes(vectors.magnitudes));
  both('bitString', bitString, asBytes(vectors.bitStrings));
  both('namedBits', namedBits, vectors.bitsByName);
  both('objectIdentifier', objectIdentifier, vectors.objectIdentifiers);
  both('octetString', octetString, asBytes(vectors.octetStrings));
  both('nothing', nothing, [{ source: 'X.690 8.8.2', der: '05 00', value: null }]);
  both('enumerated', enumerated, [{ source: 'X.690 8.4: as the integer', der: '0a 01 0a', value: 10 }]);
});

describe('wrong in one way', () => {
  it.each([
    ['boolean of 0x01 (X.690 11.1)', boolean, '01 01 01', 'input at byte 2: boolean is neither 0x00 nor 0xff'],
    ['boolean without content', boolean, '01 00', 'input at byte 2: needs 1 bytes, 0 left'],
    ['boolean of two octets', boolean, '01 02 ff ff', 'input at byte 3: 1 bytes left over'],
    ['null with content', nothing, '05 01 00', 'input at byte 2: 1 bytes left over'],
    ['integer without content (X.690 8.3.1)', int32, '02 00', 'input at byte 2: integer is not 1 to 4 octets'],
    ['integer with a needless zero octet (X.690 8.3.2)', int32, '02 02 00 7f', 'input at byte 2: integer is not minimal'],
    ['integer with a needless 0xff (X.690 8.3.2)', int32, '02 02 ff 80', 'input at byte 2: integer is not minimal'],
    ['integer over 32 bits', int32, '02 05 00 80 00 00 00', 'input at byte 2: integer is not 1 to 4 octets'],
    ['constructed integer (X.690 8.3.1)', int32, '22 03 02 01 00', 'input at byte 0: expected tag 0x02, got 0x22'],
    ['enumerated that is not minimal', enumerated, '0a 02 00 01', 'input at byte 2: integer is not minimal'],
    ['negative where unsigned', unsignedInteger, '02 01 80', 'input at byte 2: integer is negative'],
    ['unsigned, not minimal', unsignedInteger, '02 02 00 01', 'input at byte 2: integer is not minimal'],
    ['unsigned zero of two octets', unsignedInteger, '02 02 00 00', 'input at byte 2: integer is not minimal'],
    ['unsigned without content', unsignedInteger, '02 00', 'input at byte 2: integer is not 1 to 4097 octets'],
    ['bit string without its count of unused bits', bitString, '03 00', 'input at byte 2: needs 1 bytes, 0 left'],
    [
      'bit string of 44 bits (X.690 8.6.4.2)',
      bitString,
      '03 07 04 0a 3b 5f 29 1c d0',
      'input at byte 2: bit string does not end at an octet',
    ],
    [
      'constructed bit string (X.690 8.6.4.2, 10.2)',
      bitString,
      '23 80 03 03 00 0a 3b 00 00',
      'input at byte 0: expected tag 0x03, got 0x23',
    ],
    ['unused bits in an empty bit string', namedBits, '03 01 01', 'input at byte 2: named bits are not minimal'],
    ['eight unused bits (X.690 8.6.2.2)', namedBits, '03 02 08 80', 'input at byte 2: named bits are not minimal'],
    ['unused bits that are set (X.690 11.2.1)', namedBits, '03 02 07 c0', 'input at byte 2: named bits are not minimal'],
    ['trailing zero bits (X.690 11.2.2)', namedBits, '03 02 00 80', 'input at byte 2: named bits are not minimal'],
    ['a trailing zero octet (X.690 11.2.2)', namedBits, '03 03 00 80 00', 'input at byte 2: named bits are not minimal'],
    ['more than 32 named bits', namedBits, '03 06 07 00 00 00 00 80', 'input at byte 2: more than 32 named bits'],
    ['object identifier without content', objectIdentifier, '06 00', 'input at byte 2: object identifier is not 1 to 64 octets'],
    [
      'object identifier of 65 octets',
      objectIdentifier,
      `06 41 ${'01'.repeat(65)}`,
      'input at byte 2: object identifier is not 1 to 64 octets',
    ],
    [
      'first arcs with a leading zero (X.690 8.19.2)',
      objectIdentifier,
      '06 02 80 01',
      'input at byte 2: object identifier is not minimal',
    ],
    ['later arc with a leading zero', objectIdentifier, '06 04 2a 80 86 01', 'input at byte 2: object identifier is not minimal'],
    [
      'object identifier cut within an arc',
      objectIdentifier,
      '06 03 2a 86 c8',
      'input at byte 2: object identifier is cut short',
    ],
    ['arc of 2^32', objectIdentifier, '06 06 2a 90 80 80 80 00', 'input at byte 2: object identifier arc is over 32 bits'],
    [
      'arc of 2^70, which a number cannot hold',
      objectIdentifier,
      '06 0c 2a 81 80 80 80 80 80 80 80 80 80 00',
      'input at byte 2: object identifier arc is over 32 bits',
    ],
  ] as const)('%s', (_, codec: Codec<unknown>, der, reason) => {
    expect(refusal(codec, der)).toBe(reason);
  });
});

it('writes a magnitude without its leading zeros, and none as zero', () => {
  expect(hex(encode(unsignedInteger, bytes('00 00 01')))).toBe('020101');
  expect(hex(encode(unsignedInteger, bytes('00 00 80')))).toBe('02020080');
  expect(hex(encode(unsignedInteger, bytes('00 00')))).toBe('020100');
  expect(hex(encode(unsignedInteger, bytes('')))).toBe('020100');
});
it('writes named bits in any order', () => {
  expect(hex(encode(namedBits, [9, 1, 1]))).toBe('0303064040');
});

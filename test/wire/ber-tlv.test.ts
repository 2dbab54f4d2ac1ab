import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DataObject, dataObject, isConstructed, readDataObject, readDataObjects } from '../../src/wire/ber-tlv.ts';
import type { Codec } from '../../src/wire/codec.ts';
import { ByteReader } from '../../src/wire/cursor.ts';
import { certificateObject, exchanges } from '../vectors/ber-tlv/card-objects.ts';
import { bytes, hex } from './annotated-hex.ts';
import { accepted, mutated, property, same } from './property.ts';
import { refusal } from './refusal.ts';

const objects: Codec<DataObject[]> = {
  read: (r) => readDataObjects(r),
  write: (w, all) => {
    for (const { tag, value } of all) w.bytes(dataObject(tag, value));
  },
};

describe('what cards and readers exchange', () => {
  it.each(exchanges)('$what', (exchange) => {
    const read = readDataObjects(new ByteReader(bytes(exchange.bytes)));
    expect(read.map(({ tag, value }) => [tag, hex(value)])).toEqual(exchange.objects);
    expect(hex(Buffer.concat(read.map(({ tag, value }) => dataObject(tag, value))))).toBe(hex(bytes(exchange.bytes)));
  });
  it('a certificate object, whose length takes three octets', () => {
    const certificate = new Uint8Array(certificateObject.certificateLength).fill(0x30);
    const parts = [dataObject(0x70, certificate), dataObject(0x71, bytes('00')), dataObject(0xfe, bytes(''))];
    const object = dataObject(0x53, parts);
    expect(hex(object.subarray(0, 8))).toBe(hex(bytes(certificateObject.header)));
    const { tag, value } = readDataObject(new ByteReader(object));
    expect([tag, value.length]).toEqual([0x53, certificateObject.length]);
    expect(readDataObjects(new ByteReader(value)).map((o) => [o.tag, o.value.length])).toEqual([
      [0x70, 0x38b],
      [0x71, 1],
      [0xfe, 0],
    ]);
  });
  it('knows which tags hold data objects (ISO/IEC 7816-4 5.2.2.1)', () => {
    expect([0x61, 0x79, 0x7c, 0x7e, 0xac, 0x7f49, 0x7f6101].every(isConstructed)).toBe(true);
    expect([0x4f, 0x53, 0x5c, 0x81, 0x5f2f, 0x5fc105, 0xdf2001].some(isConstructed)).toBe(false);
  });
  it('takes lengths that are not minimal, and tag numbers below 31 in two octets, as readers send them', () => {
    expect(readDataObject(new ByteReader(bytes('53 83 000001 aa')))).toEqual({ tag: 0x53, value: bytes('aa') });
    expect(readDataObject(new ByteReader(bytes('53 81 01 aa')))).toEqual({ tag: 0x53, value: bytes('aa') });
    expect(readDataObject(new ByteReader(bytes('bf0c 01 aa')))).toEqual({ tag: 0xbf0c, value: bytes('aa') });
  });
});

describe('wrong in one way', () => {
  it.each([
    ['no length', '53', 'input at byte 1: needs 1 bytes, 0 left'],
    ['indefinite length', '53 80 aa 0000', 'input at byte 1: length is not 1 to 3 octets'],
    ['four length octets', '53 84 00000001 aa', 'input at byte 1: length is not 1 to 3 octets'],
    ['length cut short', '53 82 01', 'input at byte 3: needs 1 bytes, 0 left'],
    ['value cut short', '53 02 aa', 'input at byte 2: needs 2 bytes, 1 left'],
    ['16 MiB announced', '53 83 ffffff aa', 'input at byte 5: needs 16777215 bytes, 1 left'],
    ['tag cut short', '5f', 'input at byte 1: needs 1 bytes, 0 left'],
    ['three-octet tag cut short', '5f c1', 'input at byte 2: needs 1 bytes, 0 left'],
    ['tag number with a leading zero', '5f 80 01 00', 'input at byte 0: tag is not minimal'],
    ['tag of four octets', '5f c1 81 05 00', 'input at byte 0: tag is over 3 octets'],
    ['more objects than agreed', '0500'.repeat(65), 'input at byte 128: more than 64 data objects'],
  ])('%s', (_, input, reason) => {
    expect(refusal(objects, input)).toBe(reason);
  });
});

/** The same rules, written another way: on numbers in an array, without a cursor; `undefined` is a refusal. */
function reference(input: readonly number[]): [tag: string, value: string][] | undefined {
  const found: [string, string][] = [];
  let left = input;
  while (left.length > 0) {
    const [first = 0, second = 0, third = 0] = left;
    const tagOctets = first % 32 !== 31 ? 1 : second < 128 ? 2 : third < 128 ? 3 : 0;
    if (tagOctets === 0 || (tagOctets > 1 && second === 128) || left.length <= tagOctets) return undefined;
    const length = left.slice(tagOctets);
    const lengthOctets = (length[0] ?? 0) < 128 ? 1 : (length[0] ?? 0) - 127;
    if (lengthOctets > 1 ? lengthOctets > 4 || (length[0] ?? 0) === 128 : length[0] === 128) return undefined;
    if (length.length < lengthOctets) return undefined;
    const digits = Buffer.from(lengthOctets === 1 ? length.slice(0, 1) : length.slice(1, lengthOctets)).toString('hex');
    const size = Number.parseInt(digits, 16);
    const value = length.slice(lengthOctets, lengthOctets + size);
    if (value.length < size) return undefined;
    found.push([Buffer.from(left.slice(0, tagOctets)).toString('hex'), Buffer.from(value).toString('hex')]);
    if (found.length > 64) return undefined;
    left = length.slice(lengthOctets + size);
  }
  return found;
}
const tag = fc.oneof(
  fc.nat(255).filter((t) => (t & 0x1f) !== 0x1f),
  fc.tuple(fc.constantFrom(0x1f, 0x3f, 0x5f, 0x7f, 0x9f, 0xbf, 0xdf, 0xff), fc.nat(0x7f)).map(([a, b]) => (a << 8) | b),
  fc
    .tuple(fc.constantFrom(0x5f, 0x7f, 0xdf), fc.integer({ min: 0x81, max: 0xff }), fc.nat(0x7f))
    .map(([a, b, c]) => (a << 16) | (b << 8) | c),
);
const list = fc.array(
  fc.record({ tag, value: fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ minLength: 120, maxLength: 300 })) }),
  {
    maxLength: 5,
  },
);
const wire = (all: readonly DataObject[]) => new Uint8Array(Buffer.concat(all.map((o) => dataObject(o.tag, o.value))));

describe('properties', () => {
  property('what is written is read back', list, (all) => {
    const read = readDataObjects(new ByteReader(wire(all)));
    same(
      read.map((o) => [o.tag, hex(o.value)]),
      all.map((o) => [o.tag, hex(o.value)]),
      'objects',
    );
  });
  property(
    'any bytes are read, or refused, as the reference does',
    fc.oneof(mutated(list.map(wire)), fc.uint8Array({ maxLength: 24 })),
    (input) => {
      const ours = accepted(objects, input)?.value.map((o) => [o.tag.toString(16).padStart(2, '0'), hex(o.value)]);
      const theirs = reference(Array.from(input))?.map(([t, v]) => [t.replace(/^00(?=..)/, ''), v]);
      same(ours, theirs, `objects of ${hex(input)}`);
    },
  );
  property('values nest', fc.tuple(tag, list), ([outer, all]) => {
    const object = readDataObject(
      new ByteReader(
        dataObject(
          outer,
          all.map((o) => dataObject(o.tag, o.value)),
        ),
      ),
    );
    same(hex(object.value), hex(wire(all)), 'value');
  });
});

import fc from 'fast-check';
import { encode, rest } from '../../src/wire/codec.ts';
import {
  any,
  application,
  choice,
  compareBytes,
  context,
  type Der,
  defaulted,
  implicit,
  octetString,
  optional,
  raw,
  sequence,
  sequenceOf,
  setOf,
} from '../../src/wire/der.ts';
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
import { generalString, ia5String, printableString, utf8String } from '../../src/wire/der-strings.ts';
import { generalizedTime, time, type UnixSeconds, utcTime } from '../../src/wire/der-time.ts';
import { codecHolds } from './property.ts';

const octets = fc.uint8Array({ maxLength: 200 });
const int = fc.oneof(fc.integer(), fc.integer({ min: -300, max: 300 }), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1));
const seconds = (from: string, to: string): fc.Arbitrary<UnixSeconds> =>
  fc.integer({ min: Date.parse(from) / 1000, max: Date.parse(to) / 1000 });
const arc = fc.oneof(fc.nat(200), fc.integer({ min: 0, max: 0xffff_ffff }));
const oid = fc
  .oneof(fc.tuple(fc.constantFrom(0, 1), fc.nat(39)), fc.tuple(fc.constant(2), fc.integer({ min: 0, max: 0xffff_ffff - 80 })))
  .chain(([root, second]) => fc.array(arc, { maxLength: 11 }).map((others) => [root, second, ...others].join('.')));
const text = fc.string({ unit: 'binary', maxLength: 40 });
const ascii = fc.string({ unit: 'binary-ascii', maxLength: 40 });
const printable = fc.string({
  unit: fc.constantFrom(..."ABCXYZabcxyz0189 '()+,-./:=?"),
  maxLength: 40,
});
const trimmed = (v: Uint8Array) => {
  const start = v.findIndex((octet) => octet !== 0);
  return start === -1 ? Uint8Array.of(0) : v.slice(start);
};

codecHolds('rest', rest, octets);
codecHolds('boolean', boolean, fc.boolean(), { tags: boolean.tags });
codecHolds('nothing', nothing, fc.constant(null), { tags: nothing.tags });
codecHolds('int32', int32, int, { tags: int32.tags });
codecHolds('enumerated', enumerated, int, { tags: enumerated.tags });
codecHolds('unsignedInteger', unsignedInteger, fc.uint8Array({ minLength: 1, maxLength: 40 }), {
  canonical: trimmed,
  tags: unsignedInteger.tags,
});
codecHolds('bitString', bitString, octets, { tags: bitString.tags });
codecHolds('namedBits', namedBits, fc.uniqueArray(fc.nat(31)), {
  canonical: (bits) => [...bits].sort((a, b) => a - b),
  tags: namedBits.tags,
});
codecHolds('objectIdentifier', objectIdentifier, oid, { tags: objectIdentifier.tags });
codecHolds('octetString', octetString, octets, { tags: octetString.tags });
codecHolds('utf8String', utf8String, text, { tags: utf8String.tags });
codecHolds('generalString', generalString, text, { tags: generalString.tags });
codecHolds('printableString', printableString, printable, { tags: printableString.tags });
codecHolds('ia5String', ia5String, ascii, { tags: ia5String.tags });
/** Digits that are often, and often nearly, a time. */
const clock = fc
  .tuple(
    fc.constantFrom('', '00', '19', '20'),
    fc.array(fc.oneof(fc.nat(31), fc.nat(99), fc.constantFrom(0, 1, 2, 12, 13, 23, 24, 28, 29, 30, 31, 59, 60)), {
      minLength: 5,
      maxLength: 7,
    }),
    fc.constantFrom('Z', 'Z', 'Z', '', '.5Z', '+0000', 'z', 'Z\n'),
  )
  .map(([century, parts, end]) =>
    new TextEncoder().encode(`${century}${parts.map((n) => String(n).padStart(2, '0')).join('')}${end}`),
  );
codecHolds('utcTime', utcTime, seconds('1950-01-01T00:00:00Z', '2049-12-31T23:59:59Z'), { tags: utcTime.tags, content: clock });
codecHolds('generalizedTime', generalizedTime, seconds('0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z'), {
  tags: generalizedTime.tags,
  content: clock,
});
codecHolds('time', time, seconds('1950-01-01T00:00:00Z', '9999-12-31T23:59:59Z'), { tags: time.tags, content: clock });

const element = fc
  .tuple(fc.constantFrom(0x02, 0x04, 0x0c, 0x30, 0x80, 0xa1), octets)
  .map(([tag, v]) => Uint8Array.of(tag, ...(v.length < 128 ? [v.length] : [0x81, v.length]), ...v));
codecHolds('any', any, element, { tags: [0x02, 0x30, 0xa0] });
codecHolds(
  'raw',
  raw(0x30),
  element.map((e) => Uint8Array.of(0x30, ...e.subarray(1))),
  { tags: [0x30] },
);

const record = sequence({
  version: defaulted(context(0, int32), 1),
  id: objectIdentifier,
  flag: defaulted(boolean, false),
  note: optional(implicit(1, utf8String)),
  names: sequenceOf(choice({ mail: implicit(2, ia5String), other: context(3, utf8String), at: generalizedTime })),
  marks: setOf(int32),
  extra: optional(application(4, any)),
});
type Record = ReturnType<typeof record.read>;
const records: fc.Arbitrary<Record> = fc.record(
  {
    version: int,
    id: oid,
    flag: fc.boolean(),
    note: text,
    names: fc.array(
      fc.oneof(
        ascii.map((value) => ({ kind: 'mail' as const, value })),
        text.map((value) => ({ kind: 'other' as const, value })),
        seconds('1990-01-01T00:00:00Z', '2090-01-01T00:00:00Z').map((value) => ({ kind: 'at' as const, value })),
      ),
      { maxLength: 4 },
    ),
    marks: fc.array(int, { maxLength: 6 }),
    extra: element,
  },
  { requiredKeys: ['version', 'id', 'flag', 'names', 'marks'], noNullPrototype: true },
);
const inWireOrder = <T>(item: Der<T>, values: readonly T[]): T[] =>
  values.toSorted((a, b) => compareBytes(encode(item, a), encode(item, b)));
codecHolds('a sequence of everything', record, records, {
  canonical: (v) => ({ ...v, marks: inWireOrder(int32, v.marks) }),
  tags: [0x30],
});
codecHolds('setOf', setOf(utf8String), fc.array(text, { maxLength: 8 }), {
  canonical: (v) => inWireOrder(utf8String, v),
  tags: [0x31],
});
codecHolds('sequenceOf sequenceOf', sequenceOf(sequenceOf(int32)), fc.array(fc.array(int, { maxLength: 4 }), { maxLength: 4 }), {
  tags: [0x30],
});

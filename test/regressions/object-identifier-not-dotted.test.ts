import { expect, it } from 'vitest';
import { decode, encode } from '../../src/wire/codec.ts';
import { objectIdentifier } from '../../src/wire/der-primitives.ts';

// '1.40' was written as 2.0, '3.1' as 2.41, 'abc' and '' as 0.0, '1.2.-3' as an identifier that is cut short.
it.each([
  '',
  '1',
  'abc',
  '1.40',
  '0.40',
  '3.1',
  '1.2.',
  '.1.2',
  '1..2',
  '1.2.-3',
  '1.2.3.5e1',
  '1.2.03',
  '1.02',
  ' 1.2',
  '1.2\n',
  '1.2.0x10',
])('refuses to write %j as an object identifier', (dotted) => {
  expect(() => encode(objectIdentifier, dotted)).toThrow(
    expect.objectContaining({ code: 'encode', message: 'object identifier is not in dotted form' }),
  );
});
// These were written, but are over what the same codec reads.
it.each(['1.2.4294967296', '2.4294967216', `1.2${'.128'.repeat(32)}`])(
  'refuses to write %s, which it would not read',
  (dotted) => {
    expect(() => encode(objectIdentifier, dotted)).toThrow(expect.objectContaining({ code: 'encode' }));
  },
);
it.each(['1.2.4294967295', '2.4294967215', '0.39', '1.39', '2.40', '2.0', `1.2.3${'.128'.repeat(31)}`])(
  'writes and reads %s',
  (dotted) => {
    expect(decode(objectIdentifier, encode(objectIdentifier, dotted))).toBe(dotted);
  },
);

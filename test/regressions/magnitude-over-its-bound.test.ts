import { expect, it } from 'vitest';
import { decode, encode } from '../../src/wire/codec.ts';
import { unsignedInteger } from '../../src/wire/der-primitives.ts';

// 4,097 octets without a sign octet were read, and anything was written, though 4,096 are the documented bound.
it('holds an unsigned INTEGER to 4,096 octets in both directions', () => {
  for (const first of [0x7f, 0x80]) {
    const most = new Uint8Array(4096).fill(first);
    expect(decode(unsignedInteger, encode(unsignedInteger, most))).toEqual(most);
  }
  const over = new Uint8Array(4097).fill(0x7f);
  expect(() => encode(unsignedInteger, over)).toThrow(expect.objectContaining({ code: 'encode' }));
  expect(() => decode(unsignedInteger, Uint8Array.of(0x02, 0x82, 0x10, 0x01, ...over))).toThrow(
    'input at byte 4: integer is over 4096 octets',
  );
});

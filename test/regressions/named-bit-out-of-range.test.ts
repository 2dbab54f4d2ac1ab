import { expect, it } from 'vitest';
import { encode } from '../../src/wire/codec.ts';
import { namedBits } from '../../src/wire/der-primitives.ts';

// Bit 32 was written as a fifth octet that the same codec refuses to read; bit -1 became bit 7 of nothing.
it.each([[[32]], [[0, 40]], [[-1]], [[Number.NaN]]])('refuses to write the named bits %j', (bits) => {
  expect(() => encode(namedBits, bits)).toThrow(expect.objectContaining({ code: 'encode', message: 'named bit is not 0 to 31' }));
});

import { expect, it } from 'vitest';
import { encode } from '../../src/wire/codec.ts';
import { enumerated, int32 } from '../../src/wire/der-primitives.ts';

// 2^31 was written as -2^31, 1.5 as 1, NaN as 0.
it.each([2 ** 31, -(2 ** 31) - 1, 2 ** 32, 1.5, Number.NaN])('refuses to write %d as an INTEGER of 32 bits', (v) => {
  expect(() => encode(int32, v)).toThrow(expect.objectContaining({ code: 'encode', message: 'integer is not within 32 bits' }));
  expect(() => encode(enumerated, v)).toThrow(expect.objectContaining({ code: 'encode' }));
});

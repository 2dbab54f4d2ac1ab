import { expect, it } from 'vitest';
import { equalInConstantTime } from '../../src/crypto/constant-time.ts';

it('compares octet strings of whatever length', () => {
  const of = (...octets: number[]) => Uint8Array.from(octets);
  expect(equalInConstantTime(of(1, 2, 3), of(1, 2, 3))).toBe(true);
  expect(equalInConstantTime(of(), of())).toBe(true);
  expect(equalInConstantTime(of(1, 2, 3), of(1, 2, 4))).toBe(false);
  expect(equalInConstantTime(of(0, 2, 3), of(1, 2, 3))).toBe(false);
  expect(equalInConstantTime(of(1, 2), of(1, 2, 3))).toBe(false);
  expect(equalInConstantTime(of(1, 2, 3), of())).toBe(false);
  expect(equalInConstantTime(of(9, 1, 2, 3).subarray(1), of(1, 2, 3))).toBe(true);
});

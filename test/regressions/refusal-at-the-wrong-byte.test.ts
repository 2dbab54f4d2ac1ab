import { expect, it } from 'vitest';
import { bitString, boolean } from '../../src/wire/der-primitives.ts';
import { ia5String, printableString } from '../../src/wire/der-strings.ts';
import { generalizedTime, utcTime } from '../../src/wire/der-time.ts';
import { refusal } from '../wire/refusal.ts';

// These named the byte behind the fault, or the end of the whole content.
it('names the byte at which the refused content begins', () => {
  expect(refusal(boolean, '01 01 01')).toBe('input at byte 2: boolean is neither 0x00 nor 0xff');
  expect(refusal(bitString, '03 02 01 80')).toBe('input at byte 2: bit string does not end at an octet');
  expect(refusal(printableString, '13 03 61 40 62')).toBe('input at byte 2: character not allowed in PrintableString');
  expect(refusal(ia5String, '16 03 61 c3a9')).toBe('input at byte 2: character not allowed in IA5String');
  expect(refusal(utcTime, '17 03 61 62 5a')).toBe('input at byte 2: time is not digits up to the second and Z');
  expect(refusal(generalizedTime, '18 01 5a')).toBe('input at byte 2: time is not digits up to the second and Z');
});

import { expect, it } from 'vitest';
import { decode, encode } from '../../src/wire/codec.ts';
import { generalizedTime, time, utcTime } from '../../src/wire/der-time.ts';

const seconds = (iso: string) => Date.parse(iso) / 1000;
// UTCTime has no century: 2050 was written as 1950, 1949 as 2049.
it.each(['1949-12-31T23:59:59Z', '2050-01-01T00:00:00Z'])('refuses to write %s as UTCTime', (iso) => {
  expect(() => encode(utcTime, seconds(iso))).toThrow(expect.objectContaining({ code: 'encode' }));
});
it('refuses to write a Time before 1950, which RFC 5280 has no form for', () => {
  expect(() => encode(time, seconds('1949-12-31T23:59:59Z'))).toThrow(expect.objectContaining({ code: 'encode' }));
});
// Years of five digits, negative years and NaN were written as text that no reader takes.
it.each([seconds('9999-12-31T23:59:59Z') + 1, seconds('0000-01-01T00:00:00Z') - 1, Number.NaN, Number.POSITIVE_INFINITY])(
  'refuses to write %d as GeneralizedTime',
  (t) => {
    expect(() => encode(generalizedTime, t)).toThrow(expect.objectContaining({ code: 'encode' }));
    expect(() => encode(time, t)).toThrow(expect.objectContaining({ code: 'encode' }));
  },
);
it.each(['1950-01-01T00:00:00Z', '2049-12-31T23:59:59Z', '2050-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])(
  'writes and reads %s',
  (iso) => {
    expect(decode(time, encode(time, seconds(iso)))).toBe(seconds(iso));
  },
);

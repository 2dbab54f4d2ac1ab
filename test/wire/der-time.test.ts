import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode } from '../../src/wire/codec.ts';
import { generalizedTime, generalizedTimeText, isoTime, time, utcTime } from '../../src/wire/der-time.ts';
import { generalizedTimes, utcTimes, wrongTimes } from '../vectors/der/times.ts';
import { bytes, hex } from './annotated-hex.ts';
import { property, same } from './property.ts';
import { refusal } from './refusal.ts';

const der = (tag: string, text: string) =>
  `${tag} ${text.length.toString(16).padStart(2, '0')} ${hex(new TextEncoder().encode(text))}`;
const seconds = (iso: string) => Date.parse(iso) / 1000;

describe('vectors', () => {
  it.each(utcTimes)('UTCTime $text: $source', ({ text, iso }) => {
    expect(decode(utcTime, bytes(der('17', text)))).toBe(seconds(iso));
    expect(decode(time, bytes(der('17', text)))).toBe(seconds(iso));
    expect(hex(encode(time, seconds(iso)))).toBe(hex(bytes(der('17', text))));
    expect(isoTime(seconds(iso))).toBe(iso);
  });
  it.each(generalizedTimes)('GeneralizedTime $text: $source', ({ text, iso }) => {
    expect(decode(generalizedTime, bytes(der('18', text)))).toBe(seconds(iso));
    expect(hex(encode(generalizedTime, seconds(iso)))).toBe(hex(bytes(der('18', text))));
  });
});

describe('wrong in one way', () => {
  it.each(wrongTimes)('$fault: $text', ({ text, reason }) => {
    expect(refusal(generalizedTime, der('18', text))).toBe(`input at byte 2: ${reason}`);
    expect(refusal(utcTime, der('17', text.slice(2)))).toBe(`input at byte 2: ${reason}`);
  });
  it('a form that the other time has', () => {
    expect(refusal(utcTime, der('17', '20200101000000Z'))).toMatch('not digits up to the second');
    expect(refusal(generalizedTime, der('18', '200101000000Z'))).toMatch('not digits up to the second');
  });
  it('29 February 1900, and in a UTCTime whose century decides', () => {
    expect(refusal(generalizedTime, der('18', '19000229000000Z'))).toMatch('time does not exist');
    expect(refusal(utcTime, der('17', '500229000000Z'))).toMatch('time does not exist');
  });
  it('digits of another script, and empty text', () => {
    expect(refusal(generalizedTime, der('18', ''))).toMatch('not digits');
    expect(refusal(generalizedTime, `18 10 d9a1 ${hex(new TextEncoder().encode('9920622123421Z'))}`)).toMatch(
      'not allowed in PrintableString',
    );
  });
});

describe('Time, RFC 5280 4.1.2.5', () => {
  it('is UTCTime through 2049 and GeneralizedTime from 2050', () => {
    expect(hex(encode(time, seconds('2049-12-31T23:59:59Z')))).toBe(hex(bytes(der('17', '491231235959Z'))));
    expect(hex(encode(time, seconds('2050-01-01T00:00:00Z')))).toBe(hex(bytes(der('18', '20500101000000Z'))));
    expect(decode(time, bytes(der('18', '20500101000000Z')))).toBe(seconds('2050-01-01T00:00:00Z'));
  });
  it('refuses a GeneralizedTime before 2050, and a third type', () => {
    expect(refusal(time, der('18', '20491231235959Z'))).toBe('input at byte 0: time before 2050 is not UTCTime');
    expect(refusal(time, der('18', '19491231235959Z'))).toBe('input at byte 0: time before 2050 is not UTCTime');
    expect(refusal(time, der('16', '491231235959Z'))).toBe('input at byte 0: expected tag 0x17, got 0x16');
  });
});

const anyTime = fc.integer({ min: seconds('0000-01-01T00:00:00Z'), max: seconds('9999-12-31T23:59:59Z') });
property('text is what the platform calendar says', anyTime, (t) => {
  const iso = new Date(t * 1000).toISOString().replace('.000Z', 'Z');
  same(isoTime(t), iso, 'ISO 8601');
  same(generalizedTimeText(t), iso.replace(/[-:T]/g, ''), 'GeneralizedTime');
});
property(
  'a fraction of a second is left off, never rounded up',
  fc.tuple(anyTime, fc.double({ min: 0, max: 0.999, noNaN: true })),
  ([t, f]) => {
    same(generalizedTimeText(t + f), generalizedTimeText(t), 'text');
  },
);

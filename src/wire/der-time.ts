import { DecodeError } from './cursor.ts';
import { type Der, type Tagged, tagged } from './der.ts';
import { printableString } from './der-strings.ts';

/** Seconds since 1970-01-01T00:00:00Z: the time of all rings that own no clock. */
export type UnixSeconds = number;

/** Days since 1970-01-01 of a date in the proleptic Gregorian calendar. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}
function civilFromDays(days: number): readonly [year: number, month: number, day: number] {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}
const two = (n: number) => String(n).padStart(2, '0');

/** `YYYYMMDDHHMMSSZ`, the GeneralizedTime of RFC 5280 4.1.2.5.2; years 0 to 9999. */
export function generalizedTimeText(time: UnixSeconds): string {
  const days = Math.floor(time / 86_400);
  const second = Math.floor(time) - days * 86_400;
  const [year, month, day] = civilFromDays(days);
  const clock = `${two(Math.floor(second / 3600))}${two(Math.floor(second / 60) % 60)}${two(second % 60)}`;
  return `${String(year).padStart(4, '0')}${two(month)}${two(day)}${clock}Z`;
}
/** The same time as people and logs read it: `2026-11-23T01:02:03Z`. */
export const isoTime = (time: UnixSeconds): string =>
  generalizedTimeText(time).replace(/^(....)(..)(..)(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z');

function parseTime(text: string, at: number): UnixSeconds {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) throw new DecodeError('time is not digits up to the second and Z', at);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const time = daysFromCivil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
  // A date that does not exist (month 13, 30 February, 24:00:00, a leap second) does not come back as it went in.
  if (generalizedTimeText(time) !== text) throw new DecodeError('time does not exist', at);
  return time;
}
export const generalizedTime: Tagged<UnixSeconds> = tagged(0x18, {
  read(r) {
    const at = r.at;
    return parseTime(printableString.content.read(r), at);
  },
  write(w, v) {
    const text = generalizedTimeText(v);
    if (!/^\d{14}Z$/.test(text)) throw w.fail('time is outside the years 0 to 9999');
    printableString.content.write(w, text);
  },
});
const START_OF_1950 = -631_152_000;
const START_OF_2050 = 2_524_608_000;
/** UTCTime with the century of RFC 5280 4.1.2.5.1: 50 to 99 are 19xx. */
export const utcTime: Tagged<UnixSeconds> = tagged(0x17, {
  read(r) {
    const at = r.at;
    const text = printableString.content.read(r);
    return parseTime(`${text < '50' ? '20' : '19'}${text}`, at);
  },
  write(w, v) {
    if (!(START_OF_1950 <= v && v < START_OF_2050)) throw w.fail('time is outside the years 1950 to 2049');
    printableString.content.write(w, generalizedTimeText(v).slice(2));
  },
});
/** Time, RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050. */
export const time: Der<UnixSeconds> = {
  tags: [...utcTime.tags, ...generalizedTime.tags],
  read(r) {
    const at = r.at;
    const general = r.peek() === generalizedTime.tags[0];
    const value = general ? generalizedTime.read(r) : utcTime.read(r);
    if (general && value < START_OF_2050) throw new DecodeError('time before 2050 is not UTCTime', at);
    return value;
  },
  write: (w, v) => (v < START_OF_2050 ? utcTime : generalizedTime).write(w, v),
};

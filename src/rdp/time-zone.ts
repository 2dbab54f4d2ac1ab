import type { Value } from '../wire/codec.ts';
import { octetsOf, terminatedText } from '../wire/utf-16.ts';
import { i32, octets, record, u16 } from './record.ts';

/** TS_SYSTEMTIME, [MS-RDPBCGR] 2.2.1.11.1.1.1.1.1: a rule ("the last Sunday of October"), not a date. */
const systemTime = record({
  year: u16,
  month: u16,
  dayOfWeek: u16,
  day: u16,
  hour: u16,
  minute: u16,
  second: u16,
  milliseconds: u16,
});
const NAME = 64;
/** TS_TIME_ZONE_INFORMATION, [MS-RDPBCGR] 2.2.1.11.1.1.1.1. Biases are minutes; names are UTF-16 and NUL-padded. */
export const timeZoneInformation = record({
  bias: i32,
  standardName: octets(NAME),
  standardDate: systemTime,
  standardBias: i32,
  daylightName: octets(NAME),
  daylightDate: systemTime,
  daylightBias: i32,
});
export type TimeZoneInformation = Value<typeof timeZoneInformation>;

export const timeZoneName = (name: Uint8Array): string => terminatedText(name);
export function timeZoneNameOctets(name: string): Uint8Array {
  const out = new Uint8Array(NAME);
  out.set(octetsOf(name.slice(0, NAME / 2 - 1)));
  return out;
}
const never = { year: 0, month: 0, dayOfWeek: 0, day: 0, hour: 0, minute: 0, second: 0, milliseconds: 0 };
/** A client that is nowhere. */
export const coordinatedUniversalTime: TimeZoneInformation = {
  bias: 0,
  standardName: timeZoneNameOctets('UTC'),
  standardDate: never,
  standardBias: 0,
  daylightName: timeZoneNameOctets('UTC'),
  daylightDate: never,
  daylightBias: 0,
};

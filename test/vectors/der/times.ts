/** Times: text on the wire, and what an ISO 8601 clock calls them. */
export interface TimeVector {
  readonly source: string;
  readonly text: string;
  readonly iso: string;
}
export const utcTimes: readonly TimeVector[] = [
  { source: "B. Kaliski, A Layman's Guide, 1993, 5.17", text: '910506234540Z', iso: '1991-05-06T23:45:40Z' },
  { source: 'RFC 5280 4.1.2.5.1: 50 and over are 19xx', text: '500101000000Z', iso: '1950-01-01T00:00:00Z' },
  { source: 'RFC 5280 4.1.2.5.1: below 50 are 20xx', text: '491231235959Z', iso: '2049-12-31T23:59:59Z' },
  { source: 'X.690 11.8: midnight', text: '920521000000Z', iso: '1992-05-21T00:00:00Z' },
  { source: 'X.690 11.8', text: '920622123421Z', iso: '1992-06-22T12:34:21Z' },
  { source: 'Gregorian: 2000 is a leap year', text: '000229120000Z', iso: '2000-02-29T12:00:00Z' },
];
export const generalizedTimes: readonly TimeVector[] = [
  { source: 'RFC 5280 4.1.2.5: no well-defined expiration', text: '99991231235959Z', iso: '9999-12-31T23:59:59Z' },
  { source: 'X.690 11.7', text: '19920521000000Z', iso: '1992-05-21T00:00:00Z' },
  { source: 'X.690 11.7', text: '19920622123421Z', iso: '1992-06-22T12:34:21Z' },
  { source: 'RFC 4120 5.2.3: 6 minutes, 27 seconds after 9 pm', text: '19851106210627Z', iso: '1985-11-06T21:06:27Z' },
  { source: 'first of 2050', text: '20500101000000Z', iso: '2050-01-01T00:00:00Z' },
  { source: 'Gregorian: 2400 is a leap year', text: '24000229000000Z', iso: '2400-02-29T00:00:00Z' },
  { source: 'the year 0', text: '00000101000000Z', iso: '0000-01-01T00:00:00Z' },
];
const FORM = 'time is not digits up to the second and Z';
const ABSENT = 'time does not exist';
/** GeneralizedTime contents that are wrong in one way; without their first two digits they are wrong UTCTimes. */
export const wrongTimes: readonly { readonly fault: string; readonly text: string; readonly reason: string }[] = [
  { fault: 'X.690 11.7: 24:00:00', text: '19920520240000Z', reason: ABSENT },
  { fault: 'no seconds (X.690 11.8.2)', text: '199207221321Z', reason: FORM },
  { fault: 'local time', text: '19920622123421', reason: FORM },
  { fault: 'difference to UTC (X.690 11.7.1)', text: '19920622123421+0000', reason: FORM },
  { fault: 'X.690 11.7: trailing zero in a fraction', text: '19920722132100.30Z', reason: FORM },
  { fault: 'fraction (RFC 5280 4.1.2.5.2)', text: '19920722132100.3Z', reason: FORM },
  { fault: 'lower-case z', text: '19920622123421z', reason: FORM },
  { fault: 'month 0', text: '19920022123421Z', reason: ABSENT },
  { fault: 'month 13', text: '19921322123421Z', reason: ABSENT },
  { fault: 'day 0', text: '19920600123421Z', reason: ABSENT },
  { fault: '31 June', text: '19920631123421Z', reason: ABSENT },
  { fault: '30 February', text: '19920230123421Z', reason: ABSENT },
  { fault: '29 February of no leap year', text: '19930229123421Z', reason: ABSENT },
  { fault: 'minute 60', text: '19920622126021Z', reason: ABSENT },
  { fault: 'a leap second that was one', text: '19920630235960Z', reason: ABSENT },
];

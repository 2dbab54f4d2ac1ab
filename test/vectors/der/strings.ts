import type { Vector } from './primitives.ts';

const LAYMAN = "B. Kaliski, A Layman's Guide to a Subset of ASN.1, BER, and DER, 1993,";

export const printable: readonly Vector<string>[] = [
  { source: `${LAYMAN} 5.11`, der: '13 0b 54 65 73 74 20 55 73 65 72 20 31', value: 'Test User 1' },
];
export const ia5: readonly Vector<string>[] = [
  { source: `${LAYMAN} 5.6`, der: '16 0d 74 65 73 74 31 40 72 73 61 2e 63 6f 6d', value: 'test1@rsa.com' },
];
/** UTF-8 as RFC 3629 section 7 prints it, in UTF8String. */
export const utf8: readonly Vector<string>[] = [
  { source: 'RFC 3629 7, A<NOT IDENTICAL TO><ALPHA>.', der: '0c 07 41 e2 89 a2 ce 91 2e', value: 'A\u2262\u0391.' },
  { source: 'RFC 3629 7, hangugeo', der: '0c 09 ed 95 9c ea b5 ad ec 96 b4', value: '\ud55c\uad6d\uc5b4' },
  { source: 'RFC 3629 7, nihongo', der: '0c 09 e6 97 a5 e6 9c ac e8 aa 9e', value: '\u65e5\u672c\u8a9e' },
  {
    source: 'RFC 3629 7, U+233B4 behind a byte order mark, which is text here',
    der: '0c 07 ef bb bf f0 a3 8e b4',
    value: '\ufeff\u{233b4}',
  },
];
/** What RFC 3629 calls invalid: sections 3, 4 and 10. */
export const notUtf8: readonly { readonly fault: string; readonly content: string }[] = [
  { fault: 'over-long NUL (RFC 3629 3)', content: 'c0 80' },
  { fault: 'over-long slash, two octets (RFC 3629 10)', content: 'c0 af' },
  { fault: 'over-long slash, three octets', content: 'e0 80 af' },
  { fault: 'over-long slash, four octets', content: 'f0 80 80 af' },
  { fault: 'half a surrogate pair (RFC 3629 3)', content: 'ed a1 8c' },
  { fault: 'a surrogate pair, CESU-8 (RFC 3629 3)', content: 'ed a1 8c ed be b4' },
  { fault: 'over U+10FFFF (RFC 3629 4)', content: 'f4 90 80 80' },
  { fault: 'five octets', content: 'f8 88 80 80 80' },
  { fault: 'continuation without a start', content: '80' },
  { fault: 'cut short', content: 'e2 89' },
  { fault: 'interrupted', content: 'e2 41 a2' },
  { fault: 'an octet that never occurs', content: 'ff' },
  { fault: 'ISO 8859-1', content: '4d fc 6c 6c 65 72' },
];

/** DER of single values, each with where it is printed. */
export interface Vector<T> {
  readonly source: string;
  readonly der: string;
  readonly value: T;
}
const LAYMAN = "B. Kaliski, A Layman's Guide to a Subset of ASN.1, BER, and DER, 1993,";

export const booleans: readonly Vector<boolean>[] = [
  { source: 'X.690 8.2.2 with 11.1', der: '01 01 ff', value: true },
  { source: 'X.690 8.2.2', der: '01 01 00', value: false },
];
export const integers: readonly Vector<number>[] = [
  { source: `${LAYMAN} 5.7 table 3`, der: '02 01 00', value: 0 },
  { source: `${LAYMAN} 5.7 table 3`, der: '02 01 7f', value: 127 },
  { source: `${LAYMAN} 5.7 table 3`, der: '02 02 00 80', value: 128 },
  { source: `${LAYMAN} 5.7 table 3`, der: '02 02 01 00', value: 256 },
  { source: `${LAYMAN} 5.7 table 3`, der: '02 01 80', value: -128 },
  { source: `${LAYMAN} 5.7 table 3`, der: '02 02 ff 7f', value: -129 },
  { source: 'X.690 8.3.3, greatest of 32 bits', der: '02 04 7f ff ff ff', value: 2 ** 31 - 1 },
  { source: 'X.690 8.3.3, least of 32 bits', der: '02 04 80 00 00 00', value: -(2 ** 31) },
  { source: 'X.690 8.3.2, -1 is one octet', der: '02 01 ff', value: -1 },
];
/** Magnitudes as hex. */
export const magnitudes: readonly Vector<string>[] = [
  { source: 'X.690 8.3.1: zero is one octet', der: '02 01 00', value: '00' },
  { source: 'X.690 8.3.2: a sign octet where the top bit is set', der: '02 02 00 80', value: '80' },
  { source: `${LAYMAN} 5.7 table 3`, der: '02 02 01 00', value: '0100' },
  { source: 'RFC 5280 4.1.2.2: 20 octets of serial number', der: `02 14 ${'7f'.repeat(20)}`, value: '7f'.repeat(20) },
];
/** The whole octets of a BIT STRING as hex. */
export const bitStrings: readonly Vector<string>[] = [
  { source: 'X.690 8.6.2.3: empty', der: '03 01 00', value: '' },
  { source: 'X.690 8.6.4.2, its first six octets', der: '03 07 00 0a 3b 5f 29 1c d0', value: '0a3b5f291cd0' },
];
export const bitsByName: readonly Vector<readonly number[]>[] = [
  { source: `${LAYMAN} 5.4: 011011100101110111`, der: '03 04 06 6e 5d c0', value: [1, 2, 4, 5, 6, 9, 11, 12, 13, 15, 16, 17] },
  { source: 'RFC 5280 4.2.1.3: digitalSignature', der: '03 02 07 80', value: [0] },
  { source: 'RFC 5280 4.2.1.3: keyCertSign, cRLSign', der: '03 02 01 06', value: [5, 6] },
  { source: 'RFC 5280 4.2.1.3: decipherOnly', der: '03 03 07 00 80', value: [8] },
  { source: 'X.690 11.2.2: no bit set', der: '03 01 00', value: [] },
];
export const objectIdentifiers: readonly Vector<string>[] = [
  { source: 'X.690 8.19.5: {joint-iso-itu-t 100 3}', der: '06 03 81 34 03', value: '2.100.3' },
  { source: 'X.690 8.19.5, 2015: {2 999 3}', der: '06 03 88 37 03', value: '2.999.3' },
  { source: `${LAYMAN} 5.9: RSA Data Security, Inc.`, der: '06 06 2a 86 48 86 f7 0d', value: '1.2.840.113549' },
  { source: 'RFC 5280 A.1: id-at-commonName', der: '06 03 55 04 03', value: '2.5.4.3' },
  { source: '[MS-WCCE] 2.2.2.7.7.4: SID extension', der: '06 09 2b 06 01 04 01 82 37 19 02', value: '1.3.6.1.4.1.311.25.2' },
  { source: 'X.690 8.19.4: least first subidentifier', der: '06 01 00', value: '0.0' },
  { source: 'X.690 8.19.4: 1.39 is 79, and 2.0 is 80', der: '06 01 4f', value: '1.39' },
  { source: 'X.690 8.19.4: 1.39 is 79, and 2.0 is 80', der: '06 01 50', value: '2.0' },
];
export const octetStrings: readonly Vector<string>[] = [
  { source: `${LAYMAN} 5.10`, der: '04 08 01 23 45 67 89 ab cd ef', value: '0123456789abcdef' },
];

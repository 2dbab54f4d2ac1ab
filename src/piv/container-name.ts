import { toHex } from '../wire/hex.ts';
import { objectTag } from './data-objects.ts';

const FIELDS = [4, 2, 2] as const;

/**
 * What Windows' own PIV driver calls the key container of the PIV authentication key: the CHUID's GUID as Windows writes one, its
 * last three octets replaced by the tag of the certificate's object. Seen in traces of Windows hosts; no document says it.
 */
export function containerName(guid: Uint8Array): string {
  const octets = Uint8Array.from(guid);
  const tag = objectTag.pivAuthenticationCertificate;
  octets.set([tag >> 16, (tag >> 8) & 0xff, tag & 0xff], 13);
  const parts: string[] = [];
  let at = 0;
  // The first three fields are numbers, little-endian ([MS-DTYP] 2.3.4.2).
  for (const length of FIELDS) {
    parts.push(toHex(octets.slice(at, at + length).reverse()));
    at += length;
  }
  return [...parts, toHex(octets.subarray(8, 10)), toHex(octets.subarray(10))].join('-');
}

import { dataObject } from '../wire/ber-tlv.ts';
import { generalizedTimeText, type UnixSeconds } from '../wire/der-time.ts';

/** Tags of the PIV data objects, SP 800-73-4 part 1 table 3. */
export const objectTag = {
  discovery: 0x7e,
  cardCapabilityContainer: 0x5fc107,
  cardHolderUniqueIdentifier: 0x5fc102,
  pivAuthenticationCertificate: 0x5fc105,
} as const;

const none = new Uint8Array();
const ascii = (text: string) => new TextEncoder().encode(text);
const octets = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
/** BER-TLV holder of SP 800-73-4 data elements; the tags within are single octets. */
const held = (...elements: readonly Uint8Array[]) => dataObject(0x53, elements);

/** FASC-N of a card outside the federal government: agency code 9999, SP 800-73-4 part 1 3.1.2. */
const FASC_N = octets('d4e739da739ced39ce739d836858210842108421c84210c3eb');

/** CHUID, SP 800-73-4 part 1 table 9: the GUID is the card's identity to Windows, so every card has its own. */
export function cardHolderUniqueIdentifier(guid: Uint8Array, expires: UnixSeconds): Uint8Array {
  const expiry = ascii(generalizedTimeText(expires).slice(0, 8));
  return held(
    dataObject(0x30, FASC_N),
    dataObject(0x34, guid),
    dataObject(0x35, expiry),
    dataObject(0x3e, none),
    dataObject(0xfe, none),
  );
}
/** CCC, SP 800-73-4 part 1 table 8: the card identifier carries the first 14 octets of the GUID. */
export function cardCapabilityContainer(guid: Uint8Array): Uint8Array {
  const cardIdentifier = Uint8Array.of(...octets('a000000116ff02'), ...guid.subarray(0, 14));
  const empty = [0xf6, 0xf7, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe].map((tag) => dataObject(tag, none));
  return held(
    dataObject(0xf0, cardIdentifier),
    dataObject(0xf1, Uint8Array.of(0x21)),
    dataObject(0xf2, Uint8Array.of(0x21)),
    dataObject(0xf3, none),
    dataObject(0xf4, Uint8Array.of(0x00)),
    dataObject(0xf5, Uint8Array.of(0x10)),
    ...empty,
  );
}
/** X.509 certificate, SP 800-73-4 part 1 table 10: not compressed, no error detection code. */
export const certificateObject = (der: Uint8Array): Uint8Array =>
  held(dataObject(0x70, der), dataObject(0x71, Uint8Array.of(0)), dataObject(0xfe, none));

/** Full AID of the PIV card application, SP 800-73-4 part 1 2.2. */
export const pivAid = octets('a000000308000010000100');
/** Discovery object, SP 800-73-4 part 1 3.3.2: the application PIN and no other. */
export const discoveryObject = dataObject(0x7e, [dataObject(0x4f, pivAid), dataObject(0x5f2f, octets('4000'))]);
/** Application property template that SELECT answers with, SP 800-73-4 part 2 3.1.1. */
export function applicationPropertyTemplate(algorithm: number): Uint8Array {
  const algorithms = dataObject(0xac, [dataObject(0x80, Uint8Array.of(algorithm)), dataObject(0x06, Uint8Array.of(0))]);
  return dataObject(0x61, [
    dataObject(0x4f, pivAid.subarray(5)),
    dataObject(0x79, dataObject(0x4f, pivAid.subarray(0, 5))),
    dataObject(0x50, ascii('Mayfly')),
    algorithms,
  ]);
}

import { counted, record, trailing, u16, u32 } from '../rdp/record.ts';
import type { Value } from '../wire/codec.ts';
import { terminatedOctets } from '../wire/utf-16.ts';

/** Server Announce, Client Announce Reply and Server Client ID Confirm, [MS-RDPEFS] 2.2.2.2, 2.2.2.3 and 2.2.2.6: all alike. */
export const clientId = record({ versionMajor: u16, versionMinor: u16, clientId: u32, trailing });

/** Octets of a computer's name; NetBIOS has 15 characters, DNS 255. */
const MOST_NAME = 1024;

/** Client Name, [MS-RDPEFS] 2.2.2.4. The name is UTF-16 where `unicodeFlag` is 1, ASCII where it is 0, and ends with a NUL. */
export const clientName = record({ unicodeFlag: u32, codePage: u32, computerName: counted(u32, MOST_NAME) });
export type ClientName = Value<typeof clientName>;

export const unicodeClientName = (computerName: string): ClientName => {
  return { unicodeFlag: 1, codePage: 0, computerName: terminatedOctets(computerName) };
};

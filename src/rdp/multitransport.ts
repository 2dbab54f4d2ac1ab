import { encode, type Value } from '../wire/codec.ts';
import { octets, padding, record, trailing, u16, u32 } from './record.ts';
import { securityFlag, securityHeader } from './security-header.ts';

const COOKIE = 16;
/** Initiate Multitransport Request behind its security header, [MS-RDPBCGR] 2.2.15.1. */
export const multitransportRequest = record({
  requestId: u32,
  /** 1: UDP with lost packets repaired; 2: without. */
  requestedProtocol: u16,
  reserved: padding(2),
  securityCookie: octets(COOKIE),
  trailing,
});
export type MultitransportRequest = Value<typeof multitransportRequest>;
/** Initiate Multitransport Response behind its security header, [MS-RDPBCGR] 2.2.15.2. */
export const multitransportResponse = record({ requestId: u32, hrResponse: u32, trailing });

/** E_ABORT, [MS-ERREF] 2.1.1. */
const E_ABORT = 0x8000_4004;
/** No UDP: what a client answers that has none, with its security header. */
export function declineMultitransport({ requestId }: MultitransportRequest): Uint8Array {
  const header = encode(securityHeader, { flags: securityFlag.transportRsp, flagsHi: 0 });
  return new Uint8Array([...header, ...encode(multitransportResponse, { requestId, hrResponse: E_ABORT })]);
}

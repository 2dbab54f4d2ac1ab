import { record, u16 } from './record.ts';

/** Basic Security Header flags, [MS-RDPBCGR] 2.2.8.1.1.2.1: under TLS they only say what follows. */
export const securityFlag = {
  exchangePkt: 0x0001,
  transportReq: 0x0002,
  transportRsp: 0x0004,
  encrypt: 0x0008,
  resetSeqno: 0x0010,
  ignoreSeqno: 0x0020,
  infoPkt: 0x0040,
  licensePkt: 0x0080,
  licenseEncryptCs: 0x0200,
  redirectionPkt: 0x0400,
  secureChecksum: 0x0800,
  autodetectReq: 0x1000,
  autodetectRsp: 0x2000,
  heartbeat: 0x4000,
  flagsHiValid: 0x8000,
} as const;

/** TS_SECURITY_HEADER. `flagsHi` counts only under `flagsHiValid`; servers leave rubbish in it. */
export const securityHeader = record({ flags: u16, flagsHi: u16 });

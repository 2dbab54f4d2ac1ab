import { optional, record, trailing, u32 } from './record.ts';

/** TS_UD_CS_SEC, [MS-RDPBCGR] 2.2.1.3.3: methods of standard RDP security, none of them under TLS. */
export const clientSecurityData = record({ encryptionMethods: u32, extEncryptionMethods: optional(u32), trailing });

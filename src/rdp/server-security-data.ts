import { record, trailing, u32 } from './record.ts';

/**
 * TS_UD_SC_SEC1, [MS-RDPBCGR] 2.2.1.4.3. Both numbers are zero under TLS; random and certificate of standard RDP security, which is
 * not spoken here, are in `trailing`.
 */
export const serverSecurityData = record({ encryptionMethod: u32, encryptionLevel: u32, trailing });

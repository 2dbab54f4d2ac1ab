import { optional, record, trailing, u16 } from './record.ts';

export const SYNCMSGTYPE_SYNC = 1;
/** Synchronize PDU, [MS-RDPBCGR] 2.2.1.14.1 and 2.2.1.19. Windows' server leaves rubbish in `targetUser`. */
export const synchronize = record({ messageType: u16, targetUser: optional(u16), trailing });

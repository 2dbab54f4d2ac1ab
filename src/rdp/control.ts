import { record, trailing, u16, u32 } from './record.ts';

/** Actions, [MS-RDPBCGR] 2.2.1.15.1. */
export const controlAction = { requestControl: 1, grantedControl: 2, detach: 3, cooperate: 4 } as const;
/** Control PDU, [MS-RDPBCGR] 2.2.1.15, 2.2.1.16, 2.2.1.20 and 2.2.1.21. */
export const control = record({ action: u16, grantId: u16, controlId: u32, trailing });

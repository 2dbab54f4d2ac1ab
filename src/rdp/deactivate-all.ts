import type { Value } from '../wire/codec.ts';
import { counted, optional, record, trailing, u16, u32 } from './record.ts';

/** Deactivate All PDU, [MS-RDPBCGR] 2.2.3.1, behind its Share Control Header; servers leave out as much of it as they like. */
export const deactivateAll = record({ shareId: optional(u32), sourceDescriptor: optional(counted(u16)), trailing });
export type DeactivateAll = Value<typeof deactivateAll>;

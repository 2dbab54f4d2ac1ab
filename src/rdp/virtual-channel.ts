import { rest } from '../wire/codec.ts';
import { record, u32 } from './record.ts';

/** Flags of a Channel PDU Header, [MS-RDPBCGR] 2.2.6.1.1. */
export const channelFlag = {
  first: 0x0000_0001,
  last: 0x0000_0002,
  showProtocol: 0x0000_0010,
  /** The server wants nothing sent until `resume`. */
  suspend: 0x0000_0020,
  resume: 0x0000_0040,
  shadowPersistent: 0x0000_0080,
  compressionTypeMask: 0x000f_0000,
  compressed: 0x0020_0000,
  atFront: 0x0040_0000,
  flushed: 0x0080_0000,
} as const;
/** CHANNEL_PDU_HEADER and the chunk behind it. `length` is that of the whole message, before it was cut and compressed. */
export const channelPdu = record({ length: u32, flags: u32, chunk: rest });

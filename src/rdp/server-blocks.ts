import { type BlockOf, gccBlocks } from './gcc-blocks.ts';
import { record, trailing, u16, u32 } from './record.ts';
import { serverCoreData } from './server-core-data.ts';
import { serverNetworkData } from './server-network-data.ts';
import { serverSecurityData } from './server-security-data.ts';

/** Server data blocks, [MS-RDPBCGR] 2.2.1.3.1. */
const rows = {
  core: { type: 0x0c01, body: serverCoreData },
  security: { type: 0x0c02, body: serverSecurityData },
  network: { type: 0x0c03, body: serverNetworkData },
  messageChannel: { type: 0x0c04, body: record({ channelId: u16, trailing }) },
  multitransport: { type: 0x0c08, body: record({ flags: u32, trailing }) },
} as const;
export type ServerBlock = BlockOf<typeof rows>;
export const serverBlocks = gccBlocks(rows);

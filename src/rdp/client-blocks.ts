import { rest } from '../wire/codec.ts';
import { clientClusterData } from './client-cluster-data.ts';
import { clientCoreData } from './client-core-data.ts';
import { clientNetworkData } from './client-network-data.ts';
import { clientSecurityData } from './client-security-data.ts';
import { type BlockOf, gccBlocks } from './gcc-blocks.ts';
import { record, trailing, u32 } from './record.ts';

/** Client data blocks, [MS-RDPBCGR] 2.2.1.3.1; what monitors there are is the client's own business. */
const rows = {
  core: { type: 0xc001, body: clientCoreData },
  security: { type: 0xc002, body: clientSecurityData },
  network: { type: 0xc003, body: clientNetworkData },
  cluster: { type: 0xc004, body: clientClusterData },
  monitor: { type: 0xc005, body: rest },
  messageChannel: { type: 0xc006, body: record({ flags: u32, trailing }) },
  monitorExtended: { type: 0xc008, body: rest },
  multitransport: { type: 0xc00a, body: record({ flags: u32, trailing }) },
} as const;
export type ClientBlock = BlockOf<typeof rows>;
export const clientBlocks = gccBlocks(rows);

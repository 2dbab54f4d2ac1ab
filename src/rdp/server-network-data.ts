import type { Codec } from '../wire/codec.ts';
import { MOST_CHANNELS } from './client-network-data.ts';
import { list, u16 } from './record.ts';

/** TS_UD_SC_NET, [MS-RDPBCGR] 2.2.1.4.4. */
export interface ServerNetworkData {
  /** MCSChannelId: the I/O channel. */
  readonly ioChannelId: number;
  /** In the order of the client's channels; 0 for one that is denied. */
  readonly channelIds: readonly number[];
  /** What follows the ids where it is not the padding that belongs there: two zeroes behind an odd number of them. */
  readonly trailing?: Uint8Array;
}
const ids = list(u16, u16, MOST_CHANNELS);
const paddingFor = (count: number) => (count % 2) * 2;
export const serverNetworkData: Codec<ServerNetworkData> = {
  read(r) {
    const ioChannelId = u16.read(r);
    const channelIds = ids.read(r);
    const behind = r.bytes();
    const usual = behind.length === paddingFor(channelIds.length) && behind.every((octet) => octet === 0);
    return usual ? { ioChannelId, channelIds } : { ioChannelId, channelIds, trailing: behind };
  },
  write(w, { ioChannelId, channelIds, trailing }) {
    u16.write(w, ioChannelId);
    ids.write(w, channelIds);
    w.bytes(trailing ?? new Uint8Array(paddingFor(channelIds.length)));
  },
};

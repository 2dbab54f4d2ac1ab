import { MayflyError } from '../wire/mayfly-error.ts';
import type { ClientBlock } from './client-blocks.ts';
import { clientCapability } from './client-core-data.ts';
import { blockOf } from './gcc-blocks.ts';
import type { ServerBlock } from './server-blocks.ts';
import { serverCapability } from './server-core-data.ts';

/** What a client asked for and a host granted. */
export interface Settings {
  readonly ioChannelId: number;
  /** In the client's order; without an id where the host denies the channel. */
  readonly channels: readonly { readonly name: string; readonly channelId?: number }[];
  readonly messageChannelId?: number;
  /** Both sides can do without channel joins (RNS_UD_CS_ and RNS_UD_SC_SKIP_CHANNELJOIN_SUPPORTED). */
  readonly skipChannelJoin: boolean;
}
const has = (flags: number | undefined, flag: number) => ((flags ?? 0) & flag) !== 0;
const fail = (reason: string): never => {
  throw new MayflyError('rdp-settings', reason);
};
/** SC_NET 0 where a channel is denied, by policy of the host ([MS-RDPBCGR] 2.2.1.4.4). */
const DENIED = 0;

/** Every channel has an id of its own: data would be somebody else's otherwise. */
function distinct(ids: readonly number[]): void {
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) fail(`the host gave channel id ${twice} twice`);
}
/** @throws MayflyError `rdp-settings` over blocks that do not fit each other */
export function agreedSettings(
  asked: readonly ClientBlock[],
  granted: readonly ServerBlock[],
  requestedProtocols: number,
): Settings {
  const names = (blockOf(asked, 'network')?.channels ?? []).map(({ name }) => name);
  const [core, network, security] = [blockOf(granted, 'core'), blockOf(granted, 'network'), blockOf(granted, 'security')];
  if (core === undefined) return fail('the host sent no core data');
  if (network === undefined) return fail('the host named no I/O channel');
  if (core.clientRequestedProtocols !== undefined && core.clientRequestedProtocols !== requestedProtocols) {
    const [saw, sent] = [core.clientRequestedProtocols, requestedProtocols].map((bits) => `0x${bits.toString(16)}`);
    fail(`the host saw an offer of protocols ${saw} where ${sent} was sent: somebody is in between`);
  }
  if (security !== undefined && security.encryptionMethod !== 0) fail('the host wants standard RDP security inside TLS');
  if (names.length < network.channelIds.length) fail(`the host granted ${network.channelIds.length} channels of ${names.length}`);
  const messageChannelId = blockOf(granted, 'messageChannel')?.channelId || undefined;
  const ids = network.channelIds.filter((id) => id !== DENIED);
  distinct([network.ioChannelId, ...ids, ...(messageChannelId === undefined ? [] : [messageChannelId])]);
  return {
    ioChannelId: network.ioChannelId,
    channels: names.map((name, i) => {
      const id = network.channelIds[i] ?? DENIED;
      return id === DENIED ? { name } : { name, channelId: id };
    }),
    ...(messageChannelId === undefined ? {} : { messageChannelId }),
    skipChannelJoin:
      has(blockOf(asked, 'core')?.earlyCapabilityFlags, clientCapability.supportSkipChanneljoin) &&
      has(core.earlyCapabilityFlags, serverCapability.skipChanneljoinSupported),
  };
}
/** Ids to join besides the user's own: I/O, message and static channels. */
export function channelsToJoin({ ioChannelId, messageChannelId, channels }: Settings): readonly number[] {
  const granted = channels.flatMap(({ channelId }) => (channelId === undefined ? [] : [channelId]));
  return [ioChannelId, ...(messageChannelId === undefined ? [] : [messageChannelId]), ...granted];
}

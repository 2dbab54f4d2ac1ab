import { blockOf } from '../rdp/gcc-blocks.ts';
import type { ConnectInitial, ConnectResponse, DomainParameters } from '../rdp/mcs-connect.ts';
import { cardChannels } from '../rdp/offered-settings.ts';
import type { SessionIds } from '../rdp/session-ids.ts';

/** What a client was told before anything behind exists: the ids that hosts give as well, so that few have to be changed later. */
export interface FrontIds extends SessionIds {
  /** Static channels that the client asked for, in its order. */
  readonly channels: readonly { readonly name: string; readonly channelId: number }[];
}
const IO_CHANNEL = 1003;
const FIRST_CHANNEL = 1004;
/** T.125 domain parameters as RDP hosts answer them, whatever a client proposes. */
const parameters: DomainParameters = {
  maxChannelIds: 34,
  maxUserIds: 3,
  maxTokenIds: 0,
  numPriorities: 1,
  minThroughput: 0,
  maxHeight: 1,
  maxMcsPduSize: 0xfff8,
  protocolVersion: 2,
};
const VERSION_5 = 0x0008_0004;
const NODE = 0x79f3;

/** I/O 1003, channels from 1004 in the order of the client with those that are added last, then the user; no message channel. */
export function predictedIds({ conference }: ConnectInitial): FrontIds {
  const asked = (blockOf(conference.blocks, 'network')?.channels ?? []).map(({ name }) => name);
  const added = cardChannels.filter(({ name }) => !asked.includes(name)).length;
  return {
    ioChannelId: IO_CHANNEL,
    channels: asked.map((name, i) => ({ name, channelId: FIRST_CHANNEL + i })),
    userId: FIRST_CHANNEL + asked.length + added,
  };
}
/** @param requestedProtocols of the client's connection request, which it may check */
export function predictedResponse({ ioChannelId, channels }: FrontIds, requestedProtocols: number): ConnectResponse {
  return {
    result: 0,
    calledConnectId: 0,
    domainParameters: parameters,
    conference: {
      nodeId: NODE,
      tag: 1,
      result: 0,
      blocks: [
        { kind: 'core', value: { version: VERSION_5, clientRequestedProtocols: requestedProtocols, earlyCapabilityFlags: 0 } },
        { kind: 'network', value: { ioChannelId, channelIds: channels.map(({ channelId }) => channelId) } },
        { kind: 'security', value: { encryptionMethod: 0, encryptionLevel: 0 } },
      ],
    },
  };
}

import type { ClientBlock } from './client-blocks.ts';
import { clusterFlag, redirectionVersion } from './client-cluster-data.ts';
import { type ClientCoreData, clientCapability } from './client-core-data.ts';
import { type ChannelDefinition, channelOption } from './client-network-data.ts';
import type { ConnectInitial, DomainParameters } from './mcs-connect.ts';
import type { Offer } from './offered-capabilities.ts';

/** The channels of a redirected card. A Windows host stays silent on `rdpdr` unless `rdpsnd` is asked for beside it ([MS-RDPEFS] note 1). */
export const cardChannels: readonly ChannelDefinition[] = [
  { name: 'rdpdr', options: (channelOption.initialized | channelOption.compressRdp) >>> 0 },
  { name: 'rdpsnd', options: (channelOption.initialized | channelOption.encryptRdp) >>> 0 },
];
export interface OfferedSettings {
  readonly offer: Offer;
  readonly clientName: string;
  /** What the host selected: it drops a client that does not repeat it. */
  readonly selectedProtocol: number;
  /** The host takes more blocks than the first four. */
  readonly extendedClientData: boolean;
  readonly channels: readonly ChannelDefinition[];
}
/** RDP 10.7: tells a host that all smart card calls are understood ([MS-RDPESC] 1.7). */
const CLIENT_BUILD = 18_363;
const VERSION_10_7 = 0x0008_000c;
const BITS_24 = 0x18;
/** RNS_UD_COLOR_8BPP and RNS_UD_SAS_DEL, [MS-RDPBCGR] 2.2.1.3.2. */
const COLOR_8BPP = 0xca01;
const SAS_DEL = 0xaa03;
const ALL_DEPTHS = 0x0f;

const parameters = (
  ...[maxChannelIds, maxUserIds, maxTokenIds, maxMcsPduSize]: readonly [number, number, number, number]
): DomainParameters => ({
  maxChannelIds,
  maxUserIds,
  maxTokenIds,
  numPriorities: 1,
  minThroughput: 0,
  maxHeight: 1,
  maxMcsPduSize,
  protocolVersion: 2,
});
function core({ offer, clientName, selectedProtocol }: OfferedSettings): ClientCoreData {
  return {
    version: VERSION_10_7,
    desktopWidth: offer.desktopWidth,
    desktopHeight: offer.desktopHeight,
    colorDepth: COLOR_8BPP,
    sasSequence: SAS_DEL,
    keyboardLayout: offer.keyboardLayout,
    clientBuild: CLIENT_BUILD,
    clientName: clientName.slice(0, 15),
    keyboardType: offer.keyboardType,
    keyboardSubType: offer.keyboardSubType,
    keyboardFunctionKey: offer.keyboardFunctionKey,
    imeFileName: '',
    postBeta2ColorDepth: COLOR_8BPP,
    clientProductId: 1,
    serialNumber: 0,
    highColorDepth: BITS_24,
    supportedColorDepths: ALL_DEPTHS,
    earlyCapabilityFlags: clientCapability.supportErrinfoPdu | clientCapability.supportStatusinfoPdu,
    clientDigProductId: '',
    connectionType: 0,
    pad1octet: 0,
    serverSelectedProtocol: selectedProtocol,
  };
}
/** What a client that brings a card asks of a host, [MS-RDPBCGR] 2.2.1.3. */
export function offeredSettings(settings: OfferedSettings): ConnectInitial {
  const blocks: ClientBlock[] = [
    { kind: 'core', value: core(settings) },
    {
      kind: 'cluster',
      value: {
        flags: clusterFlag.redirectionSupported | clusterFlag.redirectedSmartcard | redirectionVersion(4),
        redirectedSessionId: 0,
      },
    },
    { kind: 'security', value: { encryptionMethods: 0, extEncryptionMethods: 0 } },
    { kind: 'network', value: { channels: [...settings.channels] } },
  ];
  if (settings.extendedClientData) blocks.push({ kind: 'messageChannel', value: { flags: 0 } });
  return {
    callingDomainSelector: Uint8Array.of(1),
    calledDomainSelector: Uint8Array.of(1),
    upwardFlag: true,
    targetParameters: parameters(34, 2, 0, 65_535),
    minimumParameters: parameters(1, 1, 1, 1056),
    maximumParameters: parameters(65_535, 64_535, 65_535, 65_535),
    conference: { conferenceName: '1', blocks },
  };
}

import type { ClientBlock } from '../rdp/client-blocks.ts';
import { clusterFlag, redirectionVersion } from '../rdp/client-cluster-data.ts';
import { type ClientCoreData, clientCapability } from '../rdp/client-core-data.ts';
import { type ChannelDefinition, channelOption, MOST_CHANNELS } from '../rdp/client-network-data.ts';
import { responseFlag } from '../rdp/negotiation-code.ts';
import { cardChannels } from '../rdp/offered-settings.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { isMonitorLayout } from './monitor-blocks.ts';
import type { RewriteRow } from './rewrite-row.ts';

/** What is known of the host when the client's settings are sent on to it. */
export interface SettingsFacts {
  readonly selectedProtocol: number;
  /** `responseFlag` of its connection confirm. */
  readonly hostFlags: number;
  /** Whether a static channel may reach the host. */
  readonly allowed: (channel: string) => boolean;
  /** Of a Server Redirection. */
  readonly redirectedSessionId?: number | undefined;
}
type Blocks = readonly ClientBlock[];
type Row = RewriteRow<Blocks, SettingsFacts>;
type Kind = Exclude<ClientBlock['kind'], 'unknown'>;

/** RDP 10.7, and the build below which hosts keep calls of the card back ([MS-RDPESC] 1.7). */
const CLIENT_BUILD = 18_363;
const LEAST_BUILD = 7065;
const COLOR_8BPP = 0xca01;
const BITS_24 = 0x18;
const ALL_DEPTHS = 0x0f;

function editCore(blocks: Blocks, edit: (core: ClientCoreData) => ClientCoreData): Blocks {
  return blocks.map((block) => (block.kind === 'core' ? { ...block, value: edit(block.value) } : block));
}
/** Fields up to serverSelectedProtocol tell each other apart by position: what is missing before it is filled in. */
const filledIn = (core: ClientCoreData): ClientCoreData => ({
  ...core,
  postBeta2ColorDepth: core.postBeta2ColorDepth ?? COLOR_8BPP,
  clientProductId: core.clientProductId ?? 1,
  serialNumber: core.serialNumber ?? 0,
  highColorDepth: core.highColorDepth ?? BITS_24,
  supportedColorDepths: core.supportedColorDepths ?? ALL_DEPTHS,
  earlyCapabilityFlags: core.earlyCapabilityFlags ?? 0,
  clientDigProductId: core.clientDigProductId ?? '',
  connectionType: core.connectionType ?? 0,
  pad1octet: core.pad1octet ?? 0,
});
/** In the place of the one that is there, else at the end. */
function placed(blocks: Blocks, block: ClientBlock): Blocks {
  const found = blocks.find(({ kind }) => kind === block.kind);
  return found ? blocks.map((each) => (each === found ? block : each)) : [...blocks, block];
}
const without = (kind: Kind) => (blocks: Blocks) => blocks.filter((block) => block.kind !== kind);
const { supportErrinfoPdu, supportSkipChanneljoin, supportDynvcGfxProtocol } = clientCapability;
const { supportNetcharAutodetect, supportHeartbeatPdu } = clientCapability;
const anyOf = (flags: Readonly<Record<string, number>>) => Object.values(flags).reduce((all, flag) => (all | flag) >>> 0, 0);
const KNOWN_CAPABILITIES = anyOf(clientCapability);
const KNOWN_OPTIONS = anyOf(channelOption);

/**
 * Channels for the host: those of the client that may be there, each once, and those of the card at the end, so that ids stay the same.
 * Of a channel's definition nothing is taken but its name and the options that have one.
 */
export function channelsBehind(
  asked: readonly ChannelDefinition[],
  allowed: SettingsFacts['allowed'],
): readonly ChannelDefinition[] {
  const ours = (name: string) => cardChannels.find((each) => each.name === name);
  const kept = asked
    .filter(({ name }, i) => (ours(name) || allowed(name)) && asked.findIndex((each) => each.name === name) === i)
    .map(({ name, options }) => ours(name) ?? { name, options: (options & KNOWN_OPTIONS) >>> 0 });
  const all = [...kept, ...cardChannels.filter(({ name }) => !kept.some((each) => each.name === name))];
  if (all.length <= MOST_CHANNELS) return all;
  throw new MayflyError('too-many-channels', `with those of the card the client asks for ${all.length} channels`, {
    next: `ask for at most ${MOST_CHANNELS - cardChannels.length}`,
  });
}
const behindFirst: ReadonlySet<string> = new Set(['core', 'security', 'network', 'cluster']);

/** Connect-Initial, client to host. */
export const settingsRows: readonly Row[] = [
  {
    name: 'unknown blocks',
    rule: 'removed: nobody here knows what they would do',
    edit: (blocks) => blocks.filter(({ kind }) => kind !== 'unknown'),
  },
  {
    name: 'core.trailing',
    rule: 'removed: fields that nobody here knows',
    edit: (blocks) => editCore(blocks, (core) => ({ ...core, trailing: undefined })),
  },
  {
    name: 'monitors',
    rule: 'as many as they say they are, else none',
    edit: (blocks) => blocks.filter(isMonitorLayout),
  },
  {
    name: 'core.serverSelectedProtocol',
    rule: 'what the host chose; a host drops a client that repeats something else',
    edit: (blocks, { selectedProtocol }) =>
      editCore(blocks, (core) => ({ ...filledIn(core), serverSelectedProtocol: selectedProtocol })),
  },
  {
    name: 'core.clientBuild',
    rule: 'at least one to which hosts send all calls of a smart card',
    edit: (blocks) =>
      editCore(blocks, (core) => (core.clientBuild < LEAST_BUILD ? { ...core, clientBuild: CLIENT_BUILD } : core)),
  },
  {
    name: 'core.earlyCapabilityFlags',
    rule: 'errors are told, joins are made, nothing is measured on a message channel that is not there; flags without a name are cleared',
    edit: (blocks, { hostFlags }) => {
      const graphics = (hostFlags & responseFlag.dynvcGfxProtocolSupported) === 0 ? supportDynvcGfxProtocol : 0;
      const cleared = supportSkipChanneljoin | supportNetcharAutodetect | supportHeartbeatPdu | graphics;
      return editCore(blocks, (core) => ({
        ...core,
        earlyCapabilityFlags: ((core.earlyCapabilityFlags ?? 0) | supportErrinfoPdu) & KNOWN_CAPABILITIES & ~cleared,
      }));
    },
  },
  {
    name: 'security',
    rule: 'no standard RDP security inside TLS',
    edit: (blocks) => placed(blocks, { kind: 'security', value: { encryptionMethods: 0, extEncryptionMethods: 0 } }),
  },
  {
    name: 'network.channels',
    rule: 'denied channels are not asked for, none twice; rdpdr and rdpsnd are there, at the end where the client had them not',
    edit: (blocks, { allowed }) => {
      const found = blocks.find((block) => block.kind === 'network');
      const asked = found?.kind === 'network' ? found.value.channels : [];
      return placed(blocks, { kind: 'network', value: { channels: channelsBehind(asked, allowed) } });
    },
  },
  {
    name: 'cluster',
    rule: 'the card redirects sessions, and only a host sends to one',
    edit: (blocks, { redirectedSessionId }) => {
      const { redirectionSupported, redirectedSmartcard, redirectedSessionIdFieldValid } = clusterFlag;
      const valid = redirectedSessionId === undefined ? 0 : redirectedSessionIdFieldValid;
      const flags = redirectionSupported | redirectedSmartcard | redirectionVersion(4) | valid;
      return placed(blocks, { kind: 'cluster', value: { flags, redirectedSessionId: redirectedSessionId ?? 0 } });
    },
  },
  {
    name: 'messageChannel',
    rule: 'removed: the client was told that there is none',
    edit: without('messageChannel'),
  },
  {
    name: 'multitransport',
    rule: 'removed: UDP would go around the gateway',
    edit: without('multitransport'),
  },
  {
    name: 'extended blocks',
    rule: 'only for a host that takes them',
    edit: (blocks, { hostFlags }) =>
      (hostFlags & responseFlag.extendedClientDataSupported) === 0 ? blocks.filter(({ kind }) => behindFirst.has(kind)) : blocks,
  },
];

import { describe, expect, it } from 'vitest';
import { channelsToJoin } from '../../src/rdp/agreed-settings.ts';
import type { ClientBlock } from '../../src/rdp/client-blocks.ts';
import { clientCapability } from '../../src/rdp/client-core-data.ts';
import type { ConnectInitial, ConnectResponse } from '../../src/rdp/mcs-connect.ts';
import type { ServerBlock } from '../../src/rdp/server-blocks.ts';
import { acceptSettings, settings } from '../../src/rdp/settings.ts';
import { initialOfMstscValue, responseOfWindowsValue } from '../vectors/rdp/mcs-connect.ts';
import { bytes } from '../wire/annotated-hex.ts';
import { property, same } from '../wire/property.ts';
import { anyConnectInitial, anyConnectResponse } from './any-connect.ts';
import { against, play } from './play.ts';

const HYBRID_OFFER = 3;
const core: Extract<ClientBlock, { kind: 'core' }> = {
  kind: 'core',
  value: {
    ...(initialOfMstscValue.conference.blocks[0] as Extract<ClientBlock, { kind: 'core' }>).value,
    earlyCapabilityFlags: clientCapability.supportErrinfoPdu | clientCapability.supportSkipChanneljoin,
    serverSelectedProtocol: 2,
  },
};
const [, cluster, , network] = initialOfMstscValue.conference.blocks;
const initial: ConnectInitial = {
  ...initialOfMstscValue,
  conference: {
    conferenceName: '1',
    blocks: [core, cluster!, { kind: 'security', value: { encryptionMethods: 0, extEncryptionMethods: 0 } }, network!],
  },
};
const granted: readonly ServerBlock[] = [
  { kind: 'core', value: { version: 0x00080004, clientRequestedProtocols: HYBRID_OFFER, earlyCapabilityFlags: 8 } },
  { kind: 'network', value: { ioChannelId: 1003, channelIds: [1004, 0, 1005] } },
  { kind: 'security', value: { encryptionMethod: 0, encryptionLevel: 0 } },
  { kind: 'messageChannel', value: { channelId: 1006 } },
];
function withBlock(block: ServerBlock): readonly ServerBlock[] {
  return granted.map((each) => (each.kind === block.kind ? block : each));
}
function response(blocks: readonly ServerBlock[]): ConnectResponse {
  return { ...responseOfWindowsValue, conference: { nodeId: 31219, tag: 1, result: 0, blocks } };
}
const settled = (answer: ConnectResponse) =>
  play(
    settings(initial, HYBRID_OFFER),
    acceptSettings(() => answer),
  );

describe('a client and a host', () => {
  it('agree on channels: one of them denied, joins not needed', () => {
    const { client, host } = settled(response(granted));
    expect(client).toEqual({
      kind: 'agreed',
      response: response(granted),
      ioChannelId: 1003,
      channels: [{ name: 'rdpdr', channelId: 1004 }, { name: 'cliprdr' }, { name: 'rdpsnd', channelId: 1005 }],
      messageChannelId: 1006,
      skipChannelJoin: true,
    });
    expect(client.kind === 'agreed' && channelsToJoin(client)).toEqual([1003, 1006, 1004, 1005]);
    expect(host).toEqual({ initial, response: response(granted) });
  });
  it('agree on joins where the host does not say that it can do without', () => {
    const { client } = settled(response(withBlock({ kind: 'core', value: { version: 0x00080004 } })));
    expect(client).toMatchObject({ kind: 'agreed', skipChannelJoin: false });
  });
  it('agree on what came, where the host names fewer channels than were asked for', () => {
    const { client } = settled(response(withBlock({ kind: 'network', value: { ioChannelId: 1003, channelIds: [1004] } })));
    expect(client).toMatchObject({ channels: [{ name: 'rdpdr', channelId: 1004 }, { name: 'cliprdr' }, { name: 'rdpsnd' }] });
  });
  it('do not agree: too many users', () => {
    const { conference: _, ...rest } = responseOfWindowsValue;
    const { client } = settled({ ...rest, result: 13 });
    expect(client).toMatchObject({
      kind: 'refused',
      result: 13,
      name: 'rt-too-many-users',
      sentence: 'the host takes no more users',
    });
  });
  it('do not agree on a conference', () => {
    const { client } = settled({ ...responseOfWindowsValue, conference: { nodeId: 1001, tag: 1, result: 2, blocks: [] } });
    expect(client).toMatchObject({ kind: 'refused', name: 'conference result 2' });
  });
});
describe('a host that agrees to what was not asked', () => {
  const refusals: readonly (readonly [string, readonly ServerBlock[], string])[] = [
    ['no core data', granted.slice(1), 'the host sent no core data'],
    ['no network data', granted.filter(({ kind }) => kind !== 'network'), 'the host named no I/O channel'],
    [
      'another offer',
      withBlock({ kind: 'core', value: { version: 0x00080004, clientRequestedProtocols: 1 } }),
      'the host saw an offer of protocols 0x1 where 0x3 was sent: somebody is in between',
    ],
    [
      'encryption of its own',
      withBlock({ kind: 'security', value: { encryptionMethod: 2, encryptionLevel: 2 } }),
      'the host wants standard RDP security inside TLS',
    ],
    [
      'a channel more than asked for',
      withBlock({ kind: 'network', value: { ioChannelId: 1003, channelIds: [1004, 1005, 1007, 1008] } }),
      'the host granted 4 channels of 3',
    ],
    [
      'the same id for two channels',
      withBlock({ kind: 'network', value: { ioChannelId: 1003, channelIds: [1004, 1005, 1004] } }),
      'the host gave channel id 1004 twice',
    ],
    [
      'the I/O channel as a message channel',
      withBlock({ kind: 'messageChannel', value: { channelId: 1003 } }),
      'the host gave channel id 1003 twice',
    ],
  ];
  it.each(refusals)('%s', (_, blocks, message) => {
    expect(() => settled(response(blocks))).toThrow(expect.objectContaining({ code: 'rdp-settings', message }));
  });
});
describe('a host that does not answer the settings', () => {
  it('ends the connection instead, as xrdp does to a client that it does not like', () => {
    const { value } = against(settings(initial, HYBRID_OFFER), bytes('03000009 02f080 21 80'));
    expect(value).toMatchObject({ kind: 'disconnected', reason: 3, name: 'rn-user-requested' });
  });
  it('sends something else', () => {
    expect(() => against(settings(initial, HYBRID_OFFER), bytes('0300000b 02f080 2e 00 0006'))).toThrow(
      expect.objectContaining({ code: 'rdp-settings', message: 'the host answered the settings with attach-user-confirm' }),
    );
  });
});
property('a client and a host read what the other wrote, whatever it is', anyConnectInitial, (asked) => {
  const answer = { ...responseOfWindowsValue, result: 14 };
  const { conference: _, ...refused } = answer;
  const { client, host } = play(
    settings(asked, 0),
    acceptSettings(() => refused),
    100,
  );
  same(host.initial, asked, 'initial');
  same(client.kind === 'refused' && client.result, 14, 'result');
});
property('whatever a host answers is agreed, refused or named', anyConnectResponse, (answer) => {
  try {
    const { client } = settled(answer);
    if (client.kind === 'refused') same(answer.result === 0 && answer.conference?.result === 0, false, 'refused');
    else same(client.kind === 'agreed' && client.response, answer, 'response');
  } catch (e) {
    if ((e as { code?: unknown }).code !== 'rdp-settings') throw e;
  }
});

import { afterEach, describe, expect, it } from 'vitest';
import { converse } from '../../src/net/converse.ts';
import { channelMessage } from '../../src/rdp/channels.ts';
import { infoFlag } from '../../src/rdp/client-info.ts';
import { blockOf } from '../../src/rdp/gcc-blocks.ts';
import { failureCode, securityProtocol } from '../../src/rdp/negotiation-code.ts';
import { rdpFrame } from '../../src/rdp/rdp-frame.ts';
import { logonErrors, logonLong, saveSessionInfo } from '../../src/rdp/save-session-info.ts';
import { indication, SERVER_USER_ID, shareIndications } from '../../src/rdp/session-ids.ts';
import { dataPdu, pduType2 } from '../../src/rdp/share-data.ts';
import { encode } from '../../src/wire/codec.ts';
import { ask, type Conversation } from '../../src/wire/conversation.ts';
import { leavingNothing } from '../net/open-handles.ts';
import { bytes } from '../wire/annotated-hex.ts';
import { cardPlan, client } from './connected-client.ts';
import { type FakeHost, fakeHost, type HostScript, usualDemand } from './fake-host.ts';
import { hostCertificate } from './fake-host-certificate.ts';

let host: FakeHost;
afterEach(() => host.end());
const serving = async (script: HostScript = {}, patience?: number) => {
  host = await fakeHost(hostCertificate, script, patience);
  return host.port;
};

describe('the connection sequence, against a host made of the other half', () => {
  it('becomes active, with a card announced and its channels joined', async () => {
    const { outcome, stage, transport } = await client(await serving());
    if (outcome.kind !== 'active') throw new Error(outcome.sentence);
    expect(stage).toBe('active');
    expect(outcome.agreed.channels.map(({ name }) => name)).toEqual(['rdpdr', 'rdpsnd']);
    expect(outcome.session.shareId).toBe(usualDemand.shareId);
    await expect.poll(() => host.guests.length).toBe(1);
    const [guest] = host.guests;
    const flags = guest?.info.infoPacket.flags ?? 0;
    expect(flags & infoFlag.autologon && flags & infoFlag.passwordIsScPin).toBeTruthy();
    expect(flags & infoFlag.compression).toBe(0);
    expect(Buffer.from(guest?.info.infoPacket.password ?? []).toString('utf16le')).toBe('12345678');
    const blocks = guest?.initial.conference.blocks ?? [];
    expect(blockOf(blocks, 'network')?.channels.map(({ name }) => name)).toEqual(['rdpdr', 'rdpsnd']);
    expect(blockOf(blocks, 'core')).toMatchObject({ clientBuild: 18_363, serverSelectedProtocol: 1 });
    transport.close();
  });
  it('wipes the secret of Client Info, however it ends', async () => {
    const password = new TextEncoder().encode('secret');
    const info = { ...cardPlan().clientInfo(), password };
    const { transport } = await client(await serving(), cardPlan({ clientInfo: () => info }));
    expect([...password].every((octet) => octet === 0)).toBe(true);
    transport.close();
  });
  it('tells who is logged on, what a channel says, and why it ended', async () => {
    const session: HostScript['session'] = function* ({ ids, confirm }): Conversation<void> {
      const from = { shareId: confirm.shareId, pduSource: SERVER_USER_ID };
      const save = (value: Parameters<typeof logonLong>[0]) => encode(saveSessionInfo, logonLong(value));
      const logon = dataPdu({
        ...from,
        type: pduType2.saveSessionInfo,
        body: save({ domain: 'CORP', userName: 'alice', sessionId: 2 }),
      });
      yield* ask<'send'>({ do: 'send', bytes: shareIndications(ids, [logon]) });
      const rdpdr = ids.channels[0]?.id ?? 0;
      const message = channelMessage(new Uint8Array(4000).fill(7), {
        kind: 'send-data-indication',
        initiator: SERVER_USER_ID,
        channelId: rdpdr,
      });
      yield* ask<'send'>({ do: 'send', bytes: message });
      const failed = dataPdu({
        ...from,
        type: pduType2.saveSessionInfo,
        body: encode(saveSessionInfo, logonErrors(0xc000_006d, 2)),
      });
      yield* ask<'send'>({ do: 'send', bytes: shareIndications(ids, [failed]) });
      const info = dataPdu({ ...from, type: pduType2.setErrorInfo, body: bytes('09 00 00 00') });
      yield* ask<'send'>({ do: 'send', bytes: shareIndications(ids, [info]) });
    };
    const { outcome, transport } = await client(await serving({ session }));
    if (outcome.kind !== 'active') throw new Error(outcome.sentence);
    function* read(count: number): Conversation<string[]> {
      const said: string[] = [];
      while (said.length < count) {
        const pdu = yield* ask<'receive'>({ do: 'receive', frame: rdpFrame });
        for (const event of outcome.kind === 'active' ? outcome.reader.read(pdu, 0) : []) {
          const detail =
            event.kind === 'save-session-info' ? event.loggedOn?.userName : 'refusal' in event ? event.refusal?.name : undefined;
          said.push(detail === undefined ? event.kind : `${event.kind} ${detail}`);
        }
      }
      return said;
    }
    expect(await converse(read(6), transport.answers)).toEqual([
      'save-session-info alice',
      ...Array.from({ length: 3 }, () => 'channel-data'),
      expect.stringMatching(/^logon-error .*LOGON_FAILURE/),
      expect.stringMatching(/^error-info .*INSUFFICIENT_PRIVILEGES/),
    ]);
    transport.close();
  });
  it.each<[string, HostScript, string, RegExp]>([
    [
      'refuses TLS',
      { negotiate: () => ({ kind: 'failure', flags: 0, code: failureCode.hybridRequiredByServer }) },
      'negotiation',
      /^HYBRID_REQUIRED/,
    ],
    ['knows standard security alone', { negotiate: () => undefined }, 'negotiation', /^STANDARD_SECURITY_ONLY/],
    [
      'drops the settings',
      { settings: (_, usual) => ({ ...usual, result: 14, conference: undefined }) as never },
      'settings',
      /./,
    ],
    [
      'ends it with a reason',
      {
        *beforeActivation(ids) {
          const info = dataPdu({
            shareId: 0,
            pduSource: SERVER_USER_ID,
            type: pduType2.setErrorInfo,
            body: bytes('01 01 00 00'),
          });
          yield* ask<'send'>({ do: 'send', bytes: shareIndications(ids, [info]) });
        },
      },
      'activation',
      /LICENSE/,
    ],
    [
      'disconnects',
      {
        *license({ ioChannelId }) {
          yield* ask<'send'>({ do: 'send', bytes: bytes('03 00 00 09 02 f0 80 21 80') });
          yield* ask<'send'>({ do: 'send', bytes: indication(ioChannelId, new Uint8Array(4)) });
        },
      },
      'licensing',
      /./,
    ],
  ])('is refused by name where the host %s', async (_, script, stage, name) => {
    const { outcome, transport } = await client(await serving(script));
    expect(outcome).toMatchObject({ kind: 'ended', stage, name: expect.stringMatching(name) as unknown });
    transport.close();
  });
  it('wants Network Level Authentication where the host selects it', async () => {
    const hybrid = () => ({ kind: 'response', flags: 0, protocol: securityProtocol.hybrid }) as const;
    const offer = { negotiation: { flags: 0, protocols: securityProtocol.ssl | securityProtocol.hybrid } };
    const without = await client(await serving({ negotiate: hybrid }), cardPlan({ offer }));
    expect(without.outcome).toMatchObject({ kind: 'ended', stage: 'authentication', name: 'NLA_REQUIRED' });
    without.transport.close();
    await host.end();
    let proven = 0;
    const authenticate = function* (): Conversation<undefined> {
      proven += (yield* ask<'time'>({ do: 'time' })) ? 1 : 0;
      return undefined;
    };
    const withIt = await client(await serving({ negotiate: hybrid }), cardPlan({ offer, authenticate }));
    expect([withIt.outcome.kind, proven]).toEqual(['active', 1]);
    withIt.transport.close();
  });
  it('takes nothing less where Network Level Authentication is required', async () => {
    const offer = { negotiation: { flags: 0, protocols: securityProtocol.ssl | securityProtocol.hybrid } };
    const authenticate = () => {
      throw new Error('never asked');
    };
    const { outcome, transport } = await client(await serving({}), cardPlan({ offer, authenticate }));
    expect(outcome).toMatchObject({ kind: 'ended', stage: 'negotiation', name: 'NLA_DOWNGRADED' });
    expect(host.guests).toEqual([]);
    transport.close();
  });
  it.each([
    ['before TLS', { instead: () => undefined }, 'negotiation'],
    [
      'over TLS',
      { instead: (socket) => void socket.write(bytes('03 00 00 13 0e d0 00 00 12 34 00 02 00 08 00 01 00 00 00')) },
      'negotiation',
    ],
    [
      'over the settings',
      {
        settings: (_, usual) => ({ ...usual, result: 14, conference: undefined }) as never,
        negotiate: () => ({ kind: 'response', flags: 0, protocol: securityProtocol.ssl }),
      },
      'settings',
    ],
    [
      'over the licence',
      {
        *license() {
          yield* ask<'receive'>({ do: 'receive', frame: rdpFrame });
        },
      },
      'licensing',
    ],
    [
      'over the activation',
      {
        *beforeActivation() {
          yield* ask<'receive'>({ do: 'receive', frame: rdpFrame });
        },
      },
      'activation',
    ],
  ] satisfies readonly (readonly [string, HostScript, string])[])(
    'does not wait for ever for a host that is silent %s',
    async (_, script, stage) => {
      const port = await serving(script);
      const ended = await client(port, cardPlan(), { patience: 1000 }).then(
        ({ outcome, transport }) => {
          transport.close();
          return { stage: outcome.kind === 'ended' ? outcome.stage : 'active' };
        },
        (e: unknown) => e,
      );
      expect(ended).toMatchObject({ stage });
    },
  );
  it('is held a hundred times at once by one process, and leaves nothing', async () => {
    await leavingNothing(async () => {
      const port = await serving();
      const clients = await Promise.all(Array.from({ length: 100 }, () => client(port, cardPlan(), { patience: 60_000 })));
      expect(clients.filter(({ outcome }) => outcome.kind === 'active').length).toBe(100);
      expect(host.open).toBe(100);
      for (const { transport } of clients) transport.close();
      await expect.poll(() => host.open).toBe(0);
      await host.end();
    });
  });
});

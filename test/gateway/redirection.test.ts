import { afterEach, describe, expect, it } from 'vitest';
import { placeOf } from '../../src/gateway/place.ts';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { blockOf } from '../../src/rdp/gcc-blocks.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import {
  enhancedServerRedirection,
  redirectionFlag,
  type ServerRedirection,
  standardServerRedirection,
} from '../../src/rdp/server-redirection.ts';
import { indication, SERVER_USER_ID, shareIndications } from '../../src/rdp/session-ids.ts';
import { type ControlPdu, pduType } from '../../src/rdp/share-control.ts';
import { encode } from '../../src/wire/codec.ts';
import { ask, type Conversation } from '../../src/wire/conversation.ts';
import { terminatedOctets } from '../../src/wire/utf-16.ts';
import { cardPlan, client } from '../rdp/connected-client.ts';
import { type FakeHost, fakeHost, type HostIds, type HostScript, untilItLeaves } from '../rdp/fake-host.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';
import { WindowsHost } from '../rdpdr/windows/logon.ts';
import { OverRdp, saysLoggedOn } from '../rdpdr/windows/over-rdp.ts';
import { endAll, type GatewayAtHand, gatewayAtHand } from './at-hand.ts';
import { SeenScreen } from './seen-screen.ts';

const hosts: FakeHost[] = [];
afterEach(async () => {
  await endAll();
  await Promise.all(hosts.splice(0).map((host) => host.end()));
});
const DESK = 'desk2.corp.test';
const TOKEN = 'tsv://MS Terminal Services Plugin.1.Farm';
const alice = { domain: 'CORP', userName: 'alice', sessionId: 7 };
const toDesk = (more: Partial<ServerRedirection> = {}): ServerRedirection => ({
  sessionId: 7,
  flags: redirectionFlag.smartCardLogon,
  targetFqdn: terminatedOctets('DESK2.corp.test'),
  loadBalanceInfo: new TextEncoder().encode(`${TOKEN}\r\n`),
  ...more,
});
const says = (bytes: Uint8Array): Conversation<undefined> => ask<'send'>({ do: 'send', bytes });
function* enhanced(ids: HostIds, to = toDesk()): Conversation<void> {
  const body = encode(enhancedServerRedirection, to);
  const pdu: ControlPdu = { kind: 'control', pduType: pduType.serverRedirection, pduSource: SERVER_USER_ID, body };
  yield* says(shareIndications(ids, [pdu]));
}
function* standard(ids: HostIds): Conversation<void> {
  const securityHeader = { flags: 0x0400, flagsHi: 0 };
  yield* says(indication(ids.ioChannelId, encode(standardServerRedirection, { securityHeader, packet: toDesk() })));
}
/** Logs alice on with the card. */
const desk: HostScript = {
  session: function* (guest) {
    const channel = new OverRdp(guest);
    yield* channel.play(new WindowsHost().logon({ pin: channel.pin }));
    yield* saysLoggedOn(alice);
    yield* untilItLeaves(guest.ids);
  },
};
async function serving(script: HostScript): Promise<FakeHost> {
  const host = await fakeHost(hostCertificate, script, 30_000);
  hosts.push(host);
  return host;
}
async function comes(at: GatewayAtHand) {
  const clientInfo = () => clientInfoOfCard({ userName: at.launch().token, password: pinAsPassword(new Uint8Array(1)) });
  const { outcome, transport } = await client(at.port, cardPlan({ clientInfo }), { patience: 60_000 });
  if (outcome.kind !== 'active') throw new Error(outcome.sentence);
  return { outcome, transport };
}
const journal = (at: GatewayAtHand) =>
  at.entries.map((entry) => [entry.event, 'card' in entry ? entry.card : '', 'host' in entry ? entry.host : '']);

describe('a session that its host sends on', () => {
  it.each([
    ['before it is active', { beforeActivation: enhanced }, 0],
    ['when it is active', { session: ({ ids }) => enhanced(ids) }, 1],
    ['in the form of standard security', { session: ({ ids }) => standard(ids) }, 1],
  ] satisfies readonly (readonly [string, HostScript, number])[])(
    'goes there %s, with another card',
    async (_, script, demands) => {
      const there = await serving(desk);
      const at = await gatewayAtHand({ script, elsewhere: { [DESK]: there.port }, patience: 30_000 });
      at.session.known.add(DESK);
      const { outcome, transport } = await comes(at);
      const seen = new SeenScreen();
      const over = seen.look(outcome, transport).catch(() => undefined);
      await at.entry('card-authenticated');
      expect(journal(at)).toEqual([
        ...[
          ['gateway-connected', 'c1', 'desk1.corp.test'],
          ['gateway-redirected', 'c1', 'desk1.corp.test'],
        ],
        ...[
          ['gateway-connected', 'c2', DESK],
          ['card-authenticated', 'c2', ''],
        ],
      ]);
      expect(at.session.cards.map(({ destroyed }) => destroyed)).toEqual([['session-ended'], ['authenticated']]);
      const [guest] = there.guests;
      expect(guest?.request.routingToken).toBe(TOKEN);
      expect(guest && blockOf(guest.initial.conference.blocks, 'cluster')?.redirectedSessionId).toBe(7);
      expect(seen.demands).toBe(demands);
      transport.close();
      await over;
      expect(await at.entry('gateway-ended')).toMatchObject({ cause: 'client-left', card: 'c2', host: DESK });
    },
  );
  it('goes nowhere that is not known, by that name', async () => {
    const at = await gatewayAtHand({ script: { session: ({ ids }) => enhanced(ids) }, ports: { shown: 3000 } });
    const { outcome, transport } = await comes(at);
    const seen = new SeenScreen();
    await seen.look(outcome, transport);
    const sentence = `the host sends the session to ${DESK}: the directory knows no such host`;
    expect(await at.entry('gateway-ended')).toMatchObject({ cause: 'redirected', sentence, host: DESK });
    expect([at.dialled, seen.error?.name]).toEqual([1, 'ERRINFO_SERVER_DENIED_CONNECTION']);
    expect(at.session.cards.map(({ card }) => card.isDestroyed)).toEqual([true]);
    transport.close();
  });
  it('stays where it is told of another place that it need not go to', async () => {
    const script: HostScript = {
      session: function* (guest) {
        yield* enhanced(guest.ids, toDesk({ flags: redirectionFlag.noRedirect }));
        yield* desk.session?.(guest) ?? untilItLeaves(guest.ids);
      },
    };
    const at = await gatewayAtHand({ script, patience: 30_000 });
    const { transport } = await comes(at);
    await at.entry('card-authenticated');
    expect(at.dialled).toBe(1);
    transport.close();
  });
  it('is not sent round for ever', async () => {
    const script: HostScript = { beforeActivation: (ids) => enhanced(ids, toDesk({ targetFqdn: undefined })) };
    const at = await gatewayAtHand({ script, ports: { shown: 20_000 } });
    const { transport } = await comes(at);
    expect(await at.entry('gateway-ended')).toMatchObject({
      cause: 'redirected',
      sentence: 'the host sends the session on more than 3 times',
    });
    expect(at.session.cards.map(({ card }) => card.isDestroyed)).toEqual([true, true, true, true]);
    transport.close();
  });
});
describe('the place that a redirection names', () => {
  const named = { sessionId: 7, follow: true, smartCardLogon: true };
  const routingToken = Uint8Array.of(1);
  it.each([
    ['a DNS name', { fqdn: 'Desk2.Corp.Test.', netBiosName: 'OTHER', address: '10.0.0.5' }, DESK],
    ['a NetBIOS name, which is one of the same domain', { netBiosName: 'DESK2', address: '10.0.0.5' }, DESK],
    ['a token alone', { routingToken }, 'desk1.corp.test'],
    ['a token and the address where it leads', { routingToken, address: '10.0.0.5' }, 'desk1.corp.test'],
    ['an address alone', { address: '10.0.0.5' }, undefined],
    ['what is no name', { fqdn: 'desk2/../x' }, undefined],
    ['what is no name either', { fqdn: '\u001b[2J' }, undefined],
  ])('by %s', (_, target, host) => {
    expect(placeOf({ ...named, ...target }, 'desk1.corp.test')?.host).toBe(host);
  });
});

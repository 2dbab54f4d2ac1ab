import { afterEach, describe, expect, it } from 'vitest';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { fastPathPdu } from '../../src/rdp/fast-path.ts';
import { blockOf } from '../../src/rdp/gcc-blocks.ts';
import type { ConnectResponse } from '../../src/rdp/mcs-connect.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { rdpFrame } from '../../src/rdp/rdp-frame.ts';
import type { LoggedOn } from '../../src/rdp/save-session-info.ts';
import type { ServerBlock } from '../../src/rdp/server-blocks.ts';
import type { SessionEvent } from '../../src/rdp/session-event.ts';
import { shareIndications, shareRequests } from '../../src/rdp/session-ids.ts';
import { dataPdu, pduType2 } from '../../src/rdp/share-data.ts';
import { encode } from '../../src/wire/codec.ts';
import { ask, type Conversation } from '../../src/wire/conversation.ts';
import { cardPlan, client } from '../rdp/connected-client.ts';
import { type Guest, type HostScript, untilItLeaves, usualDemand } from '../rdp/fake-host.ts';
import { WindowsHost } from '../rdpdr/windows/logon.ts';
import { OverRdp, saysLoggedOn } from '../rdpdr/windows/over-rdp.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { endAll, type GatewayAtHand, gatewayAtHand, HOUR, longWaits } from './at-hand.ts';

afterEach(endAll);
const plan = (userName: string) =>
  cardPlan({ clientInfo: () => clientInfoOfCard({ userName, password: pinAsPassword(new Uint8Array(1)) }) });
const alice: LoggedOn = { domain: 'CORP', userName: 'Alice', sessionId: 2 };

function* logsOn(guest: Guest, who: LoggedOn): Conversation<void> {
  const channel = new OverRdp(guest);
  yield* channel.play(new WindowsHost().logon({ pin: channel.pin }));
  yield* saysLoggedOn(who);
}
/** A host that logs on whoever it likes, and then does the rest. */
const host = (
  who: LoggedOn,
  rest: (guest: Guest) => Conversation<void> = ({ ids }) => untilItLeaves(ids),
): NonNullable<HostScript['session']> =>
  function* (guest) {
    yield* logsOn(guest, who);
    yield* rest(guest);
  };
function withIds({ conference, ...usual }: ConnectResponse, ioChannelId: number, channelIds: readonly number[]): ConnectResponse {
  if (!conference) return usual;
  const blocks = conference.blocks.map(
    (block): ServerBlock => (block.kind === 'network' ? { ...block, value: { ioChannelId, channelIds } } : block),
  );
  return { ...usual, conference: { ...conference, blocks } };
}
async function launched(at: GatewayAtHand) {
  const { outcome, transport } = await client(at.port, plan(at.launch().token));
  if (outcome.kind !== 'active') throw new Error(outcome.sentence);
  const { reader, ids, session } = outcome;
  const until = async (kind: SessionEvent['kind']): Promise<SessionEvent> => {
    for (;;) {
      const pdu = await transport.stream.receive(rdpFrame);
      const found = reader.read(pdu, 0).find((event) => event.kind === kind);
      if (found) return found;
    }
  };
  return { outcome, transport, until, ids, shareId: session.shareId };
}

describe('the gateway', () => {
  it('leads a client with a token to its host, which sees our card and nothing that the client said of itself', async () => {
    const at = await gatewayAtHand({ script: { session: host(alice) } });
    const { transport, until } = await launched(at);
    await until('save-session-info');
    const [guest] = at.host.guests;
    expect(guest?.info.infoPacket).toMatchObject({ userName: '', domain: '' });
    const channels = guest && blockOf(guest.initial.conference.blocks, 'network')?.channels.map(({ name }) => name);
    expect(channels).toEqual(['rdpdr', 'rdpsnd']);
    await at.entry('card-authenticated');
    expect(at.session.cards[0]?.destroyed).toEqual(['authenticated']);
    transport.close();
    const { cause, session, card, fromHost } = await at.entry('gateway-ended');
    expect([cause, session, card, fromHost > 1000]).toEqual(['client-left', 's1', 'c1', true]);
    expect([at.session.watchers, at.session.failed, at.gateway.counts.live]).toEqual([0, [], 0]);
  });
  it.each([
    ['another account', { ...alice, userName: 'mallory' }],
    ['an account of that name in another domain', { ...alice, domain: 'OTHER' }],
    ['nobody in particular', { domain: '', userName: '', sessionId: 2 }],
  ])('ends a session in which the host logged on %s', async (_, who) => {
    const at = await gatewayAtHand({ script: { session: host(who) } });
    const { until } = await launched(at);
    await expect(until('error-info')).resolves.toMatchObject({ info: { name: 'ERRINFO_SERVER_DENIED_CONNECTION' } });
    const loggedOn = who.userName === '' ? '""' : `${who.domain}\\${who.userName}`;
    await expect(at.entry('gateway-ended')).resolves.toMatchObject({ cause: 'other-account', loggedOn });
    expect(at.session.failed.map(([cause]) => cause)).toEqual(['other-account']);
    expect(at.session.cards[0]?.card.isDestroyed).toBe(true);
  });
  it('ends a session when another account takes over later on', async () => {
    const script = host(alice, function* ({ ids }) {
      yield* saysLoggedOn({ ...alice, userName: 'mallory' });
      yield* untilItLeaves(ids);
    });
    const at = await gatewayAtHand({ script: { session: script } });
    await launched(at);
    await expect(at.entry('gateway-ended')).resolves.toMatchObject({ cause: 'other-account' });
  });
  it('ends a session in which somebody is logged on without a private operation of the card', async () => {
    const script: NonNullable<HostScript['session']> = function* ({ ids }) {
      yield* saysLoggedOn(alice);
      yield* untilItLeaves(ids);
    };
    const at = await gatewayAtHand({ script: { session: script } });
    await launched(at);
    await expect(at.entry('gateway-ended')).resolves.toMatchObject({ cause: 'logon-without-card' });
    expect(at.session.cards[0]?.destroyed).toEqual(['released']);
  });
  it('lets nobody type before the logon, and everybody after it', async () => {
    const heard: string[] = [];
    const { promise: both, resolve: heardBoth } = Promise.withResolvers<void>();
    const { promise: logOn, resolve: mayLogOn } = Promise.withResolvers<void>();
    const at = await gatewayAtHand({
      script: {
        step: () => logOn,
        session: function* (guest) {
          yield* ask<'wait-until'>({ do: 'wait-until', time: 1 });
          yield* logsOn(guest, alice);
          yield* untilItLeaves(guest.ids, (event) => {
            if (event.kind === 'input') heard.push('fast');
            if (event.kind === 'share' && event.data?.pduType2 === pduType2.input) heard.push('slow');
            if (heard.length === 2) heardBoth();
            return undefined;
          });
        },
      },
    });
    const { transport, until, ids, shareId } = await launched(at);
    const slow = dataPdu({ shareId, pduSource: ids.userId, type: pduType2.input, body: Uint8Array.of(0, 0, 0, 0) });
    const input = [encode(fastPathPdu, { header: 4, body: Uint8Array.of(0, 0x1e) }), shareRequests(ids, [slow])];
    for (const pdu of input) await transport.stream.send(pdu);
    mayLogOn();
    await until('save-session-info');
    for (const pdu of input) await transport.stream.send(pdu);
    await both;
    transport.close();
    await at.entry('gateway-ended');
    expect(heard).toEqual(['fast', 'slow']);
  });
  it('lets what a legal notice needs through before the logon, where the rules allow it', async () => {
    const heard: string[] = [];
    const { promise: all, resolve: heardAll } = Promise.withResolvers<void>();
    const at = await gatewayAtHand({
      script: {
        session: function* ({ ids }) {
          yield* untilItLeaves(ids, (event) => {
            if (event.kind === 'input') heard.push('fast');
            if (event.kind === 'share' && event.data?.pduType2 === pduType2.input) heard.push(hex(event.data.body));
            if (heard.length === 2) heardAll();
            return undefined;
          });
        },
      },
    });
    at.session.become({ allows: ['legal-notice'] });
    const { transport, ids, shareId } = await launched(at);
    const slow = (...events: readonly string[]) =>
      dataPdu({
        shareId,
        pduSource: ids.userId,
        type: pduType2.input,
        body: bytes(`0${events.length}00 0000 ${events.join(' ')}`),
      });
    const [letter, enter] = ['00000000 0400 0000 1e00 0000', '00000000 0400 0000 1c00 0000'];
    // What passes comes after what does not: the host has heard of all there is when it has heard of both.
    for (const pdu of [
      encode(fastPathPdu, { header: 1, body: Uint8Array.of(0, 0x1e) }),
      encode(fastPathPdu, { header: 1, body: Uint8Array.of(0, 0x39) }),
      shareRequests(ids, [slow(letter)]),
      shareRequests(ids, [slow(letter, enter)]),
    ])
      await transport.stream.send(pdu);
    await all;
    transport.close();
    await at.entry('gateway-ended');
    expect(heard).toEqual(['fast', hex(bytes(`0100 0000 ${enter}`))]);
  });
  it('ends with the session, tells the client and destroys the key', async () => {
    const at = await gatewayAtHand({ script: {} });
    const { until } = await launched(at);
    at.session.end('its owner has ended it');
    await expect(until('error-info')).resolves.toMatchObject({ info: { name: 'ERRINFO_LOGON_TIMEOUT' } });
    await expect(at.entry('gateway-ended')).resolves.toMatchObject({ cause: 'session-over', sentence: 'its owner has ended it' });
    expect(at.session.cards[0]?.card.isDestroyed).toBe(true);
  });
  it('ends with a cause of its own, and an error of its own, when rules or directory take the session back', async () => {
    const at = await gatewayAtHand({ script: { session: host(alice) } });
    const { until } = await launched(at);
    await until('save-session-info');
    at.session.end('the account is disabled', 'account-unusable');
    await expect(until('error-info')).resolves.toMatchObject({ info: { name: 'ERRINFO_SERVER_DENIED_CONNECTION' } });
    await expect(at.entry('gateway-ended')).resolves.toMatchObject({
      cause: 'no-longer-granted',
      sentence: 'the account is disabled',
    });
    expect(at.session.failed).toEqual([]);
  });
  it('ends what may be opened again when the rules let less pass than was agreed', async () => {
    const at = await gatewayAtHand({ script: { session: host(alice) } });
    at.session.become({ channels: ['audio-out', 'clipboard-in'] });
    const { until } = await launched(at);
    await until('save-session-info');
    at.session.become({ channels: ['audio-out', 'clipboard-in'] });
    at.session.become({ channels: ['audio-out'] });
    await expect(at.entry('gateway-ended')).resolves.toMatchObject({ cause: 'less-granted' });
    expect([at.session.view.state, at.session.failed]).toEqual(['granted', []]);
  });
  it('ends a session that nobody uses', async () => {
    let passed = 0;
    const { after, pass } = longWaits();
    const at = await gatewayAtHand({ ports: { after, elapsed: () => performance.now() + passed, idle: 2 * HOUR } });
    await launched(at);
    passed = 2 * HOUR;
    pass(HOUR);
    await expect(at.entry('gateway-ended')).resolves.toMatchObject({ cause: 'idle' });
  });
  it('changes ids where the host gives others than the client was told', async () => {
    const at = await gatewayAtHand({
      script: {
        settings: (_, usual) => withIds(usual, 1013, [1020, 1021]),
        session: function* ({ ids }) {
          const body = Uint8Array.from({ length: 200 }, (_, i) => i);
          const update = dataPdu({ shareId: usualDemand.shareId, pduSource: 1002, type: pduType2.update, body });
          yield* ask<'send'>({ do: 'send', bytes: shareIndications(ids, [update]) });
          yield* untilItLeaves(ids);
        },
      },
    });
    const { until, outcome } = await launched(at);
    expect(outcome.agreed.ioChannelId).toBe(1003);
    await expect(until('drawing')).resolves.toEqual({ kind: 'drawing' });
    expect(at.host.guests[0]?.ids.ioChannelId).toBe(1013);
  });
  it('ends when the certificate does and nobody is logged on, and says how far the host came', async () => {
    const { after, pass } = longWaits();
    const at = await gatewayAtHand({ ports: { after }, lifetime: HOUR / 1000 });
    const { until } = await launched(at);
    pass(HOUR / 2);
    await expect(until('error-info')).resolves.toMatchObject({ info: { name: 'ERRINFO_LOGON_TIMEOUT' } });
    const { cause, sentence } = await at.entry('gateway-ended');
    expect([cause, sentence]).toEqual(['card-expired', expect.stringMatching(/^the card ended before anybody was logged on: ./)]);
    expect(at.session.failed.map(([why]) => why)).toEqual(['card-expired']);
  });
  it('holds up a host whose client does not read, and lets it go on', async () => {
    const size = 12_000;
    const count = 3000;
    let sent = 0;
    const at = await gatewayAtHand({
      script: {
        session: function* ({ ids }) {
          const body = new Uint8Array(size);
          const update = dataPdu({ shareId: usualDemand.shareId, pduSource: 1002, type: pduType2.update, body });
          for (; sent < count; sent++) yield* ask<'send'>({ do: 'send', bytes: shareIndications(ids, [update]) });
          yield* untilItLeaves(ids);
        },
      },
    });
    const { transport } = await launched(at);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const held = sent;
    expect(held).toBeLessThan(count);
    for (let read = 0; read < count; read++) await transport.stream.receive(rdpFrame);
    expect(sent).toBe(count);
    transport.close();
    expect((await at.entry('gateway-ended')).fromHost).toBeGreaterThan(size * count);
  });
  it('lets a recorder hear both sides, each octet with its time, and no secret', async () => {
    const heard: [from: string, octets: Uint8Array, at: number][] = [];
    const tapped = (from: 'client' | 'host', octets: Uint8Array, time: number) => void heard.push([from, octets.slice(), time]);
    const at = await gatewayAtHand({
      script: { session: host(alice) },
      ports: { tap: ({ id }) => (id === 's1' ? tapped : undefined) },
    });
    const { transport, until } = await launched(at);
    await until('save-session-info');
    const pin = at.host.guests[0]?.info.infoPacket.password ?? new Uint8Array();
    transport.close();
    await at.entry('gateway-ended');
    expect(new Set(heard.map(([from]) => from))).toEqual(new Set(['client', 'host']));
    const times = heard.map(([, , time]) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(Buffer.concat(heard.map(([, octets]) => octets)).includes(Buffer.from(pin))).toBe(false);
  });
});

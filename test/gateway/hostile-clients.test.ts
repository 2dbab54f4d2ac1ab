import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { channelChunks } from '../../src/rdp/channels.ts';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { blockOf } from '../../src/rdp/gcc-blocks.ts';
import { connectInitial } from '../../src/rdp/mcs-connect.ts';
import { domainFrame } from '../../src/rdp/mcs-domain.ts';
import { connectionRequest } from '../../src/rdp/negotiation.ts';
import { securityProtocol } from '../../src/rdp/negotiation-code.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { cardChannels, offeredSettings } from '../../src/rdp/offered-settings.ts';
import { request } from '../../src/rdp/session-ids.ts';
import { encode } from '../../src/wire/codec.ts';
import { inTime } from '../in-time.ts';
import { cardPlan, client, screen } from '../rdp/connected-client.ts';
import { endAll, type GatewayAtHand, gatewayAtHand } from './at-hand.ts';

afterEach(endAll);
const negotiation = { flags: 0, protocols: securityProtocol.ssl };
const asks = encode(connectionRequest, { destination: 0, source: 0, classOption: 0, negotiation });
const said = (channels: Parameters<typeof offeredSettings>[0]['channels'] = cardChannels) =>
  offeredSettings({ offer: screen, clientName: 'client', selectedProtocol: 1, extendedClientData: true, channels });
const erect = encode(domainFrame, { kind: 'erect-domain-request', subHeight: 0, subInterval: 0 });
const attach = encode(domainFrame, { kind: 'attach-user-request' });
/** That, or the end: on a busy machine its time may be over before the stranger has come so far. */
const once = (socket: Socket, event: 'data' | 'secureConnect' | 'close') =>
  new Promise<void>((resolve) => {
    if (socket.destroyed) resolve();
    else socket.once(event, () => resolve()).once('close', () => resolve());
  });

/** A stranger that has come so far, and the connection on which it goes on. */
const stages: Readonly<Record<string, (plain: Socket) => Promise<Socket>>> = {
  'its connection request': async (plain) => plain,
  async TLS(plain) {
    plain.write(asks);
    await once(plain, 'data');
    return plain;
  },
  async 'its settings'(plain) {
    await stages['TLS']?.(plain);
    const tls = connectTls({ socket: plain, rejectUnauthorized: false }).on('error', () => undefined);
    await once(tls, 'secureConnect');
    return tls;
  },
  async 'its joins'(plain) {
    const tls = (await stages['its settings']?.(plain)) ?? plain;
    tls.write(encode(connectInitial, said()));
    await once(tls, 'data');
    tls.write(attach);
    await once(tls, 'data');
    return tls;
  },
};
const octetsOf = (octets: Uint8Array) => Array.from(octets, (octet) => Uint8Array.of(octet));
const endless = (head: readonly number[]) => octetsOf(Uint8Array.from([...head, ...Array.from({ length: 200 }, () => 0)]));
const drips: Readonly<Record<string, readonly Uint8Array[]>> = {
  'its connection request': endless([3, 0, 1, 3, 0xfe, 0xe0]),
  TLS: endless([0x16, 3, 1, 2, 0]),
  'its settings': endless([3, 0, 0x1f, 0xff, 2, 0xf0, 0x80, 0x7f, 0x65]),
  'its joins': Array.from({ length: 60 }, () => erect),
};
/** One piece every few milliseconds, until it is closed. */
async function drip(socket: Socket, pieces: readonly Uint8Array[]): Promise<void> {
  let next = 0;
  const timer = setInterval(() => {
    const piece = pieces[next++];
    if (piece && socket.writable) socket.write(piece);
  }, 15);
  await once(socket.resume(), 'close');
  clearInterval(timer);
}
const stranger = ({ port }: GatewayAtHand) => connect({ host: '127.0.0.1', port }).on('error', () => undefined);
const outside = (at: GatewayAtHand) => [at.gateway.counts.halfOpen, at.dialled, at.session.cards.length];

describe('a stranger', () => {
  it.each(Object.keys(stages))('that drips %s has no longer than others, and leaves nothing behind', async (stage) => {
    const at = await gatewayAtHand({ listener: { patience: 60_000, deadline: 700 } });
    const plain = stranger(at);
    const socket = (await stages[stage]?.(plain)) ?? plain;
    await inTime(drip(socket, drips[stage] ?? []), 'the end of its time');
    await inTime(freed(at), 'its place');
    expect(outside(at)).toEqual([0, 0, 0]);
  });
  it.each([
    ['more channels than it names', (octets: Uint8Array) => spoil(octets, countAt(octets), 9)],
    ['channels without end', (octets: Uint8Array) => spoil(octets, countAt(octets) + 3, 0xff)],
  ])('that says it has %s is closed, and nothing behind exists', async (_, lie) => {
    const at = await gatewayAtHand();
    const tls = (await stages['its settings']?.(stranger(at))) as Socket;
    const closed = once(tls.resume(), 'close');
    tls.write(lie(encode(connectInitial, said())));
    await inTime(closed, 'the end of the connection');
    await inTime(freed(at), 'its place');
    expect([...outside(at), ...at.gateway.counts.refused]).toEqual([0, 0, 0, ['malformed', 1]]);
  });
});
/** Where channelCount lies: behind the header of CS_NET. */
const countAt = (octets: Uint8Array) => Buffer.from(octets).indexOf(Uint8Array.of(3, 0xc0)) + 4;
const spoil = (octets: Uint8Array, at: number, octet: number) => octets.with(at, octet);
async function freed(at: GatewayAtHand): Promise<void> {
  while (at.gateway.counts.halfOpen > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a client with a token', () => {
  const twice = { name: 'cliprdr', options: 0 };
  const launched = async (at: GatewayAtHand) => {
    const clientInfo = () => clientInfoOfCard({ userName: at.launch().token, password: pinAsPassword(new Uint8Array(1)) });
    const settings = () => said([...cardChannels, twice, twice]);
    const { outcome, transport } = await client(at.port, cardPlan({ clientInfo, settings }));
    if (outcome.kind !== 'active') throw new Error(outcome.sentence);
    return { ids: outcome.ids, channels: outcome.agreed.channels, transport };
  };
  it('that names a channel twice has it once, and what it says on ids of nobody goes nowhere', async () => {
    const at = await gatewayAtHand();
    at.session.view = { ...at.session.view, channels: ['clipboard-in'] };
    const { ids, transport } = await launched(at);
    const [guest] = at.host.guests;
    const names = guest && blockOf(guest.initial.conference.blocks, 'network')?.channels.map(({ name }) => name);
    expect(names).toEqual(['rdpdr', 'rdpsnd', 'cliprdr']);
    for (const id of [1001, 1004, 1007, 1008, 1009, 0xffff]) await transport.stream.send(request(ids, id, new Uint8Array(9)));
    transport.close();
    await expect(at.entry('gateway-ended')).resolves.toMatchObject({ cause: 'client-left' });
    expect(at.host.failures).toEqual([]);
  });
  const chunk = channelChunks(new Uint8Array(64))[0] ?? new Uint8Array();
  it.each([
    ['what is no PDU', () => Uint8Array.from([0xff, 0xff, 0xff, 0xff])],
    ['a connection request', () => asks],
    ['a second time that it attaches', () => attach],
    ['garbage in its share', (ids: Ids) => request(ids, ids.ioChannelId, new Uint8Array(32_000).fill(0xaa))],
    [
      'a message of four gigabytes',
      (ids: Ids) => request(ids, 1004, Uint8Array.from([255, 255, 255, 255, 1, 0, 0, 0, ...chunk])),
    ],
    ['chunks without a beginning', (ids: Ids) => request(ids, 1004, Uint8Array.from([64, 0, 0, 0, 0, 0, 0, 0, 1]))],
    ['a compressed chunk', (ids: Ids) => request(ids, 1004, Uint8Array.from([1, 0, 0, 0, 3, 0, 0x20, 0, 1]))],
  ])('that is active and says %s ends its session, and the key with it', async (_, octets) => {
    const at = await gatewayAtHand();
    at.session.view = { ...at.session.view, channels: ['drives'] };
    const { ids, transport } = await launched(at);
    await transport.stream.send(octets(ids));
    await expect(at.entry('gateway-ended')).resolves.toMatchObject({ cause: 'client-malformed' });
    await expect.poll(() => at.session.cards[0]?.card.isDestroyed, { timeout: 30_000 }).toBe(true);
    transport.close();
  });
});
type Ids = Parameters<typeof request>[0] & { readonly ioChannelId: number };

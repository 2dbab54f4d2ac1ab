import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { rdpFrame } from '../../src/rdp/rdp-frame.ts';
import { indication, request } from '../../src/rdp/session-ids.ts';
import { ask, type Conversation } from '../../src/wire/conversation.ts';
import { cardPlan, client } from '../rdp/connected-client.ts';
import { type Guest, untilItLeaves } from '../rdp/fake-host.ts';
import { endAll, gatewayAtHand } from './at-hand.ts';
import { SeenScreen } from './seen-screen.ts';

afterEach(endAll);
const plan = (userName: string) =>
  cardPlan({ clientInfo: () => clientInfoOfCard({ userName, password: pinAsPassword(new Uint8Array(1)) }) });
const says = (bytes: Uint8Array): Conversation<undefined> => ask<'send'>({ do: 'send', bytes });
/** What a host does to the guest whose number it is; the others are left in peace. */
const hostile: readonly (readonly [what: string, says: (guest: Guest) => Uint8Array, cause: string])[] = [
  ['rubbish', () => Uint8Array.of(0x41, 0x41, 0x41, 0x41), 'host-malformed'],
  [
    'a share PDU that cannot be read',
    ({ ids }) => indication(ids.ioChannelId, Uint8Array.of(9, 0, 0x17, 0, 1)),
    'host-malformed',
  ],
  ['MCS that has no place', ({ ids }) => request(ids, ids.ioChannelId, new Uint8Array(4)), 'host-malformed'],
  ['a chunk of rdpdr that is compressed', ({ ids }) => chunk(ids, [4, 0, 0, 0, 3, 0, 0x20, 0]), 'host-malformed'],
  ['a message of rdpdr without an end', ({ ids }) => chunk(ids, [0xff, 0xff, 0xff, 0x7f, 1, 0, 0, 0]), 'host-malformed'],
];
const chunk = (ids: Guest['ids'], header: readonly number[]) =>
  indication(ids.channels.find(({ name }) => name === 'rdpdr')?.id ?? 0, Uint8Array.from([...header, 1, 2, 3, 4]));

describe('one session and its neighbours', () => {
  it.each(hostile)('ends with a host that says %s, and leaves the others alone', async (_, octets, cause) => {
    let guests = 0;
    const { promise: mayEcho, resolve: echo } = Promise.withResolvers<void>();
    const at = await gatewayAtHand({
      script: {
        step: () => mayEcho,
        session: function* (guest) {
          if (guests++ > 0) yield* says(octets(guest));
          else {
            yield* ask<'wait-until'>({ do: 'wait-until', time: 1 });
            yield* says(Uint8Array.of(0, 4, 0xab, 0xcd));
          }
          yield* untilItLeaves(guest.ids);
        },
      },
    });
    const open = (session: string) => client(at.port, plan(at.tokens.issue(session, { ...at.grant, session }).token));
    const neighbour = await open('one');
    const other = await open('two');
    await expect(at.entry('gateway-ended')).resolves.toMatchObject({ cause, card: 'c2' });
    expect([at.gateway.counts.live, at.session.cards.map(({ card }) => card.isDestroyed)]).toEqual([1, [false, true]]);
    echo();
    const drawn = neighbour.transport.stream.receive(rdpFrame);
    await expect(drawn).resolves.toEqual(Uint8Array.of(0, 4, 0xab, 0xcd));
    for (const { transport } of [neighbour, other]) transport.close();
  });
  it('tells a client whose host is not there, and journals it', async () => {
    const nobody: Server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => nobody.listen({ host: '127.0.0.1', port: 0 }, resolve));
    const address = nobody.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const at = await gatewayAtHand({ ports: { shown: 3000 }, behind: { port, fingerprint: '00'.repeat(32) } });
    const { outcome, transport } = await client(at.port, plan(at.launch().token));
    if (outcome.kind !== 'active') throw new Error(outcome.sentence);
    const seen = new SeenScreen();
    await seen.look(outcome, transport);
    expect(seen.error?.name).toBe('ERRINFO_SERVER_DENIED_CONNECTION');
    transport.close();
    await expect(at.entry('gateway-ended')).resolves.toMatchObject({ cause: 'host-unreachable', fromHost: 0 });
    expect(at.session.cards.map(({ card }) => card.isDestroyed)).toEqual([true]);
    nobody.close();
  });
});

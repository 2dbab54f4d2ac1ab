import { afterEach, describe, expect, it } from 'vitest';
import { painted, pictureOf } from '../../src/gateway/painted-sentence.ts';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { fastPathPdu } from '../../src/rdp/fast-path.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { encode } from '../../src/wire/codec.ts';
import { ask } from '../../src/wire/conversation.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { cardPlan, client, screen } from '../rdp/connected-client.ts';
import { untilItLeaves } from '../rdp/fake-host.ts';
import { endAll, type GatewayAtHand, gatewayAtHand } from './at-hand.ts';
import { SeenScreen } from './seen-screen.ts';

afterEach(endAll);
/** Milliseconds that nobody waits for: what ends earlier was ended. */
const LONG = 100_000;
/** People read quickly here. */
const elapsed = () => performance.now() * 10;
const SHOWS = { width: screen.desktopWidth, height: screen.desktopHeight, bitsPerPixel: 16 } as const;
const [GROUND, INK] = [0x2108, 0xef7d];

async function comes(at: GatewayAtHand, userName = at.launch().token) {
  const clientInfo = () => clientInfoOfCard({ userName, password: pinAsPassword(new Uint8Array(1)) });
  const { outcome, transport } = await client(at.port, cardPlan({ clientInfo }), { patience: 30_000 });
  if (outcome.kind !== 'active') throw new Error(outcome.sentence);
  return { outcome, transport };
}
/** Looks until all is painted, presses a key until it is over, and tells how many pixels are not as they are meant to be. */
async function reads({ outcome, transport }: Awaited<ReturnType<typeof comes>>, ...paragraphs: readonly string[]) {
  const seen = new SeenScreen();
  const picture = pictureOf(SHOWS, [...paragraphs, 'Press a key to close this.']);
  const updates = [...painted(picture)].length;
  const key = encode(fastPathPdu, { header: 1, body: Uint8Array.of(0, 0x1e) });
  let press: NodeJS.Timeout | undefined;
  await seen.look(outcome, transport, () => {
    if (seen.rectangles === updates) press = setInterval(() => void transport.stream.send(key).catch(() => undefined), 100);
  });
  clearInterval(press);
  let wrong = 0;
  for (let y = 0; y < SHOWS.height; y++)
    for (let x = 0; x < SHOWS.width; x++) if (seen.pixels[y * SHOWS.width + x] !== (picture.hasInk(x, y) ? INK : GROUND)) wrong++;
  transport.close();
  return { seen, wrong };
}
describe('a client that is sent away', () => {
  it('reads why there is no host, and is told it once more', async () => {
    const dial = () => Promise.reject(new MayflyError('rdp-unreachable', 'desk1.corp.test does not answer'));
    const at = await gatewayAtHand({ ports: { dial, elapsed, shown: LONG } });
    const { wrong, seen } = await reads(await comes(at), 'Desk1.corp.test does not answer.', '', 'Session s1');
    expect([wrong, seen.error?.name, seen.demands]).toEqual([0, 'ERRINFO_SERVER_DENIED_CONNECTION', 0]);
    const where = { host: 'desk1.corp.test', network: '127.0.0.1', card: 'c1' };
    const why = { cause: 'host-unreachable', sentence: 'desk1.corp.test does not answer' };
    expect(await at.entry('gateway-ended')).toMatchObject({ ...where, ...why });
  });
  it('reads that its token is not good', async () => {
    const at = await gatewayAtHand({ ports: { elapsed, shown: LONG } });
    const sentence = 'The launch token is not good: it was used, has expired or never was one; launch the session anew.';
    const { wrong } = await reads(await comes(at, 'somebody'), sentence, '');
    expect([wrong, at.dialled, at.session.cards.length]).toEqual([0, 0, 0]);
  });
  it('reads why a session has ended that it was in the middle of', async () => {
    const at = await gatewayAtHand({ ports: { elapsed, shown: LONG } });
    const visitor = await comes(at);
    at.session.end('its owner has ended it');
    const { wrong, seen } = await reads(visitor, 'Its owner has ended it.', '', 'Session s1');
    expect([wrong, seen.error?.name, seen.demands]).toEqual([0, 'ERRINFO_LOGON_TIMEOUT', 1]);
  });
  it('reads it although the host was in the middle of a PDU, the rest of which it gets first', async () => {
    const drawing = encode(fastPathPdu, { header: 0, body: new Uint8Array(9000) });
    const rest = Promise.withResolvers<void>();
    const half = Promise.withResolvers<void>();
    const at = await gatewayAtHand({
      ports: {
        elapsed,
        shown: LONG,
        tap: () => (from, octets) => {
          if (from === 'host' && octets.length >= 4000) half.resolve();
        },
      },
      script: {
        step: () => rest.promise,
        session: function* ({ ids }) {
          yield* ask<'send'>({ do: 'send', bytes: drawing.subarray(0, 4500) });
          yield* ask<'wait-until'>({ do: 'wait-until', time: 1 });
          yield* ask<'send'>({ do: 'send', bytes: drawing.subarray(4500) });
          yield* untilItLeaves(ids);
        },
      },
    });
    const visitor = await comes(at);
    await half.promise;
    at.session.end('its owner has ended it');
    rest.resolve();
    const { wrong, seen } = await reads(visitor, 'Its owner has ended it.', '', 'Session s1');
    expect([wrong, seen.demands]).toEqual([0, 1]);
  });
  it('is gone when nobody presses a key', async () => {
    const at = await gatewayAtHand({ ports: { shown: 1000 } });
    const { outcome, transport } = await comes(at, 'somebody');
    const seen = new SeenScreen();
    await seen.look(outcome, transport);
    expect(seen.error?.name).toBe('ERRINFO_SERVER_DENIED_CONNECTION');
    transport.close();
  });
  it('is not waited for when the service stops', async () => {
    const at = await gatewayAtHand({ ports: { elapsed, shown: LONG } });
    const { outcome, transport } = await comes(at);
    at.session.end('its owner has ended it');
    await at.entry('gateway-ended');
    const over = new SeenScreen().look(outcome, transport);
    await at.gateway.close();
    await over;
    transport.close();
  });
});

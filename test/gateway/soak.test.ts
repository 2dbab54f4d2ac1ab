import { afterEach, expect, it } from 'vitest';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { cardPlan, client } from '../rdp/connected-client.ts';
import { untilItLeaves } from '../rdp/fake-host.ts';
import { WindowsHost } from '../rdpdr/windows/logon.ts';
import { OverRdp, saysLoggedOn } from '../rdpdr/windows/over-rdp.ts';
import { caller, endAll, type GatewayAtHand, gatewayAtHand } from './at-hand.ts';

/** A short while in one process; scenario `soak` has a service, hosts and clients apart, and `npm run soak` ten minutes of it. */
const SECONDS = 15;
/** Clients at a time: so many are always coming, there, or going; no more than a slow machine can log on while they stay. */
const CLIENTS = 20;
const MOST_STAY = 3000;
afterEach(endAll);

const pause = (most: number) => new Promise((resolve) => setTimeout(resolve, Math.random() * most));
/** Comes, stays for as long as it likes, and leaves at any point; with a token, with a wrong one, or without a word. */
async function comesAndGoes(at: GatewayAtHand): Promise<void> {
  const session = `of ${Math.random()}`;
  const { token } = at.tokens.issue(session, { session, caller });
  const userName = Math.random() < 0.9 ? token : `${token}0`;
  const plan = cardPlan({ clientInfo: () => clientInfoOfCard({ userName, password: pinAsPassword(new Uint8Array(1)) }) });
  try {
    const { outcome, transport } = await client(at.port, plan, { patience: 60_000 });
    if (outcome.kind === 'active') await pause(MOST_STAY);
    transport.close();
  } catch {
    // Sent away.
  }
}
it('sessions come and go at random: nothing is stuck, no key is left, the journal is complete', {
  timeout: (SECONDS + 300) * 1000,
}, async () => {
  const at = await gatewayAtHand({
    halfOpen: { perAddress: CLIENTS * 2, inAll: CLIENTS * 2 },
    sessions: CLIENTS * 2,
    patience: 60_000,
    script: {
      session: function* (guest) {
        // Some hosts log on at once, some never, some leave.
        const kind = Math.random();
        if (kind < 0.1) return;
        const channel = new OverRdp(guest);
        if (kind < 0.6) {
          yield* channel.play(new WindowsHost().logon({ pin: channel.pin }));
          yield* saysLoggedOn({ domain: 'CORP', userName: kind < 0.5 ? 'alice' : 'mallory', sessionId: 2 });
        }
        yield* untilItLeaves(guest.ids);
      },
    },
  });
  const until = performance.now() + SECONDS * 1000;
  let visits = 0;
  const visitor = async () => {
    await pause(MOST_STAY);
    // On a slow machine until each has come, and one again.
    while (performance.now() < until || visits <= CLIENTS) {
      visits++;
      await comesAndGoes(at);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, visitor));
  await expect.poll(() => at.gateway.counts.live).toBe(0);
  const { live, halfOpen } = at.gateway.counts;
  expect({ live, halfOpen, watchers: at.session.watchers, tokens: at.tokens.size < visits }).toEqual({
    ...{ live: 0, halfOpen: 0, watchers: 0, tokens: true },
  });
  expect(at.session.cards.filter(({ card }) => !card.isDestroyed)).toEqual([]);
  const of = (event: string) => at.entries.filter((entry) => entry.event === event);
  const ended = new Set(of('gateway-ended').map((entry) => 'card' in entry && entry.card));
  expect(at.session.cards.length).toBe(ended.size);
  expect(of('gateway-connected').length).toBeLessThanOrEqual(ended.size);
  expect(visits).toBeGreaterThan(CLIENTS);
  const causes = Object.entries(Object.groupBy(of('gateway-ended'), (entry) => ('cause' in entry ? entry.cause : '')));
  console.log(
    `${visits} visits, ${at.session.cards.length} cards; ${causes.map(([cause, all]) => `${cause} ${all?.length}`).join(', ')}`,
  );
});

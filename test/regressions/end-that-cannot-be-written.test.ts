import { afterEach, expect, it } from 'vitest';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { endAll, gatewayAtHand } from '../gateway/at-hand.ts';
import { cardPlan, client } from '../rdp/connected-client.ts';
import { untilItLeaves } from '../rdp/fake-host.ts';
import { saysLoggedOn } from '../rdpdr/windows/over-rdp.ts';

afterEach(endAll);
// Ending the session came last, and where that failed nobody heard of it: neither the log nor, with the rejection, anybody else.
it('a session that cannot be ended is logged, its key gone and its connection noted all the same', async () => {
  const logged: unknown[] = [];
  const at = await gatewayAtHand({
    ports: { log: (_, e) => void logged.push(e) },
    script: {
      session: function* ({ ids }) {
        yield* saysLoggedOn({ domain: 'CORP', userName: 'mallory', sessionId: 2 });
        yield* untilItLeaves(ids);
      },
    },
  });
  at.session.fault = new Error('the disk is full');
  const clientInfo = () => clientInfoOfCard({ userName: at.launch().token, password: pinAsPassword(new Uint8Array(1)) });
  const { transport } = await client(at.port, cardPlan({ clientInfo }));
  expect(await at.entry('gateway-ended')).toMatchObject({ cause: 'other-account' });
  expect([logged, at.session.cards.map(({ card }) => card.isDestroyed)]).toEqual([[at.session.fault], [true]]);
  transport.close();
});

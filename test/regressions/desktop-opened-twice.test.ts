import { afterEach, expect, it } from 'vitest';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { endAll, gatewayAtHand } from '../gateway/at-hand.ts';
import { SeenScreen } from '../gateway/seen-screen.ts';
import { cardPlan, client } from '../rdp/connected-client.ts';

afterEach(endAll);
// A grant gave as many desktops at once as there were launches.
it('a session has one desktop: who opens it again ends the one before', async () => {
  const at = await gatewayAtHand({ ports: { shown: 2000 } });
  const comes = async () => {
    const clientInfo = () => clientInfoOfCard({ userName: at.launch().token, password: pinAsPassword(new Uint8Array(1)) });
    const { outcome, transport } = await client(at.port, cardPlan({ clientInfo }), { patience: 30_000 });
    if (outcome.kind !== 'active') throw new Error(outcome.sentence);
    return { outcome, transport };
  };
  const first = await comes();
  const seen = new SeenScreen();
  const over = seen.look(first.outcome, first.transport);
  const second = await comes();
  await over;
  expect(seen.error?.name).toBe('ERRINFO_DISCONNECTED_BY_OTHERCONNECTION');
  expect(await at.entry('gateway-ended')).toMatchObject({ cause: 'taken-over', card: 'c1' });
  expect(at.session.cards.map(({ card }) => card.isDestroyed)).toEqual([true, false]);
  expect(at.gateway.counts.live).toBe(1);
  for (const { transport } of [first, second]) transport.close();
});

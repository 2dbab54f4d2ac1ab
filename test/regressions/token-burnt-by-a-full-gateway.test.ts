import { afterEach, expect, it } from 'vitest';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { endAll, gatewayAtHand } from '../gateway/at-hand.ts';
import { cardPlan, client } from '../rdp/connected-client.ts';

afterEach(endAll);
// A gateway that had no room looked at the token first: it was used up, and nothing said so.
it('a token is good still when there was no room for its session', async () => {
  const at = await gatewayAtHand({ sessions: 1 });
  const open = (userName: string) => {
    const clientInfo = () => clientInfoOfCard({ userName, password: pinAsPassword(new Uint8Array(1)) });
    return client(at.port, cardPlan({ clientInfo }));
  };
  const one = await open(at.tokens.issue('one', { ...at.grant, session: 'one' }).token);
  const { token, handle } = at.tokens.issue('two', { ...at.grant, session: 'two' });
  const early = await open(token).catch(() => undefined);
  expect([...at.gateway.counts.refused]).toEqual([['too-many', 1]]);
  expect([at.tokens.knows(handle), at.session.cards.length]).toEqual([true, 1]);
  for (const each of [early, one]) each?.transport.close();
  await at.entry('gateway-ended');
  const late = await open(token);
  expect([late.outcome.kind, at.session.cards.length]).toEqual(['active', 2]);
  late.transport.close();
});

import { afterEach, expect, it } from 'vitest';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { endAll, gatewayAtHand } from '../gateway/at-hand.ts';
import { cardPlan, client } from '../rdp/connected-client.ts';

afterEach(endAll);
// What was thrown by whoever waited for a time had no caller, and ended the process with every session in it.
it('ends the session whose timer throws, and no other', async () => {
  let isBroken = false;
  const logged: unknown[] = [];
  const elapsed = () => {
    if (!isBroken) return performance.now();
    isBroken = false;
    throw new TypeError('no clock');
  };
  const at = await gatewayAtHand({ ports: { elapsed, log: (_, e) => void logged.push(e) } });
  const comes = (session: string) => {
    const { token } = at.tokens.issue(session, { ...at.grant, session });
    const clientInfo = () => clientInfoOfCard({ userName: token, password: pinAsPassword(new Uint8Array(1)) });
    return client(at.port, cardPlan({ clientInfo }));
  };
  const visitors = [await comes('one'), await comes('two')];
  isBroken = true;
  expect(await at.entry('gateway-ended')).toMatchObject({ cause: 'internal' });
  expect([at.gateway.counts.live, logged]).toEqual([1, [new TypeError('no clock')]]);
  for (const { transport } of visitors) transport.close();
});

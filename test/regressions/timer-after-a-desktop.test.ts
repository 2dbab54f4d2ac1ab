import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import type { GatewayPorts } from '../../src/gateway/gateway-ports.ts';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { endAll, gatewayAtHand } from '../gateway/at-hand.ts';
import { cardPlan, client } from '../rdp/connected-client.ts';

afterEach(endAll);
// A card that was gone only after its desktop had been closed left a timer of five seconds, for which the service did not end.
it('nothing is waited for when a desktop is closed, whenever its key is gone', async () => {
  const waiting = new Map<number, number>();
  const after: GatewayPorts['after'] = (milliseconds, f) => {
    const timer = globalThis.setTimeout(() => {
      waiting.delete(id);
      f();
    }, milliseconds);
    const id = Number(timer);
    waiting.set(id, milliseconds);
    return () => {
      waiting.delete(id);
      clearTimeout(timer);
    };
  };
  const at = await gatewayAtHand({ ports: { after }, destroy: () => setTimeout(50, undefined) });
  const clientInfo = () => clientInfoOfCard({ userName: at.launch().token, password: pinAsPassword(new Uint8Array(1)) });
  const { outcome, transport } = await client(at.port, cardPlan({ clientInfo }));
  expect(outcome.kind).toBe('active');
  const gone = at.session.cards[0]?.card.destroy('session-ended');
  at.session.end('its owner has ended it');
  await gone;
  await at.entry('gateway-ended');
  transport.close();
  await expect.poll(() => at.gateway.counts.live).toBe(0);
  await at.gateway.close();
  expect([...waiting.values()].filter((milliseconds) => milliseconds >= 5000)).toEqual([]);
});

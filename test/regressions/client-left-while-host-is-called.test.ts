import { afterEach, expect, it } from 'vitest';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { endAll, gatewayAtHand } from '../gateway/at-hand.ts';
import { cardPlan, client } from '../rdp/connected-client.ts';

afterEach(endAll);
// The end of a session was looked at when its host had answered: one that took its time kept the key of a client that had left.
it('destroys the key when the client leaves, whatever the host does', async () => {
  const at = await gatewayAtHand({ ports: { dial: () => new Promise(() => undefined) } });
  const clientInfo = () => clientInfoOfCard({ userName: at.launch().token, password: pinAsPassword(new Uint8Array(1)) });
  await expect(client(at.port, cardPlan({ clientInfo }), { patience: 1500 })).rejects.toMatchObject({ code: 'rdp-timeout' });
  expect(await at.entry('gateway-ended')).toMatchObject({ cause: 'client-left' });
  expect(at.session.cards.map(({ card }) => card.isDestroyed)).toEqual([true]);
});

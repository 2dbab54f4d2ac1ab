import { afterEach, expect, it } from 'vitest';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { endAll, gatewayAtHand } from '../gateway/at-hand.ts';
import { cardPlan, client } from '../rdp/connected-client.ts';

afterEach(endAll);
const comes = async () => {
  const at = await gatewayAtHand();
  const clientInfo = () => clientInfoOfCard({ userName: at.launch().token, password: pinAsPassword(new Uint8Array(1)) });
  const { outcome, transport } = await client(at.port, cardPlan({ clientInfo }));
  if (outcome.kind !== 'active') throw new Error(outcome.sentence);
  return { at, card: at.session.cards[0]?.card, transport };
};
// The key goes before anybody is told that a session is over: who was not logged on yet was told that the logon had failed, and so was the journal.
it('a session that is ended before its logon was ended, and did not fail', async () => {
  const { at, card, transport } = await comes();
  await card?.destroy('session-ended');
  await new Promise((resolve) => setImmediate(resolve));
  at.session.end('its owner has ended it');
  await expect(at.entry('gateway-ended')).resolves.toMatchObject({ cause: 'session-over', sentence: 'its owner has ended it' });
  transport.close();
});
it('a service that stops before a logon stops, and the logon did not fail', async () => {
  const { at, card, transport } = await comes();
  await card?.destroy('shutdown');
  await expect(at.entry('gateway-ended')).resolves.toMatchObject({ cause: 'shutdown' });
  transport.close();
});
it('a card that ends by itself before the logon is a logon that failed', async () => {
  const { at, card, transport } = await comes();
  await card?.destroy('operations');
  await expect(at.entry('gateway-ended')).resolves.toMatchObject({ cause: 'logon-failed' });
  transport.close();
});

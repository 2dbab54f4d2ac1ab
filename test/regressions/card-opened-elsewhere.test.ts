import { beforeAll, expect, it } from 'vitest';
import { alice, type Issuing, type Made, madeIssuing, madeSessions, requestOf, rulesOf } from '../session/made-sessions.ts';

let issuing: Issuing;
beforeAll(async () => {
  issuing = await madeIssuing();
});
const refused = { code: 'session-refused' };
async function granted({ sessions }: Made): Promise<string> {
  const { id, state } = await sessions.request(requestOf(alice));
  expect(state).toBe('granted');
  return id;
}

/** The card was decided on as if it were opened from where the session was asked for: a token stolen later was good from anywhere. */
it('a card is opened from where the rules let it', async () => {
  const made = madeSessions(issuing);
  made.world.rules = rulesOf(
    '@id("near") permit (principal, action == Action::"open", resource) when { context.network.isInRange(ip("10.0.0.0/8")) };',
  );
  await expect(made.sessions.openCard(alice, await granted(made), 'card', '192.0.2.7')).rejects.toMatchObject(refused);
  await (await made.sessions.openCard(alice, await granted(made), 'card', '10.9.9.9')).card.destroy('released');
});

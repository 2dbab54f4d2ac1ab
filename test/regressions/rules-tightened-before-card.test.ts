import { beforeAll, expect, it } from 'vitest';
import { alice, type Issuing, type Made, madeIssuing, madeSessions, requestOf, rulesOf } from '../session/made-sessions.ts';

let issuing: Issuing;
beforeAll(async () => {
  issuing = await madeIssuing();
});
const permit = (terms: string, condition: string) =>
  rulesOf(`@id("own") ${terms} permit (principal, action == Action::"open", resource) when { ${condition} };`);
async function granted({ sessions }: Made): Promise<string> {
  const { id, state } = await sessions.request(requestOf(alice));
  expect(state).toBe('granted');
  return id;
}

/** Rules that were tightened between grant and card had their conditions asked, their terms ignored. */
it('a card gets no more minutes and channels than the rules give when it is opened', async () => {
  const made = madeSessions(issuing);
  made.world.rules = permit('@minutes("60") @channels("drives clipboard-in")', 'context.account.own');
  const [first, second] = [await granted(made), await granted(made)];
  made.world.rules = permit('@minutes("5") @channels("clipboard-in printers")', 'context.account.own');
  await (await made.sessions.openCard(alice, first, 'card')).card.destroy('released');
  const less = { minutes: 5, channels: ['clipboard-in'], until: made.time.clock() + 300 };
  expect(made.sessions.get(alice, first)).toMatchObject(less);
  made.world.rules = permit('@minutes("60") @channels("drives clipboard-in")', 'context.account.own');
  await (await made.sessions.openCard(alice, first, 'card')).card.destroy('released');
  expect(made.sessions.get(alice, first), 'nor does a second card bring them back').toMatchObject(less);
  await (await made.sessions.openCard(alice, second, 'card')).card.destroy('released');
  expect(made.sessions.get(alice, second)).toMatchObject({ minutes: 60, until: made.time.clock() + 3600 });
});

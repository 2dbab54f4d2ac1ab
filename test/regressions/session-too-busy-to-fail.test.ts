import { expect, it } from 'vitest';
import { alice, madeIssuing, madeSessions, requestOf } from '../session/made-sessions.ts';

const issuing = await madeIssuing(1);
// Those who waited for a session kept the gateway from ending one that had gone wrong: its turn was refused, and the session stayed open.
it('a session that is to fail does, however many wait for it', async () => {
  const { sessions, entries } = madeSessions(issuing, { limits: { cardsPerSession: 1 } });
  const { id } = await sessions.request(requestOf(alice));
  const crowd = Array.from({ length: 40 }, () => sessions.openCard(alice, id, 'gateway').catch((e: unknown) => e));
  await sessions.fail(id, 'other-account', 'the host logged on another account');
  const answers = await Promise.all(crowd);
  expect(answers.filter((e) => (e as { code?: string }).code === 'too-many-requests').length).toBeGreaterThan(0);
  expect(sessions.get(alice, id)).toMatchObject({ state: 'failed', cause: 'other-account' });
  expect(entries('session-ended')).toHaveLength(1);
});

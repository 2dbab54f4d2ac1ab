import { beforeAll, expect, it } from 'vitest';
import { alice, caller, type Issuing, madeIssuing, madeSessions, requestOf, written } from './made-sessions.ts';
import { ManualTime } from './manual-time.ts';

let issuing: Issuing;
beforeAll(async () => {
  issuing = await madeIssuing();
});
const settled = async () => {
  for (let i = 0; i < 4; i++) await written();
};

it('a clock that is set back ends what began before: nobody can tell when its time is up', async () => {
  const { sessions, time, entries } = madeSessions(issuing);
  const { id } = await sessions.request(requestOf(alice));
  const { id: used } = await sessions.request(requestOf(alice));
  const held = await sessions.openCard(alice, used, 'card');
  time.set(-60);
  await expect(sessions.openCard(alice, id, 'card'), 'before anybody has looked').rejects.toMatchObject({ code: 'session-over' });
  time.pass(1);
  await expect.poll(() => sessions.openSessions).toBe(0);
  expect(held.card.isDestroyed).toBe(true);
  expect(sessions.get(alice, id)).toMatchObject({ state: 'ended', cause: 'clock-set-back', cards: [] });
  expect(sessions.get(alice, used)).toMatchObject({ state: 'ended', cause: 'clock-set-back' });
  await settled();
  expect(entries('session-ended').map(({ cause }) => cause)).toEqual(['clock-set-back', 'clock-set-back']);
});
it('an approval given after it counts for nothing', async () => {
  const { sessions, time } = madeSessions(issuing);
  const { id } = await sessions.request(requestOf(alice, { target: 'db1.corp.example', account: 'ops' }));
  time.set(-3600);
  await expect(sessions.approve(caller('approver1'), id, 'approve')).rejects.toMatchObject({ code: 'session-over' });
});
it('what begins after it goes on as ever, without a restart', async () => {
  const { sessions, time } = madeSessions(issuing);
  time.set(-60);
  const { id } = await sessions.request(requestOf(alice));
  time.pass(10);
  await settled();
  await sessions.openCard(alice, id, 'card');
});
it('a clock that is set forward ends what is due by it, and nothing lives longer', async () => {
  const { sessions, time } = madeSessions(issuing);
  const { id } = await sessions.request(requestOf(alice));
  const { id: used } = await sessions.request(requestOf(alice));
  const held = await sessions.openCard(alice, used, 'card');
  time.set(1800);
  time.pass(1);
  await expect.poll(() => held.card.isDestroyed).toBe(true);
  await expect.poll(() => sessions.openSessions).toBe(1);
  expect(sessions.get(alice, id)).toMatchObject({ state: 'expired', cause: 'not-used' });
  time.set(-1800);
  time.pass(1);
  await expect.poll(() => sessions.openSessions).toBe(0);
});
it('a second or two, as clocks are kept right, is nothing', async () => {
  const { sessions, time } = madeSessions(issuing);
  const { id } = await sessions.request(requestOf(alice));
  time.set(-2);
  time.pass(1);
  time.set(1);
  await sessions.openCard(alice, id, 'card');
});
it('sessions of before a restart end when the clock is behind the journal', async () => {
  const first = madeSessions(issuing);
  const { id } = await first.sessions.request(requestOf(alice));
  await first.sessions.close();
  first.store.close();
  const time = new ManualTime();
  time.set(-600);
  const { sessions } = madeSessions(issuing, { path: first.path, time });
  await expect(sessions.openCard(alice, id, 'card')).rejects.toMatchObject({ code: 'session-over' });
  expect(sessions.get(alice, id)).toMatchObject({ cause: 'clock-set-back' });
});

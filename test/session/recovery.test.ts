import { cpSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { alice, caller, databasePath, type Issuing, madeIssuing, madeSessions, requestOf, written } from './made-sessions.ts';

let issuing: Issuing;
beforeAll(async () => {
  issuing = await madeIssuing();
});
/** The database as a crash of this moment leaves it. */
function crashed(path: string): string {
  const copy = databasePath();
  cpSync(path.replace(/journal\.db$/, ''), copy.replace(/journal\.db$/, ''), { recursive: true });
  return copy;
}

it('a card that was live when the process ended is closed at the next start, with its session as it was', async () => {
  const first = madeSessions(issuing);
  const { id } = await first.sessions.request(requestOf(alice));
  const held = await first.sessions.openCard(alice, id, 'card');
  const again = madeSessions(issuing, { path: crashed(first.path) });
  await written();
  const cards = [{ id: held.id, state: 'destroyed', cause: 'ended-with-the-process', serialNumber: held.serialNumber }];
  expect(again.sessions.get(alice, id)).toMatchObject({ state: 'granted', cards });
  expect(again.sessions.cards.live).toBe(0);
  expect(again.entries('key-destroyed')).toMatchObject([{ card: held.id, cause: 'ended-with-the-process' }]);
  expect(again.store.openCards()).toEqual([]);
  await again.sessions.openCard(alice, id, 'card');
  expect(again.sessions.get(alice, id).until, 'its time goes on').toBe(first.sessions.get(alice, id).until);
});
it('a card that was only asked for is closed too, and the session can be used', async () => {
  const first = madeSessions(issuing, { ports: { issuer: { name: 'hangs', issue: () => new Promise(() => undefined) } } });
  const { id } = await first.sessions.request(requestOf(alice));
  void first.sessions.openCard(alice, id, 'card').catch(() => undefined);
  await expect.poll(() => first.events()).toContain('card-requested');
  const again = madeSessions(issuing, { path: crashed(first.path) });
  expect(again.sessions.get(alice, id).cards).toMatchObject([{ state: 'destroyed' }]);
  await again.sessions.openCard(alice, id, 'card');
  // The first one never comes to its end.
  first.sessions.close = () => Promise.resolve();
});
it('a session that its owner was told is over stays over', async () => {
  const first = madeSessions(issuing);
  const { id } = await first.sessions.request(requestOf(alice));
  await first.sessions.openCard(alice, id, 'card');
  await first.sessions.end(alice, id);
  const again = madeSessions(issuing, { path: crashed(first.path) });
  expect(again.sessions.get(alice, id)).toMatchObject({ state: 'ended', cards: [{ cause: 'session-ended' }] });
  await expect(again.sessions.openCard(alice, id, 'card')).rejects.toMatchObject({ code: 'session-over' });
});
it('an approval that was given is kept, and its giver cannot give it twice', async () => {
  const first = madeSessions(issuing);
  const { id } = await first.sessions.request(requestOf(alice, { target: 'db1.corp.example', account: 'ops' }));
  await first.sessions.approve(caller('approver1'), id, 'approve');
  const again = madeSessions(issuing, { path: crashed(first.path) });
  await expect(again.sessions.approve(caller('approver1'), id, 'approve')).rejects.toMatchObject({ code: 'approval-given' });
  expect(await again.sessions.approve(caller('approver2'), id, 'approve')).toMatchObject({ state: 'granted' });
});
it('a session whose time has passed meanwhile expires', async () => {
  const first = madeSessions(issuing);
  const { id } = await first.sessions.request(requestOf(alice));
  first.time.pass(0);
  const again = madeSessions(issuing, { path: crashed(first.path) });
  again.time.set(700);
  again.time.pass(1);
  await expect.poll(() => again.sessions.get(alice, id).state).toBe('expired');
});

import { expect, it } from 'vitest';
import { alice, madeIssuing, madeSessions, requestOf } from './made-sessions.ts';

const issuing = await madeIssuing(2);
it('a session that its host sends on gets a card there when the rules give that host too, and stays granted when they do not', async () => {
  const { sessions, world, entries } = madeSessions(issuing);
  const { hosts = [], ...rest } = world.directory;
  world.directory = { ...rest, hosts: [...hosts, { name: 'ts2.corp.example', labels: { access: 'self' } }] };
  const { id } = await sessions.request(requestOf(alice, { mode: 'gateway' }));
  const open = (host?: string) => sessions.openCard(alice, id, 'gateway', '10.0.0.7', undefined, host);
  await (await open()).card.destroy('session-ended');
  for (const host of ['nowhere.corp.example', 'closed.corp.example'])
    await expect(open(host)).rejects.toMatchObject({ code: 'session-refused' });
  const held = await open('ts2.corp.example');
  expect(sessions.get(alice, id)).toMatchObject({ state: 'granted', host: 'ts1.corp.example' });
  await held.card.destroy('session-ended');
  expect(entries('card-issued')).toHaveLength(2);
});

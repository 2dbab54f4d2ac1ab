import { describe, expect, it } from 'vitest';
import { inTime } from '../in-time.ts';
import { alice, type Made, madeIssuing, madeSessions, requestOf, rulesOf, ruleText } from '../session/made-sessions.ts';

const issuing = await madeIssuing(2);
const notThere = rulesOf(`${ruleText} @id("not-there") forbid (principal, action, resource == Host::"ts2.corp.example");`);
/** A desktop that its host has sent on to another. */
async function sentOn(made: Made, back = false) {
  const { sessions, world } = made;
  const { hosts = [], ...rest } = world.directory;
  world.directory = { ...rest, hosts: [...hosts, { name: 'ts2.corp.example', labels: { access: 'self' } }] };
  const { id } = await sessions.request(requestOf(alice, { mode: 'gateway' }));
  for (const host of [undefined, 'ts2.corp.example', ...(back ? [undefined] : [])])
    await (await sessions.openCard(alice, id, 'gateway', '10.0.0.7', undefined, host)).card.destroy('authenticated');
  return { id, state: () => sessions.get(alice, id).state };
}
async function reviewed(made: Made, isDone: () => boolean) {
  made.sessions.reviewAll();
  while (!isDone()) {
    made.time.pass(1);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

// Sessions that go on were decided again for the host that they were asked for, wherever that had sent them.
describe('a session that its host has sent on', () => {
  it('ends when the rules no longer give the host where it is', async () => {
    const made = madeSessions(issuing);
    const { id, state } = await sentOn(made);
    made.world.rules = notThere;
    await inTime(
      reviewed(made, () => state() !== 'granted'),
      'the end of the session',
    );
    expect(made.sessions.get(alice, id).state).toBe('ended');
  });
  it('gets no other card there either', async () => {
    const made = madeSessions(issuing);
    const { id } = await sentOn(made);
    made.world.rules = notThere;
    const again = made.sessions.openCard(alice, id, 'gateway', '10.0.0.7', 'reauthentication');
    await expect(again).rejects.toMatchObject({ code: 'session-refused' });
  });
  it('is at its own host again when it is opened anew', async () => {
    const made = madeSessions(issuing);
    const { state } = await sentOn(made, true);
    const asked: string[] = [];
    made.world.rules = {
      ...notThere,
      decide(question) {
        asked.push(question.host.name);
        return notThere.decide(question);
      },
    };
    // Whoever is asked about in the first look has been when the second one is over.
    for (const looks of [1, 2])
      await inTime(
        reviewed(made, () => looks <= asked.length),
        'a look',
      );
    expect([...new Set(asked), state()]).toEqual(['ts1.corp.example', 'granted']);
  });
});

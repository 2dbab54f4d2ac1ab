import { beforeAll, describe, expect, it } from 'vitest';
import { alice, caller, type Issuing, type Made, madeIssuing, madeSessions, requestOf, rulesOf } from './made-sessions.ts';

let issuing: Issuing;
beforeAll(async () => {
  issuing = await madeIssuing();
});
const rules = (terms: string) => rulesOf(`@id("own") ${terms} permit (principal, action == Action::"open", resource);`);
const allowing = rules('@allows("reauthentication")');
async function opened(made: Made, given = allowing) {
  made.world.rules = given;
  const { id } = await made.sessions.request(requestOf(alice, { mode: 'gateway' }));
  const first = await made.sessions.openCard(alice, id, 'gateway', '10.0.0.8');
  const again = (by = alice) => made.sessions.openCard(by, id, 'gateway', '10.0.0.9', 'reauthentication');
  return { id, first, again };
}

describe('another card for a session that is open', () => {
  it('is a card of its own, with a certificate and entries of its own, that say what it is for', async () => {
    const made = madeSessions(issuing);
    const { id, first, again } = await opened(made);
    const { until } = made.sessions.get(alice, id);
    await expect(again()).rejects.toMatchObject({ code: 'session-card-live' });
    await first.card.destroy('authenticated');
    made.time.pass(100);
    const second = await again();
    expect(second.serialNumber).not.toBe(first.serialNumber);
    const purposes = made.entries('card-requested').map(({ card, purpose }) => [card, purpose]);
    expect(new Map(purposes as [string, unknown][])).toEqual(
      new Map([
        [first.id, undefined],
        [second.id, 'reauthentication'],
      ]),
    );
    expect(made.entries('card-issued')).toHaveLength(2);
    // It gives no time.
    expect(made.sessions.get(alice, id).until).toBe(until);
    await second.card.destroy('released');
  });
  it('is nobody else’s to ask for', async () => {
    const { first, again } = await opened(madeSessions(issuing));
    await first.card.destroy('authenticated');
    await expect(again(caller('bob'))).rejects.toMatchObject({ code: 'session-unknown' });
    await expect(again({ ...caller('root'), scopes: ['admin'] })).rejects.toMatchObject({ code: 'session-unknown' });
  });
  it('is refused where no rule allows it, which does not end the session', async () => {
    const made = madeSessions(issuing);
    const { id, first, again } = await opened(made, rules(''));
    await first.card.destroy('authenticated');
    await expect(again()).rejects.toMatchObject({ code: 'reauthentication-not-allowed' });
    // A rule that comes later gives nothing to what was granted before.
    made.world.rules = allowing;
    await expect(again()).rejects.toMatchObject({ code: 'reauthentication-not-allowed' });
    expect(made.sessions.get(alice, id).state).toBe('granted');
    expect(made.entries('card-requested')).toHaveLength(1);
  });
  it('is refused by the rules of now, and ends what they no longer give', async () => {
    const made = madeSessions(issuing);
    const { id, first, again } = await opened(made);
    await first.card.destroy('authenticated');
    made.world.rules = rules('');
    await expect(again()).rejects.toMatchObject({ code: 'reauthentication-not-allowed' });
    made.world.rules = rulesOf('@id("no") forbid (principal, action, resource);');
    await expect(again()).rejects.toMatchObject({ code: 'session-refused' });
    expect(made.sessions.get(alice, id).state).toBe('failed');
  });
  it('comes so often and no oftener, and not for ever', async () => {
    const made = madeSessions(issuing, { limits: { cardsPerSession: 6 } });
    const { first, again } = await opened(made);
    await first.card.destroy('authenticated');
    for (let i = 0; i < 3; i++) await (await again()).card.destroy('released');
    await expect(again()).rejects.toMatchObject({ code: 'too-many-requests', seconds: 60 });
    for (let i = 0; i < 2; i++) {
      made.time.pass(61);
      await (await again()).card.destroy('released');
    }
    made.time.pass(61);
    await expect(again()).rejects.toMatchObject({ code: 'session-cards-spent' });
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { CardKey, CardKeyKind } from '../../src/custody/card-key.ts';
import type { DestructionCause } from '../../src/custody/live-card.ts';
import type { CardIssuer } from '../../src/session/ports.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { block, generalAuthenticate, select } from '../piv/card-in-hand.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';
import { alice, caller, type Issuing, type Made, madeIssuing, madeSessions, requestOf, written } from './made-sessions.ts';

let issuing: Issuing;
beforeAll(async () => {
  issuing = await madeIssuing();
});
const granted = async (made: Made, by = alice) => (await made.sessions.request(requestOf(by))).id;
async function live(made: Made) {
  const id = await granted(made);
  return { id, held: await made.sessions.openCard(alice, id, 'card') };
}
/** Keys that are watched: which are not destroyed yet. */
function watched({ custody }: Issuing) {
  const alive = new Set<CardKey>();
  const take = async (kind: CardKeyKind) => {
    const key = await custody.take(kind);
    const own: CardKey = {
      ...key,
      destroy: async () => {
        await key.destroy();
        alive.delete(own);
      },
    };
    alive.add(own);
    return own;
  };
  return { alive, keys: { take } };
}
const causes = [
  'authenticated',
  'client-left',
  'released',
  'logon-failed',
  'key-lost',
] as const satisfies readonly DestructionCause[];

describe('a card', () => {
  it.each(causes)('is destroyed as %s, once, with an entry and its delay', async (cause) => {
    const made = madeSessions(issuing);
    const { id, held } = await live(made);
    await Promise.all([held.card.destroy(cause), held.card.destroy('released')]);
    await written();
    expect(made.entries('key-destroyed')).toMatchObject([{ session: id, card: held.id, cause }]);
    expect(made.sessions.get(alice, id)).toMatchObject({
      state: 'granted',
      cards: [{ state: 'destroyed', cause, operations: 0 }],
    });
    expect(made.sessions.cards.live).toBe(0);
    expect(made.time.timers, 'its timer is called off').toBe(1);
    expect(made.sessions.counters).toMatchObject({ cards: 1, destroyed: 1, authenticated: cause === 'authenticated' ? 1 : 0 });
  });
  it('journals each private operation, and its last one ends it', async () => {
    const made = madeSessions(issuing);
    const { id, held } = await live(made);
    const send = async (apdu: string) => hex((await held.card.transmit(bytes(apdu))).slice(-2));
    await send(select);
    await send(`00 20 00 80 08 ${hex(held.card.pin)}`);
    for (let i = 0; i < 12; i++) for (const apdu of generalAuthenticate(block())) await send(apdu);
    await expect.poll(() => made.sessions.cards.live).toBe(0);
    await written();
    expect(made.entries('key-operation').map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(made.entries('key-destroyed')).toMatchObject([{ cause: 'operations' }]);
    expect(made.sessions.get(alice, id).cards).toMatchObject([{ operations: 12 }]);
    expect(made.sessions.counters.operations).toBe(12);
  });
  it('is blocked by wrong PINs', async () => {
    const made = madeSessions(issuing);
    const { held } = await live(made);
    await held.card.transmit(bytes(select));
    for (let i = 0; i < 8; i++) await held.card.transmit(bytes('00 20 00 80 08 30 30 30 30 30 30 30 30'));
    await expect.poll(() => made.sessions.cards.live).toBe(0);
    await written();
    expect(made.entries('key-destroyed')).toMatchObject([{ cause: 'pin-blocked' }]);
  });
  it('expires when its time has passed, and says how late that was', async () => {
    const made = madeSessions(issuing);
    await live(made);
    made.time.pass(301);
    await expect.poll(() => made.sessions.cards.live).toBe(0);
    await written();
    expect(made.entries('key-destroyed')).toMatchObject([{ cause: 'expired' }]);
    expect(Number(made.entries('key-destroyed')[0]?.['delayMs'])).toBeGreaterThanOrEqual(0);
  });
  it('expires after a sleep in which no timer ran', async () => {
    const made = madeSessions(issuing);
    await live(made);
    made.time.set(301);
    made.time.pass(1);
    await expect.poll(() => made.sessions.cards.live).toBe(0);
  });
  it('lives no longer than its lifetime, however late the CA’s clock says', async () => {
    const issuer: CardIssuer = {
      name: 'late',
      async issue(request) {
        const issued = await issuing.issuer.issue(request);
        return issued.ok ? { ...issued, notAfter: issued.notAfter + 86_400 } : issued;
      },
    };
    const made = madeSessions(issuing, { ports: { issuer } });
    await live(made);
    made.time.pass(300);
    await expect.poll(() => made.sessions.cards.live).toBe(0);
  });
  it('is one at a time in its session, and so many one after the other', async () => {
    const made = madeSessions(issuing);
    const { id, held } = await live(made);
    await expect(made.sessions.openCard(alice, id, 'card')).rejects.toMatchObject({ code: 'session-card-live' });
    let card = held;
    for (let i = 1; i < 3; i++) {
      // Not waited for: the next one waits until this one is gone.
      void card.card.destroy('client-left');
      card = await made.sessions.openCard(alice, id, 'card');
    }
    await card.card.destroy('client-left');
    await expect(made.sessions.openCard(alice, id, 'card')).rejects.toMatchObject({ code: 'session-cards-spent' });
    expect(made.sessions.get(alice, id).cards).toHaveLength(3);
  });
});

describe('the end of a session', () => {
  it('answers when the key is gone, and nothing is minted after it', async () => {
    const { alive, keys } = watched(issuing);
    const made = madeSessions(issuing, { ports: { keys } });
    const { id, held } = await live(made);
    expect(alive.size).toBe(1);
    expect(await made.sessions.end(alice, id)).toMatchObject({
      state: 'ended',
      cause: 'ended-by-caller',
      cards: [{ state: 'destroyed' }],
    });
    expect(alive.size).toBe(0);
    expect(held.card.isDestroyed).toBe(true);
    expect(made.events().slice(-2)).toEqual(['key-destroyed', 'session-ended']);
    await expect(made.sessions.openCard(alice, id, 'card')).rejects.toMatchObject({ code: 'session-over' });
    expect(await made.sessions.end(alice, id), 'twice is once').toMatchObject({ state: 'ended' });
    expect(made.entries('session-ended')).toHaveLength(1);
  });
  it('for what was made of it: the key goes, nobody comes back, the journal says why', async () => {
    const made = madeSessions(issuing);
    const { id, held } = await live(made);
    await made.sessions.fail(id, 'other-account', 'the host logged on another account');
    expect(held.card.isDestroyed).toBe(true);
    expect(made.sessions.get(alice, id)).toMatchObject({
      ...{ state: 'failed', cause: 'other-account', sentence: 'the host logged on another account' },
      cards: [{ cause: 'logon-failed' }],
    });
    await expect(made.sessions.openCard(alice, id, 'card')).rejects.toMatchObject({ code: 'session-over' });
    await made.sessions.fail(id, 'idle', 'twice is once');
    expect(made.entries('session-ended')).toMatchObject([{ state: 'failed', cause: 'other-account' }]);
  });
  it('is seen by administrators, where it is not to be its owner alone', async () => {
    const made = madeSessions(issuing);
    const id = await granted(made);
    const admin = caller('admin', { scopes: ['admin'] });
    expect([made.sessions.get(admin, id).id, made.sessions.get(alice, id, 'own').id]).toEqual([id, id]);
    expect(() => made.sessions.get(admin, id, 'own')).toThrow('not yours');
  });
  it('that overtakes a mint takes the card with it', async () => {
    const { alive, keys } = watched(issuing);
    const made = madeSessions(issuing, { ports: { keys } });
    const id = await granted(made);
    const [opened, ended] = await Promise.all([made.sessions.openCard(alice, id, 'card'), made.sessions.end(alice, id)]);
    expect(opened.card.isDestroyed).toBe(true);
    expect(ended.cards).toMatchObject([{ state: 'destroyed', cause: 'session-ended' }]);
    expect(alive.size).toBe(0);
  });
  it('comes when its time is up', async () => {
    const { alive, keys } = watched(issuing);
    const made = madeSessions(issuing, { ports: { keys }, limits: { lifetime: 1800 } });
    const { id } = await live(made);
    made.time.set(3599);
    made.time.pass(2);
    await expect.poll(() => made.sessions.openSessions).toBe(0);
    expect(made.sessions.get(alice, id)).toMatchObject({ state: 'ended', cause: 'time-is-up' });
    expect(alive.size).toBe(0);
  });
  it('is told to whoever watches, as is every state of its card; a watcher that fails does no harm', async () => {
    const made = madeSessions(issuing);
    const id = await granted(made);
    const seen: string[] = [];
    made.sessions.watch(alice, id, () => {
      throw new Error('gone');
    });
    const stop = made.sessions.watch(alice, id, ({ state, cards }) => seen.push(`${state} ${cards.at(-1)?.state}`));
    await made.sessions.openCard(alice, id, 'card');
    await made.sessions.end(alice, id);
    stop();
    expect(seen).toEqual(['granted live', 'granted destroyed', 'ended destroyed']);
  });
});

describe('shutdown', () => {
  it('destroys every key, those in the making too, and leaves sessions to the next start', async () => {
    const { alive, keys } = watched(issuing);
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let asked = 0;
    const issuer: CardIssuer = {
      name: 'slow',
      async issue(request) {
        if (++asked === 2) await held;
        return issuing.issuer.issue(request);
      },
    };
    const made = madeSessions(issuing, { ports: { keys, issuer } });
    await live(made);
    const id = await granted(made);
    const minting = made.sessions.openCard(alice, id, 'card').catch((e: unknown) => e);
    await expect.poll(() => asked).toBe(2);
    const closing = made.sessions.close();
    await expect.poll(() => alive.size).toBe(1);
    letGo();
    await closing;
    expect(await minting).toMatchObject({ code: 'shutting-down' });
    expect(alive.size).toBe(0);
    expect(made.sessions.get(alice, id)).toMatchObject({ state: 'granted', cards: [{ state: 'destroyed', cause: 'shutdown' }] });
    await expect(made.sessions.request(requestOf(alice))).rejects.toMatchObject({ code: 'shutting-down' });
    await expect(made.sessions.openCard(alice, id, 'card')).rejects.toMatchObject({ code: 'shutting-down' });
    await written();
    expect(made.entries('key-destroyed').map(({ cause }) => cause)).toEqual(['shutdown', 'shutdown']);
    expect(made.time.timers).toBe(0);
  });
});

describe('a certificate', () => {
  const failing = (issue: CardIssuer['issue']): CardIssuer => ({ name: 'lab', issue });
  it('that the CA refuses fails the session, and the key is gone', async () => {
    const { alive, keys } = watched(issuing);
    const refused = [{ lint: 'sid', reason: 'the SID is refused', source: 'here' }];
    const made = madeSessions(issuing, { ports: { keys, issuer: failing(async () => ({ ok: false, refused })) } });
    const id = await granted(made);
    await expect(made.sessions.openCard(alice, id, 'card')).rejects.toMatchObject({ code: 'card-refused' });
    expect(alive.size).toBe(0);
    await written();
    expect(made.events().slice(2)).toEqual(['card-requested', 'card-refused', 'session-ended']);
    expect(made.sessions.get(alice, id)).toMatchObject({
      state: 'failed',
      cause: 'card-refused',
      cards: [{ state: 'destroyed' }],
    });
    expect(made.sessions.counters.destroyed, 'no card was ever there').toBe(0);
  });
  it('waits for a CA process that is away, at the cost of one key, and then comes without a new session', async () => {
    const { alive, keys } = watched(issuing);
    const take = vi.spyOn(keys, 'take');
    const state = { away: true };
    const issuer = failing((request) =>
      state.away ? Promise.reject(new MayflyError('ca-unreachable', 'no CA process answers')) : issuing.issuer.issue(request),
    );
    const made = madeSessions(issuing, { ports: { keys, issuer } });
    const id = await granted(made);
    for (let i = 0; i < 10; i++)
      await expect(made.sessions.openCard(alice, id, 'card')).rejects.toMatchObject({ code: 'ca-unreachable' });
    expect([take.mock.calls.length, alive.size]).toEqual([1, 0]);
    state.away = false;
    made.time.pass(1);
    await made.sessions.openCard(alice, id, 'card');
    expect(made.sessions.get(alice, id)).toMatchObject({ state: 'granted', until: made.time.clock() + 3600 });
  });
  it('is not released when its entry cannot be written', async () => {
    const { alive, keys } = watched(issuing);
    const made = madeSessions(issuing, { ports: { keys } });
    const id = await granted(made);
    const commit = made.store.commit.bind(made.store);
    vi.spyOn(made.store, 'commit').mockImplementation((change) =>
      change.entries.some(({ event }) => event === 'card-issued')
        ? Promise.reject(new MayflyError('store-full', 'there is no room left for the journal'))
        : commit(change),
    );
    await expect(made.sessions.openCard(alice, id, 'card')).rejects.toMatchObject({ code: 'store-full' });
    expect([alive.size, made.sessions.cards.live]).toEqual([0, 0]);
    await written();
    expect(made.events().slice(2)).toEqual(['card-requested', 'card-refused']);
    vi.restoreAllMocks();
    await made.sessions.openCard(alice, id, 'card');
  });
  it('costs no entry when no key is ready', async () => {
    const take = () => Promise.reject(new MayflyError('custody-busy', 'no key is ready'));
    const made = madeSessions(issuing, { ports: { keys: { take } } });
    const id = await granted(made);
    await expect(made.sessions.openCard(alice, id, 'card')).rejects.toMatchObject({ code: 'custody-busy' });
    expect(made.events()).toHaveLength(2);
    expect(made.sessions.get(alice, id)).toMatchObject({ state: 'granted', cards: [] });
  });
});

it('sessions of two callers mint side by side', async () => {
  const made = madeSessions(issuing);
  const bob = caller('bob');
  const ids = await Promise.all([granted(made), granted(made, bob)]);
  const [a, b] = await Promise.all([made.sessions.openCard(alice, ids[0], 'card'), made.sessions.openCard(bob, ids[1], 'card')]);
  expect(a.serialNumber).not.toBe(b.serialNumber);
  await sleep(0);
  expect(made.sessions.cards.live).toBe(2);
});

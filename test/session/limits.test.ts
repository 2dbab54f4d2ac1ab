import { beforeAll, describe, expect, it } from 'vitest';
import { Counters } from '../../src/session/counters.ts';
import { RateLimit } from '../../src/session/rate-limit.ts';
import { SessionEvents } from '../../src/session/session-events.ts';
import { Turns } from '../../src/session/turns.ts';
import { alice, caller, type Issuing, madeIssuing, madeSessions, requestOf, written } from './made-sessions.ts';

let issuing: Issuing;
beforeAll(async () => {
  issuing = await madeIssuing();
});

const codeOf = (e: unknown) => (e as { readonly code: string }).code;

describe('requests', () => {
  it('are limited per caller, who is told when to come again; others are let in', async () => {
    const { sessions, time } = madeSessions(issuing, { limits: { perCaller: { burst: 2, perMinute: 6 } } });
    const ask = (name: string) => sessions.request(requestOf(caller(name)));
    await Promise.all([ask('alice'), ask('alice')]);
    await expect(ask('alice')).rejects.toMatchObject({ code: 'too-many-requests', next: 'try again in 10 s' });
    await ask('bob');
    time.pass(10);
    await ask('alice');
    await expect(ask('alice')).rejects.toMatchObject({ code: 'too-many-requests' });
  });
  it('are limited in all', async () => {
    const { sessions } = madeSessions(issuing, { limits: { inAll: { burst: 3, perMinute: 60 } } });
    const all = await Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => sessions.request(requestOf(caller(name)))));
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
  });
  it('are refused when as many sessions are open or being decided as may be, in all and of one caller', async () => {
    const { sessions } = madeSessions(issuing, { limits: { open: 3, openPerCaller: 2 } });
    const ask = (name: string) => sessions.request(requestOf(caller(name)));
    const { id } = await ask('alice');
    await ask('alice');
    await expect(ask('alice')).rejects.toMatchObject({ code: 'too-many-sessions', next: 'try again in 30 s' });
    const both = await Promise.allSettled([ask('bob'), ask('carol')]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await sessions.end(alice, id);
    await ask('alice');
    expect(sessions.openSessions).toBe(3);
  });
});

it('cards are limited in all, those in the making too; a slot is free again when a key is gone', async () => {
  const { sessions } = madeSessions(issuing, { limits: { live: 2 } });
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) ids.push((await sessions.request(requestOf(alice))).id);
  const all = await Promise.allSettled(ids.map((id) => sessions.openCard(alice, id, 'card')));
  expect(all.map((each) => (each.status === 'rejected' ? codeOf(each.reason) : each.status))).toEqual([
    'fulfilled',
    'fulfilled',
    'too-many-cards',
  ]);
  await sessions.end(alice, ids[0] ?? '');
  await sessions.openCard(alice, ids[2] ?? '', 'card');
});

it('one session takes only so many requests at once, and all of them come to an end', async () => {
  const { sessions } = madeSessions(issuing);
  const { id } = await sessions.request(requestOf(alice));
  const asked = Array.from({ length: 100 }, () => sessions.openCard(alice, id, 'card'));
  const ending = sessions.end(alice, id);
  const all = await Promise.allSettled(asked);
  const codes = all.map((each) => (each.status === 'rejected' ? codeOf(each.reason) : each.status));
  expect(codes.filter((code) => code === 'fulfilled')).toHaveLength(1);
  expect(codes.filter((code) => code === 'session-card-live')).toHaveLength(31);
  expect(codes.filter((code) => code === 'too-many-requests')).toHaveLength(68);
  expect(await ending, 'the end is none of them').toMatchObject({ state: 'ended' });
});

describe('what is remembered', () => {
  it('of callers is bounded, and a bucket never holds more than it may', () => {
    const limit = new RateLimit({ burst: 1, perMinute: 60 });
    for (let i = 0; i < 30_000; i++) limit.take(`caller ${i}`, 0);
    expect(limit.size).toBe(10_000);
    expect(limit.take('caller 29999', 0)).toBe(1);
    expect(limit.take('caller 29999', 3_600_000)).toBeUndefined();
    expect(limit.take('caller 29999', 3_600_000)).toBe(1);
  });
  it('of causes of refusals is bounded', () => {
    const counters = new Counters();
    for (let i = 0; i < 1000; i++) counters.refused(`cause ${i}`);
    expect(counters.refusals.size).toBe(201);
    expect(counters.refusals.get('other')).toBe(800);
  });
  it('of watchers is bounded, and nothing is left of those who stop', () => {
    const events = new SessionEvents(2);
    const stops = [1, 2, 3].map(() => events.watch('s', () => undefined));
    expect(stops.map((stop) => stop !== undefined)).toEqual([true, true, false]);
    for (const stop of stops) stop?.();
    expect(events.size).toBe(0);
    stops[0]?.();
    expect(events.watch('s', () => undefined)).toBeDefined();
  });
  it('of turns is nothing when they are over, whether they went well or not', async () => {
    const turns = new Turns();
    const order: number[] = [];
    const work = (n: number) => async () => {
      await written();
      order.push(n);
      if (n === 1) throw new Error('no');
    };
    await Promise.allSettled([0, 1, 2].map((n) => turns.take('s', work(n))));
    expect(order).toEqual([0, 1, 2]);
    expect(turns.isBusy('s')).toBe(false);
  });
});

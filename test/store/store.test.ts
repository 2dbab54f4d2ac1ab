import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { Store } from '../../src/store/store.ts';
import { entry, session } from './made-entry.ts';
import { newPath, opened } from './made-store.ts';
import { seenFromOutside } from './seen.ts';

const record = (id: string, of: string, state: 'requested' | 'live' | 'destroyed') => ({ id, session: of, state, operations: 0 });

describe('a commit', () => {
  it('is in the file when it says so, and with it everything that was noted before', async () => {
    const store = opened();
    store.note({ entries: [entry(1)] });
    const committing = store.commit({ entries: [entry(2), entry(3)], session: session('s'), card: record('c', 's', 'live') });
    expect(seenFromOutside(store.path).entries).toBe(0);
    await committing;
    expect(seenFromOutside(store.path)).toEqual({ entries: 3, faults: [] });
    expect(store.entries({ limit: 9 }).map(({ text }) => (JSON.parse(text) as { card: string }).card)).toEqual([
      'c1',
      'c2',
      'c3',
    ]);
    expect(store.session('s')).toMatchObject({ id: 's', state: 'granted' });
    expect(store.cardsOf('s')).toEqual([record('c', 's', 'live')]);
    const database = new DatabaseSync(store.path);
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    database.close();
  });
  it('shares one flush with all that wait together, in their order', async () => {
    const store = opened();
    const order: number[] = [];
    await Promise.all(Array.from({ length: 500 }, (_, i) => store.commit({ entries: [entry(i)] }).then(() => order.push(i))));
    expect(order).toEqual(Array.from({ length: 500 }, (_, i) => i));
    expect(seenFromOutside(store.path)).toEqual({ entries: 500, faults: [] });
  });
  it('that cannot be written fails alone', async () => {
    const failed: string[] = [];
    const store = opened(newPath(), { failed: (e) => failed.push(e.code) });
    const bad = { ...entry(2), at: 1.5 } satisfies JournalEntry;
    const strange = { event: 'no such event', at: 1 } as unknown as JournalEntry;
    store.note({ entries: [strange] });
    const all = await Promise.allSettled(
      [[entry(1)], [bad], [entry(3), strange], [entry(4)]].map((entries) => store.commit({ entries })),
    );
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(store.entries({ limit: 9 }).map(({ text }) => (JSON.parse(text) as { card: string }).card)).toEqual(['c1', 'c4']);
    expect([failed, store.fault]).toEqual([['journal-entry'], undefined]);
  });
  it('is refused when too many wait', async () => {
    const store = opened();
    const all = await Promise.allSettled(Array.from({ length: 10_001 }, () => store.commit({ entries: [] })));
    expect(all.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { code: 'store-busy' } }]);
  });
  it('after the end is refused, and what was noted before it is written', async () => {
    const store = opened();
    store.note({ entries: [entry(1)] });
    store.close();
    store.close();
    await expect(store.commit({ entries: [entry(2)] })).rejects.toMatchObject({ code: 'store-closed' });
    store.note({ entries: [entry(3)] });
    expect(seenFromOutside(store.path)).toEqual({ entries: 1, faults: [] });
  });
});

describe('a file', () => {
  it('and everything beside it is its owner’s alone', async () => {
    const umask = process.umask(0);
    const store = opened(newPath(), { isService: true });
    await store.commit({ entries: [entry(1)] });
    process.umask(umask);
    const folder = dirname(store.path);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const names = readdirSync(folder);
    expect(names.length).toBeGreaterThanOrEqual(4);
    for (const name of names) expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
  });
  it('belongs to one service; commands write beside it, and the chain stays one', async () => {
    const service = opened(newPath(), { isService: true });
    expect(() => Store.open(service.path, { isService: true })).toThrow(expect.objectContaining({ code: 'service-runs' }));
    const command = opened(service.path);
    for (let i = 0; i < 20; i++) {
      await service.commit({ entries: [entry(i)] });
      command.saveToken(`t${i}`, 'value', { event: 'token-created', at: 1, token: `t${i}`, name: 'n', scopes: [], by: 'me' });
    }
    expect(seenFromOutside(service.path)).toEqual({ entries: 40, faults: [] });
    expect(service.token('t7')).toBe('value');
    expect(service.tokens()).toHaveLength(20);
    service.close();
    opened(service.path, { isService: true }).close();
  });
  it.each([
    ['deleted', (path: string) => rmSync(path)],
    [
      'replaced',
      (path: string) => {
        renameSync(path, `${path}.old`);
        writeFileSync(path, '');
      },
    ],
    ['left without its log', (path: string) => rmSync(`${path}-wal`)],
  ])('that was %s takes no more commits, with a reason', async (_, harm) => {
    const store = opened();
    await store.commit({ entries: [entry(1)] });
    harm(store.path);
    await expect(store.commit({ entries: [entry(2)] })).rejects.toMatchObject({ code: 'store-moved' });
    expect(store.fault).toMatchObject({ code: 'store-moved' });
    expect(() =>
      store.saveToken('t', 'v', { event: 'token-created', at: 1, token: 't', name: 'n', scopes: [], by: 'me' }),
    ).toThrow(expect.objectContaining({ code: 'store-moved' }));
  });
  it('that was moved and put back goes on', async () => {
    const store = opened();
    await store.commit({ entries: [entry(1)] });
    renameSync(store.path, `${store.path}.old`);
    store.note({ entries: [entry(2)], session: session('s', { state: 'ended' }) });
    await expect(store.commit({ entries: [entry(3)] })).rejects.toMatchObject({ code: 'store-moved' });
    expect(store.session('s'), 'what was noted is known all the same').toMatchObject({ state: 'ended' });
    await expect(store.commit({ entries: [entry(4)] }), 'at once').rejects.toMatchObject({ code: 'store-moved' });
    renameSync(`${store.path}.old`, store.path);
    await expect.poll(() => store.fault).toBeUndefined();
    await store.commit({ entries: [entry(5)] });
    expect(seenFromOutside(store.path).faults).toEqual([]);
  });
  it('that is no database, or a damaged one, is refused', async () => {
    const path = newPath();
    const store = opened(path);
    await store.commit({ entries: Array.from({ length: 300 }, (_, i) => entry(i)) });
    store.close();
    const database = new DatabaseSync(path);
    database.exec(
      `DROP TRIGGER journal_is_not_changed; UPDATE journal SET entry = replace(entry, 'c299', 'c298') WHERE seq = 300`,
    );
    database.close();
    expect(() => Store.open(path)).toThrow(expect.objectContaining({ code: 'store-damaged' }));
    writeFileSync(path, 'not a database, and longer than a header of a hundred octets would be, '.repeat(100));
    expect(() => Store.open(path)).toThrow(expect.objectContaining({ code: 'store-damaged' }));
  });
  it('takes neither UPDATE nor DELETE on its journal', async () => {
    const store = opened();
    await store.commit({ entries: [entry(1)] });
    const database = new DatabaseSync(store.path);
    expect(() => database.exec('DELETE FROM journal')).toThrow('append-only');
    expect(() => database.exec('UPDATE journal SET at = 0')).toThrow('append-only');
    database.close();
  });
});

describe('sessions', () => {
  it('are listed newest first, of their owners alone, page by page', async () => {
    const store = opened();
    const of = (issuer: string, subject: string) => ({
      issuer,
      subject,
      userPrincipalName: undefined,
      groups: [],
      claims: {},
      strength: [],
    });
    for (let i = 0; i < 10; i++) {
      const caller = { id: i % 2 === 0 ? 'token:a' : 'token:b', name: 'x' };
      const person = of(i < 5 ? 'i' : 'i#x', i < 5 ? 'x#p' : 'p');
      await store.commit({
        entries: [],
        session: session(`s${i}`, { caller, person, state: i % 3 === 0 ? 'ended' : 'granted' }),
      });
    }
    const ids = (filter: Partial<Parameters<Store['sessions']>[0]>) =>
      store.sessions({ limit: 100, ...filter }).map(({ id }) => id);
    expect(ids({})).toEqual(['s9', 's8', 's7', 's6', 's5', 's4', 's3', 's2', 's1', 's0']);
    expect(ids({ of: { caller: 'token:a', person: undefined } })).toEqual(['s8', 's6', 's4', 's2', 's0']);
    expect(ids({ of: { caller: 'token:b', person: 'i#x#p' } }), 'or of the person').toEqual([
      's9',
      's7',
      's5',
      's4',
      's3',
      's2',
      's1',
      's0',
    ]);
    expect(ids({ of: { caller: 'token:c', person: 'i%23x#p' } }), 'names that look alike are two').toEqual([
      's9',
      's8',
      's7',
      's6',
      's5',
    ]);
    expect(ids({ state: 'ended', before: 's6' })).toEqual(['s3', 's0']);
    expect(ids({ limit: 3, before: 's5' })).toEqual(['s4', 's3', 's2']);
    expect(store.openSessions().map(({ id }) => id)).toEqual(['s1', 's2', 's4', 's5', 's7', 's8']);
  });
  it('keep their place when they change, and their cards', async () => {
    const store = opened();
    await store.commit({ entries: [], session: session('a'), card: record('c1', 'a', 'requested') });
    await store.commit({ entries: [], session: session('b') });
    await store.commit({ entries: [], session: session('a', { state: 'ended' }), card: record('c2', 'a', 'live') });
    store.note({ entries: [], card: record('c1', 'a', 'destroyed') });
    expect(
      store.cardsOf('a').map(({ id, state }) => `${id} ${state}`),
      'a note is seen at once',
    ).toEqual(['c1 destroyed', 'c2 live']);
    expect(store.sessions({ limit: 9 }).map(({ id, state }) => `${id} ${state}`)).toEqual(['b granted', 'a ended']);
    await store.commit({ entries: [] });
    expect(store.openCards()).toEqual([record('c2', 'a', 'live')]);
  });
});

it('entries are found by what they say and when', async () => {
  const store = opened();
  await store.commit({ entries: [entry(1, 'a'), entry(2, 'b'), entry(3, 'a'), { event: 'service-stopped', at: 1_790_000_004 }] });
  const found = (filter: Partial<Parameters<Store['entries']>[0]>) =>
    store.entries({ limit: 9, ...filter }).map(({ sequence }) => sequence);
  expect(found({})).toEqual([1, 2, 3, 4]);
  expect(found({ session: 'a' })).toEqual([1, 3]);
  expect(found({ event: 'service-stopped' })).toEqual([4]);
  expect(found({ since: 1_790_000_002, until: 1_790_000_003 })).toEqual([2, 3]);
  expect(found({ after: 1, limit: 2 })).toEqual([2, 3]);
  expect(store.head.sequence).toBe(4);
});

import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../src/journal/checkpoint.ts';
import { appendCheckpoint, checkpointFiles, checkpointLines } from '../../src/store/checkpoint-file.ts';
import { Checkpoints } from '../../src/store/checkpoints.ts';
import type { Store } from '../../src/store/store.ts';
import { madeKey } from '../journal/made-journal.ts';
import { entry } from './made-entry.ts';
import { newFolder, newPath, opened } from './made-store.ts';

const key = madeKey();
function options(store: Store, given: Partial<Parameters<typeof Checkpoints.start>[0]> = {}) {
  const told: (string | undefined)[] = [];
  const file = join(newFolder(), 'outside', 'checkpoints.jsonl');
  return {
    ...key,
    store,
    file,
    clock: () => 1_790_000_000,
    told: (e: { code: string } | undefined) => told.push(e?.code),
    log: told,
    ...given,
  };
}
const sequences = async (file: string) =>
  (await checkpointLines(file)).map(({ line }) => {
    const read = readCheckpoint(line, key.verifier);
    return read.ok ? read.checkpoint.sequence : read.fault;
  });

describe('checkpoints', () => {
  it('are written at start, after so many entries, after a time with entries, and at the end; never of nothing new', async () => {
    const store = opened();
    await store.commit({ entries: [entry(1)] });
    const given = options(store, { entries: 5 });
    const checkpoints = await Checkpoints.start(given);
    expect(await sequences(given.file)).toEqual([1]);
    await checkpoints.write();
    expect(await sequences(given.file), 'its own entry is no news').toEqual([1]);
    await store.commit({ entries: [2, 3, 4, 5, 6, 7].map((n) => entry(n)) });
    await expect.poll(() => sequences(given.file)).toEqual([1, 8]);
    await store.commit({ entries: [entry(8)] });
    await checkpoints.close();
    expect(await sequences(given.file)).toEqual([1, 8, 10]);
    expect(
      store.entries({ event: 'checkpoint', limit: 9 }).map(({ text }) => (JSON.parse(text) as { sequence: number }).sequence),
    ).toEqual([1, 8, 10]);
    expect(statSync(given.file).mode & 0o777).toBe(0o600);
    expect(given.log.every((fault) => fault === undefined)).toBe(true);
  });
  it('of before are held against the journal: one that is behind, or another one, does not start', async () => {
    const path = newPath();
    const store = opened(path);
    await store.commit({ entries: [entry(1), entry(2), entry(3)] });
    const given = options(store);
    await (await Checkpoints.start(given)).close();
    await (await Checkpoints.start(given)).close();
    const older = opened();
    await older.commit({ entries: [entry(1)] });
    const pretend = { ...older, entries: older.entries.bind(older), head: older.head, journal: { name: store.journal.name } };
    await expect(Checkpoints.start({ ...given, store: pretend as unknown as Store })).rejects.toMatchObject({
      code: 'journal-behind',
    });
    await older.commit({ entries: [entry(20), entry(30), entry(40)] });
    await expect(Checkpoints.start({ ...given, store: pretend as unknown as Store })).rejects.toMatchObject({
      code: 'journal-behind',
      message: expect.stringContaining('was signed at 2026-') as string,
    });
  });
  it('that cannot be written are told of and written later', async () => {
    const store = opened();
    await store.commit({ entries: [entry(1)] });
    const folder = newFolder();
    const given = options(store, { file: join(folder, 'taken', 'checkpoints.jsonl'), interval: 10 });
    writeFileSync(join(folder, 'taken'), 'no folder');
    const checkpoints = await Checkpoints.start(given);
    expect(given.log).toEqual(['checkpoint-read', 'checkpoint-write']);
    rmSync(join(folder, 'taken'));
    await expect.poll(() => given.log.at(-1)).toBeUndefined();
    expect((await sequences(given.file)).length).toBe(1);
    await checkpoints.close();
  });
});

describe('the file', () => {
  it('is set aside when it is full, and all of them are read in order', async () => {
    const file = join(newFolder(), 'c');
    for (let i = 0; i < 10; i++) await appendCheckpoint(file, `line ${i}`, 20);
    expect(checkpointFiles(file).map((path) => path.slice(file.length))).toEqual(['.1', '.2', '.3', '']);
    expect((await checkpointLines(file)).map(({ line }) => line)).toEqual(Array.from({ length: 10 }, (_, i) => `line ${i}`));
    expect((await checkpointLines(file)).at(4)?.where).toBe(`${file}.2:2`);
  });
  it('may be taken away, and goes on behind a line that a full disk left unfinished', async () => {
    const file = join(newFolder(), 'c');
    await appendCheckpoint(file, 'one');
    rmSync(file);
    await appendCheckpoint(file, 'two');
    writeFileSync(file, 'two\nthr');
    await appendCheckpoint(file, 'four');
    expect(readFileSync(file, 'utf8')).toBe('two\nthr\nfour\n');
  });
});

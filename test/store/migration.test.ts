import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openForReading } from '../../src/store/database.ts';
import { Store } from '../../src/store/store.ts';
import { entry } from './made-entry.ts';
import { newFolder, opened } from './made-store.ts';
import { seenFromOutside } from './seen.ts';

const vectors = join(import.meta.dirname, '..', 'vectors', 'store');
/** A database as an older version left it. */
function ofVersion(version: number): string {
  const path = join(newFolder(), 'mayfly.sqlite');
  const database = new DatabaseSync(path);
  database.exec(readFileSync(join(vectors, `version-${version}.sql`), 'utf8'));
  database.close();
  return path;
}
const versionOf = (path: string) => {
  const database = new DatabaseSync(path);
  const row = database.prepare('PRAGMA user_version').get();
  database.close();
  return row?.['user_version'];
};

it('a database of version 1 is brought forward with everything in it, and its chain goes on', async () => {
  const path = ofVersion(1);
  const store = opened(path);
  expect(store.head.sequence).toBe(3);
  expect(store.sessions({ limit: 9 })).toMatchObject([{ id: 'b0', state: 'ended' }]);
  expect(store.token('t1')).toBe('{"name":"launcher"}');
  expect(store.journal.name).toMatch(/^[0-9a-f]{16}$/);
  await store.commit({ entries: [entry(1)] });
  expect(seenFromOutside(path)).toEqual({ entries: 4, faults: [] });
  expect(versionOf(path)).toBe(2);
  const { name } = store.journal;
  store.close();
  expect(opened(path).journal.name, 'once').toBe(name);
});
it('an old database can be read without changing it', () => {
  const path = ofVersion(1);
  expect(seenFromOutside(path)).toEqual({ entries: 3, faults: [] });
  expect(versionOf(path)).toBe(1);
});
it('a newer one is refused, read and written, and stays as it is', () => {
  const path = ofVersion(1);
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 99');
  database.close();
  const before = readFileSync(path);
  const newer = expect.objectContaining({
    code: 'store-newer',
    message: expect.stringContaining('version 99') as string,
  }) as Error;
  expect(() => Store.open(path)).toThrow(newer);
  expect(() => openForReading(path)).toThrow(newer);
  expect(readFileSync(path).subarray(40)).toEqual(before.subarray(40));
});
it('a step that fails leaves the version before', () => {
  const path = ofVersion(1);
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE journal_name (other TEXT)');
  database.close();
  expect(() => Store.open(path)).toThrow(expect.objectContaining({ code: 'store-write' }));
  expect(versionOf(path)).toBe(1);
});

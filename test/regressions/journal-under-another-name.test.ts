import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { Checkpoints } from '../../src/store/checkpoints.ts';
import { Store } from '../../src/store/store.ts';
import { madeKey } from '../journal/made-journal.ts';
import { entry } from '../store/made-entry.ts';
import { newFolder, newPath } from '../store/made-store.ts';

/** Checkpoints of another journal were passed over at a start: renamed or thrown away, a journal began anew and nobody noticed. */
it.each([
  ['renamed', (path: string) => new DatabaseSync(path).exec("UPDATE journal_name SET name = 'another'")],
  ['thrown away', (path: string) => rmSync(path)],
])('a journal that was %s does not start beside the checkpoints of the one before', async (_, change) => {
  const path = newPath();
  const options = {
    ...madeKey(),
    file: join(newFolder(), 'checkpoints.jsonl'),
    clock: () => 1_790_000_000,
    told: () => undefined,
  };
  const before = Store.open(path);
  await before.commit({ entries: [entry(1), entry(2)] });
  await (await Checkpoints.start({ ...options, store: before })).close();
  before.close();
  change(path);
  const after = Store.open(path);
  await expect(Checkpoints.start({ ...options, store: after })).rejects.toMatchObject({ code: 'journal-behind' });
  rmSync(options.file);
  await (await Checkpoints.start({ ...options, store: after })).close();
  after.close();
});

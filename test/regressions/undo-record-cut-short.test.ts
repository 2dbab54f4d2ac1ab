import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { UndoRecord } from '../../src/directory/undo-record.ts';

const folder = mkdtempSync(join(tmpdir(), 'mayfly-undo-'));
afterEach(() => rmSync(folder, { recursive: true }));

it('an undo record that a crash cut short is written on, and still read: the next line was glued to the torn one', async () => {
  const record = new UndoRecord(join(folder, 'corp.undo'));
  await record.append({ at: 'a', forest: 'corp.example', action: 'create', name: 'CN=1' });
  const whole = readFileSync(record.path, 'utf8');
  for (const torn of ['{"at":"b","for', '{']) {
    writeFileSync(record.path, `${whole}${torn}`);
    await record.append({ at: 'c', forest: 'corp.example', action: 'create', name: 'CN=2' });
    expect((await record.open('corp.example')).map(({ name }) => name)).toEqual(['CN=2', 'CN=1']);
  }
  writeFileSync(record.path, '{"at":"nothing bu');
  await record.append({ at: 'c', forest: 'corp.example', action: 'create', name: 'CN=2' });
  expect((await record.open('corp.example')).map(({ name }) => name)).toEqual(['CN=2']);
});

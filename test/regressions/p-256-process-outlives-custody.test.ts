import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Custody } from '../../src/custody/custody.ts';

const children = (): string[] =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
/** The processes that were not there before. */
const since = (before: readonly string[]) => children().filter((pid) => !before.includes(pid));
const code = (expected: string): unknown => expect.objectContaining({ name: 'MayflyError', code: expected });

// close() knew of keys that were made only: a process that was still starting outlived it, with its key.
it.runIf(process.platform === 'linux')('custody that closes while a P-256 key is made leaves no process', async () => {
  const before = children();
  const custody = new Custody({ poolSize: 0 });
  const taken = expect(custody.take('p-256')).rejects.toEqual(code('custody-closed'));
  expect(since(before)).toHaveLength(1);
  await custody.close();
  expect(since(before)).toEqual([]);
  await taken;
});

// The second message that could not be sent was an `error` event that nobody listened to, and ended the whole process.
it.runIf(process.platform === 'linux')('a P-256 process that died is asked several times at once', async () => {
  const before = children();
  const custody = new Custody({ poolSize: 0 });
  const key = await custody.take('p-256');
  process.kill(Number(since(before)[0]), 'SIGKILL');
  // Without a turn of the loop, so that nobody knows yet.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  const operations = [1, 2, 3].map(() => expect(key.operate(new Uint8Array(32))).rejects.toEqual(code('key-lost')));
  await Promise.all(operations);
  await key.destroy();
  expect(custody.live).toBe(0);
  await custody.close();
});

// Each start that failed at once kept its place among the 16 processes for ever.
it('a P-256 process that cannot be started takes no place', async () => {
  const custody = new Custody({ poolSize: 0 });
  const { execPath } = process;
  process.execPath = '/dev/null/node';
  try {
    for (let i = 0; i < 17; i++) await expect(custody.take('p-256')).rejects.toEqual(code('key-lost'));
  } finally {
    process.execPath = execPath;
  }
  await (await custody.take('p-256')).destroy();
  await custody.close();
});

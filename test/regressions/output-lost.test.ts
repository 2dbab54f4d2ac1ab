import { expect, it } from 'vitest';
import { newHome, spawned } from '../cli/mayfly.ts';

// A full disk or a reader that had left ended commands with an unhandled 'error' event and its stack trace.
const home = newHome();
const into = (target: string) => ['sh', '-c', `exec "$@" ${target}`, 'sh'];
it.each([['--help'], ['config', 'check'], ['ca', 'list', '--json']])('%s into a full device says so', async (...args) => {
  const { code, stderr } = await spawned(home, args, into('>/dev/full'));
  expect({ code, stderr: stderr.split('\n')[0] }).toEqual({
    code: 1,
    stderr: 'mayfly: cannot write to standard output (ENOSPC)',
  });
});
it('a reader that has left is no fault', async () => {
  const { code, stderr } = await spawned(home, ['config', 'check'], ['sh', '-c', '{ "$@"; echo $? >&2; } | :', 'sh']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '0\n' });
});

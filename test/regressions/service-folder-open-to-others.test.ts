import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newHome, spawned } from '../cli/mayfly.ts';

/** The CA's folder was looked at, the service's was not: who could write there could put a journal and tokens of their own in it. */
it.each([0o777, 0o770, 0o750])('a service does not start in a folder of mode %o', async (mode) => {
  const made = newHome();
  const folder = join(made.home, 'service');
  mkdirSync(folder);
  chmodSync(folder, mode);
  const ran = await spawned(made, ['serve', '--listen', '127.0.0.1:0', '--public-http', '127.0.0.1:0']);
  expect(ran).toMatchObject({ code: 1, stderr: expect.stringMatching(/service is open to others .*chmod 700/s) as string });
});

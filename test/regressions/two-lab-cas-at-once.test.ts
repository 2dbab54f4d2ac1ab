import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newHome, serve, spawned } from '../cli/mayfly.ts';

// Each wrote a passphrase of its own to the same file, and the one that came too late took the file away: nobody could open the key.
it('of two who make the same lab CA at once one succeeds, and its passphrase stays', async () => {
  const home = newHome();
  const init = ['ca', 'init', '--lab', '--key', 'p-256', '--domain', 'lab.test'];
  const codes = (await Promise.all([1, 2, 3].map(() => spawned(home, init)))).map(({ code }) => code);
  expect(codes.toSorted((a, b) => a - b)).toEqual([0, 1, 1]);
  expect(readdirSync(join(home.home, 'ca')).toSorted()).toEqual(['default', 'default.passphrase']);
  await (await serve(home, { args: ['ca', 'serve'] })).stop();
});

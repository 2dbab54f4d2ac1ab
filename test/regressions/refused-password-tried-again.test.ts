import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { simpleBind } from '../../src/cli/commands/simple-bind.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { temporaryFolder } from '../ca/made-ca.ts';

// Whoever asked for /readyz, without a token, made one attempt a second: the account was locked before anybody saw the alarm.
it('a password that was refused is not shown again for ten minutes, unless it is another one', async () => {
  const file = join(temporaryFolder(), 'password');
  let now = 0;
  let right = 'new';
  const tried: string[] = [];
  const bind = simpleBind({ account: 'svc@corp.example', password: { file } }, () => now);
  const attempt = () =>
    bind(async (_, password) => {
      tried.push(password);
      if (password !== right) throw new MayflyError('directory-credentials', 'account or password is wrong');
    }).catch((e: unknown) => (e instanceof MayflyError ? e.code : e));
  writeFileSync(file, 'old', { mode: 0o600 });
  for (let i = 0; i < 100; i++) expect(await attempt()).toBe('directory-credentials');
  expect(tried).toEqual(['old']);
  writeFileSync(file, 'new\n');
  expect([await attempt(), await attempt()]).toEqual([undefined, undefined]);
  expect(tried).toEqual(['old', 'new', 'new']);
  right = 'newer';
  expect([await attempt(), await attempt()]).toEqual(['directory-credentials', 'directory-credentials']);
  right = 'new';
  now = 600_000;
  expect(await attempt()).toBeUndefined();
  expect(tried).toEqual(['old', 'new', 'new', 'new', 'new']);
});

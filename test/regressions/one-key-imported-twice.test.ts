import { createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mayfly, newHome, SECRET } from '../cli/mayfly.ts';

// Under another name the same key was served by two processes, whose CRLs had the same numbers and knew nothing of each other.
it('a key that a CA of the data folder has already is not imported', async () => {
  const home = newHome();
  const options = ['--domain', 'corp.example', '--passphrase-file', home.passphraseFile];
  expect((await mayfly(home, 'ca', 'init', '--key', 'p-256', '--with-root', ...options)).code).toBe(0);
  for (const [name, path] of [
    ['issuing', 'ca/default'],
    ['root', 'ca/default/root'],
  ] as const) {
    const read = (file: string) => readFileSync(join(home.home, path, file), 'utf8');
    const key = createPrivateKey({ key: read('ca.key'), passphrase: SECRET }).export({ format: 'pem', type: 'pkcs8' });
    const both = join(home.beside, `${name}.pem`);
    writeFileSync(both, `${key.toString()}${read('ca.crt')}`);
    const { code, stderr } = await mayfly(home, 'ca', 'import', both, '--ca', name, ...options);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'mayfly: CA "default" has this key already\n  next: use it with --ca default\n',
    });
    expect(existsSync(join(home.home, 'ca', name))).toBe(false);
  }
});

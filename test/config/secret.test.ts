import { chmodSync, chownSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examineSecret, readSecret } from '../../src/config/secret.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { configFolder, written } from './config-folder.ts';

const folder = configFolder();
const credentials = join(folder, 'credentials');
mkdirSync(credentials);
const env = { CREDENTIALS_DIRECTORY: credentials };
const secret = 'correct horse battery staple';
const isRoot = process.getuid?.() === 0;

async function refusal(source: Parameters<typeof readSecret>[0], environment: NodeJS.ProcessEnv = env): Promise<MayflyError> {
  const error = await readSecret(source, environment).then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!(error instanceof MayflyError)) throw new Error('expected a MayflyError', { cause: error });
  expect(JSON.stringify([error.message, error.next, error.stack, error.cause])).not.toContain('horse');
  return error;
}

describe('readSecret', () => {
  it.each([
    ['as it is', secret, secret],
    ['without one newline', `${secret}\n`, secret],
    ['without one CR LF', `${secret}\r\n`, secret],
    ['with the first of two newlines', `${secret}\n\n`, `${secret}\n`],
    ['with spaces around', ` ${secret} `, ` ${secret} `],
    ['of one octet', 'x', 'x'],
    ['of 4096 octets', 'x'.repeat(4096), 'x'.repeat(4096)],
  ])('gives the secret %s', async (name, content, wanted) => {
    const file = written(folder, name, content);
    expect((await readSecret({ file })).toString()).toBe(wanted);
  });

  it.each([0o640, 0o604, 0o660, 0o601, 0o644])('refuses mode %o', async (mode) => {
    const file = written(folder, `mode-${mode}`, secret);
    chmodSync(file, mode);
    const error = await refusal({ file });
    expect(error).toMatchObject({
      code: 'secret-unsafe',
      message: 'the secret file may be read or written by others',
      next: `chmod 600 ${file}`,
    });
    expect(await examineSecret({ file })).toMatchObject({ code: 'secret-unsafe' });
    chmodSync(file, 0o400);
    expect((await readSecret({ file })).toString()).toBe(secret);
  });

  it.each([
    ['nothing', '', 'holds nothing'],
    ['one newline', '\n', 'holds nothing'],
    ['more than 4096 octets', 'x'.repeat(4097), 'holds more than 4096 bytes'],
  ])('refuses %s', async (name, content, message) => {
    expect(await refusal({ file: written(folder, name, content), from: 'cas[0].passphrase' })).toMatchObject({
      code: 'secret-size',
      message: `the secret file of cas[0].passphrase ${message}`,
    });
  });

  it('refuses what is no regular file', async () => {
    expect(await refusal({ file: folder })).toMatchObject({ code: 'secret-unsafe' });
    expect(await refusal({ file: '/dev/zero' })).toMatchObject({ code: 'secret-unsafe' });
  });

  it('does not repeat a name that names nothing', async () => {
    expect(await refusal({ file: `/${secret}` })).toMatchObject({
      code: 'secret-missing',
      message: 'the secret file does not exist',
    });
    expect(await refusal({ credential: secret })).toMatchObject({ code: 'secret-missing' });
  });

  it('follows a link to a sound file only', async () => {
    const sound = join(folder, 'sound-link');
    symlinkSync(written(folder, 'sound', secret), sound);
    expect((await readSecret({ file: sound })).toString()).toBe(secret);
    const loose = join(folder, 'loose-link');
    const target = written(folder, 'loose', secret);
    chmodSync(target, 0o644);
    symlinkSync(target, loose);
    expect(await refusal({ file: loose })).toMatchObject({ code: 'secret-unsafe' });
  });

  it.runIf(isRoot)("refuses a stranger's file", async () => {
    const file = written(folder, 'stranger', secret);
    chownSync(file, 12345, 12345);
    expect(await refusal({ file })).toMatchObject({
      code: 'secret-unsafe',
      message: `the secret file belongs to user 12345, neither to who runs this (user ${process.getuid?.()}) nor to root`,
    });
    expect(await examineSecret({ file }, env, 12345)).toBeUndefined();
  });
});

describe('credentials', () => {
  it('are read from the directory that systemd names', async () => {
    written(credentials, 'main', `${secret}\n`, 0o400);
    expect((await readSecret({ credential: 'main' }, env)).toString()).toBe(secret);
  });
  it.runIf(isRoot)("may carry an ACL's mask, in that directory only", async () => {
    const file = written(credentials, 'acl', secret);
    chmodSync(file, 0o440);
    expect((await readSecret({ credential: 'acl' }, env)).toString()).toBe(secret);
    expect(await refusal({ file })).toMatchObject({ code: 'secret-unsafe' });
    chmodSync(file, 0o444);
    expect(await refusal({ credential: 'acl' })).toMatchObject({ code: 'secret-unsafe' });
  });
  it.each([{}, { CREDENTIALS_DIRECTORY: '' }, { CREDENTIALS_DIRECTORY: 'relative' }])(
    'are out of reach with %j',
    async (environment) => {
      expect(await refusal({ credential: 'main' }, environment)).toMatchObject({ code: 'secret-missing' });
    },
  );
  it.each(['../sound', '..', '', 'a/b', '.hidden'])('are never outside of it: %j', async (credential) => {
    expect(await refusal({ credential })).toMatchObject({ code: 'secret-missing' });
  });
});

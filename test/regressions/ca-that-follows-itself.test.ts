import { expect, it } from 'vitest';
import { caFolder } from '../../src/ca/ca-folder.ts';
import { activeGeneration, writeRotation } from '../../src/ca/rotation.ts';
import { mayfly, newHome } from '../cli/mayfly.ts';

const home = newHome();
const passphrase = ['--passphrase-file', home.passphraseFile];
const init = (name: string, ...more: readonly string[]) =>
  mayfly(home, 'ca', 'init', '--ca', name, '--domain', 'corp.example', '--key', 'p-256', ...passphrase, ...more);
const stage = async (ca: string, ...more: readonly string[]) =>
  (await mayfly(home, 'ca', 'rotate', 'stage', '--ca', ca, ...passphrase, '--json', ...more)).stdout;

it('a CA is staged behind none that leads back to it: then nobody could tell who issues, and nobody did', async () => {
  for (const name of ['corp', 'new']) await init(name);
  expect(await stage('corp', '--next', 'corp')).toContain('CA \\"corp\\" cannot follow \\"corp\\"');
  expect((await activeGeneration(home.home, 'corp')).rotation).toBeUndefined();
  await writeRotation(caFolder(home.home, 'corp'), { version: 1, state: 'activated', next: 'new', stagedAt: 1 });
  expect(await stage('new', '--next', 'corp')).toContain('it stands in the row already');
  expect((await activeGeneration(home.home, 'corp')).name).toBe('new');
});
it('a CA that happens to have the next name is not taken for the next one', async () => {
  await init('a');
  await init('a-2', '--crl-url', 'http://pki.corp.example');
  await init('b');
  await init('b-2', '--lab');
  expect(await stage('a')).toContain('it is there already, and made for something else');
  expect(await stage('b')).toContain('one of them is a lab CA');
  expect(await stage('b', '--next', 'b-2')).toContain('one of them is a lab CA');
  expect(await stage('a', '--next', 'a-2')).toContain('"next":"a-2"');
});

import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CaFolder, caFolder } from '../../src/ca/ca-folder.ts';
import { readRotation, writeRotation } from '../../src/ca/rotation.ts';
import { publishedCa } from '../../src/cli/commands/published-ca.ts';
import { directoryObjects, ntAuthName } from '../../src/pki/directory-objects.ts';
import { type Home, mayfly, newHome } from '../cli/mayfly.ts';
import { KeptDirectory } from '../directory/kept-directory.ts';
import { tlsIdentity } from '../directory/tls-identity.ts';

const forests = ['corp.example', 'other.example'] as const;
const foreign = Buffer.from('of another CA');
let home: Home;
let config: string;
let folder: CaFolder;
let directories: readonly KeptDirectory[];
/** A CA whose successor issues, published in two forests by admins who imported LDIF: no undo record says so. */
beforeEach(async () => {
  home = newHome();
  const identity = await tlsIdentity('localhost');
  directories = await Promise.all(forests.map(() => KeptDirectory.start(identity)));
  config = join(home.beside, 'mayfly.json');
  const anchor = join(home.beside, 'anchor.pem');
  writeFileSync(anchor, identity.cert);
  const shared = { account: 'svc', password: { file: home.passphraseFile }, anchors: [anchor] };
  const cas = [{ name: 'corp', passphrase: { file: home.passphraseFile } }];
  const given = forests.map((domain, i) => ({ ...shared, domain, servers: [`localhost:${directories[i]?.port}`] }));
  writeFileSync(config, JSON.stringify({ domains: forests.map((name) => ({ name })), directories: given, cas }), { mode: 0o600 });
  const init = ['ca', 'init', '--ca', 'corp', '--domain', 'corp.example', '--key', 'p-256', '--config', config];
  expect(await mayfly(home, ...init)).toMatchObject({ code: 0 });
  folder = caFolder(home.home, 'corp');
  await writeRotation(folder, { version: 1, state: 'staged', next: 'corp-2', stagedAt: 1 });
  const published = await publishedCa({ folder, name: 'corp' });
  for (const [i, forest] of forests.entries())
    for (const { name, objectClass, value } of directoryObjects(published, forest))
      directories[i]?.put(name, {
        objectClass: ['top', objectClass],
        ...(value ? { [value.attribute]: name === ntAuthName(forest) ? [foreign, value.octets] : [value.octets] } : {}),
      });
  await writeRotation(folder, { version: 1, state: 'activated', next: 'corp-2', stagedAt: 1, activatedAt: 2 });
});
afterEach(async () => {
  for (const directory of directories) await directory.stop();
});
const retire = (...args: readonly string[]) =>
  mayfly(home, 'ca', 'rotate', 'retire', '--ca', 'corp', '--yes', '--json', '--config', config, ...args);
/** Names of objects that hold something of the CA. */
const left = (i: number) => [...(directories[i]?.objects.keys() ?? [])].map((name) => name.split(',', 2).join(','));
const state = async () => [(await readRotation(folder))?.state, existsSync(folder.keyFile)];
const rest = ['cn=mayfly,cn=cdp', 'cn=ntauthcertificates,cn=public key services'];

it('a CA that an admin published by hand is taken out of the directory when it is retired, and nothing of others', async () => {
  expect((await retire()).stdout).toMatch(/^{"ok":true,"retired":"corp"/);
  for (const [i, forest] of forests.entries()) {
    expect(left(i).toSorted()).toEqual(rest);
    expect(directories[i]?.values(ntAuthName(forest), 'cACertificate')).toEqual([foreign]);
  }
  expect(await state()).toEqual(['retired', false]);
  // And it does not come back by a command that somebody runs every night.
  expect((await mayfly(home, 'ad', 'apply', '--ca', 'corp', '--yes', '--json', '--config', config)).stdout).toContain(
    '"code":"ca-retired"',
  );
  expect(directories.map((directory) => directory.objects.size)).toEqual([2, 2]);
});
it('a CA is not retired while one forest still trusts it', async () => {
  const refused = await retire('--forest', 'corp.example');
  expect(refused.stdout).toContain('"code":"rotation-published"');
  expect(refused.stdout).toContain('is still in forest other.example');
  expect(left(0).toSorted()).toEqual(rest);
  expect(await state()).toEqual(['activated', true]);
  expect((await retire('--forest', 'other.example')).code).toBe(0);
  expect(await state()).toEqual(['retired', false]);
});
it('a CA that was interrupted while it was retired keeps no key: it counts as retired when the key is gone', async () => {
  // What cannot be deleted stands for a process that ends there.
  rmSync(folder.keyFile);
  mkdirSync(join(folder.keyFile, 'in the way'), { recursive: true });
  expect((await retire()).code).toBe(1);
  expect(await state()).toEqual(['activated', true]);
  rmSync(folder.keyFile, { recursive: true });
  expect((await retire()).code).toBe(0);
  expect(await state()).toEqual(['retired', false]);
});

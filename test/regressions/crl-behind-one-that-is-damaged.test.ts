import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { caFolder } from '../../src/ca/ca-folder.ts';
import { writeRotation } from '../../src/ca/rotation.ts';
import { Closing } from '../../src/cli/commands/closing.ts';
import { Alarms } from '../../src/cli/commands/service-alarms.ts';
import { keepCrlPublished } from '../../src/cli/commands/service-crl.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { crlContainerName, crlObjectName } from '../../src/pki/publication.ts';
import { toHex } from '../../src/wire/hex.ts';
import { mayfly, newHome } from '../cli/mayfly.ts';
import { KeptDirectory } from '../directory/kept-directory.ts';
import { tlsIdentity } from '../directory/tls-identity.ts';

const FOREST = 'corp.example';
let directory: KeptDirectory;
let closing: Closing;
afterEach(async () => {
  await closing.run();
  await directory.stop();
});

it('the CRL of the CA that issues is published though the files of the one before it are damaged, and the alarm stands', async () => {
  const home = newHome();
  const identity = await tlsIdentity('localhost');
  directory = await KeptDirectory.start(identity);
  directory.put(crlContainerName(FOREST), { objectClass: ['top', 'container'] });
  const file = join(home.beside, 'mayfly.json');
  const anchor = join(home.beside, 'anchor.pem');
  writeFileSync(anchor, identity.cert);
  const password = { file: home.passphraseFile };
  const directories = [{ domain: FOREST, account: 'svc', password, anchors: [anchor], servers: [`localhost:${directory.port}`] }];
  const cas = [{ name: 'corp', passphrase: password }];
  writeFileSync(file, JSON.stringify({ directories, cas, service: { ca: 'corp' } }), { mode: 0o600 });
  for (const name of ['corp', 'corp-2'])
    expect(await mayfly(home, 'ca', 'init', '--ca', name, '--domain', FOREST, '--key', 'p-256', '--config', file)).toMatchObject({
      code: 0,
    });
  const [before, issuing] = [caFolder(home.home, 'corp'), caFolder(home.home, 'corp-2')];
  await writeRotation(before, { version: 1, state: 'activated', next: 'corp-2', stagedAt: 1, activatedAt: 2 });
  writeFileSync(before.crlFile, 'damaged');
  const config = await loadConfig({ env: { MAYFLY_HOME: home.home }, file });
  const log = { line: () => undefined, error: () => undefined };
  closing = new Closing(log);
  const alarms = new Alarms(log, { note: () => undefined });
  keepCrlPublished({ config, service: config.service }, alarms, log, closing);
  const object = crlObjectName(toHex((await issuing.readCertificate()).keyId), FOREST);
  await expect.poll(() => directory.values(object, 'certificateRevocationList')?.length).toBe(1);
  await expect.poll(() => alarms.standing.get('crl-publication')).toBe('crl-not-published');
});

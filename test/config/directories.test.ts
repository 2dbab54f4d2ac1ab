import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { configFolder, examined, faultsOf, written } from './config-folder.ts';

const folder = configFolder();
const directory = (more: string) =>
  `directories:\n  - { domain: corp.example, account: svc@corp.example, password: { file: ./secret }${more} }\n`;

describe('directories of the configuration', () => {
  it('are found by DNS and reached by LDAPS unless more is said', async () => {
    const file = written(folder, 'mayfly.yaml', directory(''));
    const { directories } = await loadConfig({ env: {}, file });
    expect(directories).toEqual([
      {
        domain: 'corp.example',
        servers: [],
        security: 'ldaps',
        anchors: [],
        account: 'svc@corp.example',
        password: { file: join(folder, 'secret'), from: `directories[0].password (${file}:2:66)` },
        searchBase: undefined,
        hostLabels: {},
      },
    ]);
  });
  it('are shown with all that is set, and where their password lies', async () => {
    const more =
      ', servers: [dc1.corp.example, "[2001:db8::1]:1636"], security: starttls, anchors: [./ca.pem], hostLabels: { site: location }';
    const { settings } = await examined(folder, directory(more));
    const shown = settings.filter(({ path }) => path.startsWith('directories'));
    expect(shown.map(({ path, value }) => [path, value])).toEqual([
      ['directories[0].domain', 'corp.example'],
      ['directories[0].servers', ['dc1.corp.example', '[2001:db8::1]:1636']],
      ['directories[0].security', 'starttls'],
      ['directories[0].anchors', [join(folder, 'ca.pem')]],
      ['directories[0].account', 'svc@corp.example'],
      ['directories[0].password.file', join(folder, 'secret')],
      ['directories[0].hostLabels.site', 'location'],
    ]);
    expect(shown.find(({ path }) => path.endsWith('password.file'))?.secret).toBeDefined();
  });
  it.each([
    [
      'domain twice',
      `${directory('')}  - { domain: CORP.example, account: a, password: { file: /p } }\n`,
      'directories[1].domain: this domain is given twice',
    ],
    ['LDAP in clear', directory(', security: plain'), 'directories[0].security: expected ldaps or starttls'],
    [
      'a server with a scheme',
      directory(', servers: ["ldap://dc1"]'),
      'directories[0].servers[0]: expected HOST or HOST:PORT, as its certificate names it',
    ],
    [
      'a port that is none',
      directory(', servers: ["dc1:70000"]'),
      'directories[0].servers[0]: the port of this address is not from 1 to 65535',
    ],
    [
      'a label from what is no attribute',
      directory(', hostLabels: { a: "x)(y" }'),
      'directories[0].hostLabels.a: expected the name of an attribute such as location',
    ],
    ['no account', 'directories: [{ domain: corp.example, password: { file: /p } }]', 'directories[0]: account is missing'],
  ])('are refused: %s', async (_, text, fault) => {
    const faults = await faultsOf(folder, text);
    expect(faults.map((line) => line.replace(/^\d+:\d+ /, ''))).toEqual([fault]);
  });
  it('tell nothing of a password that stands in the file itself', async () => {
    const text = 'directories: [{ domain: corp.example, account: a, password: hunter2secret }]';
    const { faults, settings } = await examined(folder, text);
    expect(faults.length).toBe(1);
    expect(JSON.stringify([faults, settings])).not.toContain('hunter2secret');
    const misplaced = await examined(
      folder,
      'directories: [{ domain: corp.example, account: a, password: { file: hunter2secret } }]',
    );
    expect(JSON.stringify([misplaced.faults, misplaced.settings])).not.toContain('hunter2secret');
  });
});

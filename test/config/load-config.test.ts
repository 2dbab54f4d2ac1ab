import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultDataFolder } from '../../src/config/data-folder.ts';
import { ConfigError, faultLine } from '../../src/config/fault.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { configFolder, examined, faultsOf, written } from './config-folder.ts';

const folder = configFolder();
const yaml = `
home: ./data
forests:
  - name: Corp.Example
domains:
  - name: corp.example
    upnSuffixes: [corp.example, Staff.Example]
  - { name: sub.corp.example, forest: CORP.example }
cas:
  - name: main
    passphrase: { file: ./passphrase }
    refusedSids: [S-1-5-21-1-2-3-500]
    maxLifetimeMinutes: 10
  - name: spare
    passphrase: { credential: mayfly-spare }
    upnSuffixes: [staff.example]
    socket: ../spare.sock
    refusedSidList: ./refused-sids
    refusedSidListMaxAgeMinutes: 15
    exceptedSids: [S-1-5-21-1-2-3-1105]
`;
const json = JSON.stringify({
  home: './data',
  forests: [{ name: 'Corp.Example' }],
  domains: [
    { name: 'corp.example', upnSuffixes: ['corp.example', 'Staff.Example'] },
    { name: 'sub.corp.example', forest: 'CORP.example' },
  ],
  cas: [
    { name: 'main', passphrase: { file: './passphrase' }, refusedSids: ['S-1-5-21-1-2-3-500'], maxLifetimeMinutes: 10 },
    {
      name: 'spare',
      passphrase: { credential: 'mayfly-spare' },
      upnSuffixes: ['staff.example'],
      socket: '../spare.sock',
      refusedSidList: './refused-sids',
      refusedSidListMaxAgeMinutes: 15,
      exceptedSids: ['S-1-5-21-1-2-3-1105'],
    },
  ],
});

describe('loadConfig', () => {
  it('fills in everything and says where it came from', async () => {
    const file = written(folder, 'full.yaml', yaml);
    const config = await loadConfig({ env: { MAYFLY_CONFIG: file } });
    expect({ ...config, origins: undefined, service: undefined }).toEqual({
      home: join(folder, 'data'),
      file,
      forests: [{ name: 'corp.example' }],
      domains: [
        { name: 'corp.example', forest: 'corp.example', upnSuffixes: ['corp.example', 'staff.example'] },
        { name: 'sub.corp.example', forest: 'corp.example', upnSuffixes: ['sub.corp.example'] },
      ],
      cas: [
        {
          name: 'main',
          passphrase: { file: join(folder, 'passphrase'), from: `cas[0].passphrase (${file}:11:17)` },
          upnSuffixes: undefined,
          refusedSids: ['S-1-5-21-1-2-3-500'],
          refusedSidList: undefined,
          refusedSidListMaxAgeMinutes: 60,
          exceptedSids: [],
          maxLifetimeMinutes: 10,
          socket: join(folder, 'data', 'ca', 'main', 'ca.sock'),
        },
        {
          name: 'spare',
          passphrase: { credential: 'mayfly-spare', from: `cas[1].passphrase (${file}:15:17)` },
          upnSuffixes: ['staff.example'],
          refusedSids: [],
          refusedSidList: join(folder, 'refused-sids'),
          refusedSidListMaxAgeMinutes: 15,
          exceptedSids: ['S-1-5-21-1-2-3-1105'],
          maxLifetimeMinutes: 30,
          socket: resolve(folder, '..', 'spare.sock'),
        },
      ],
      realms: [],
      dnsServers: [],
      targets: [],
      directories: [],
      service: undefined,
      origins: undefined,
    });
    expect(config.origins).toMatchObject({
      home: { from: 'file', file, line: 2, column: 7 },
      'domains[0].upnSuffixes': { from: 'file', line: 7 },
      'domains[1].forest': { from: 'file', line: 8 },
      'domains[1].upnSuffixes': { from: 'default' },
      'cas[0].maxLifetimeMinutes': { from: 'file', line: 13 },
      'cas[0].socket': { from: 'default' },
    });
  });

  it('reads the same from JSON and YAML, whatever the file is called', async () => {
    const withoutPlaces = async (name: string, content: string): Promise<unknown> => {
      const { config, faults } = await examined(folder, content, name);
      expect(faults).toEqual([]);
      return JSON.parse(JSON.stringify({ ...config, file: undefined, origins: undefined }).replaceAll(/ \([^)]*:\d+:\d+\)/g, ''));
    };
    const wanted = await withoutPlaces('same.yaml', yaml);
    expect(await withoutPlaces('same.json', json)).toEqual(wanted);
    expect(await withoutPlaces('same-json', json)).toEqual(wanted);
    expect(await withoutPlaces('same-yaml', yaml)).toEqual(wanted);
    expect(await withoutPlaces('same.yml', json)).toEqual(wanted); // YAML 1.2 holds JSON
    expect(await withoutPlaces('mark.json', `\ufeff${json}`)).toEqual(wanted);
    expect(await withoutPlaces('mark.yaml', `\ufeff${yaml}`)).toEqual(wanted);
  });

  it('is the defaults without a file', async () => {
    const { service, ...config } = await loadConfig({ env: {} });
    expect(service).toMatchObject({
      listen: '127.0.0.1:8443',
      ca: 'demo',
      publicHttp: '127.0.0.1:8080',
      directory: resolve(import.meta.dirname, '../../certs/service/directory.yaml'),
      policy: resolve(import.meta.dirname, '../../certs/service/policy'),
      upnSuffixes: undefined,
      exceptedSids: [],
      limits: { keyPool: 8, cardMinutes: 5 },
    });
    expect(config.origins['service.policy']).toEqual({ from: 'default' });
    expect(config).toMatchObject({
      home: resolve(import.meta.dirname, '../../certs'),
      file: undefined,
      forests: [],
      domains: [],
      cas: [],
      realms: [],
      dnsServers: [],
      targets: [],
      origins: { home: { from: 'default', because: 'in a checkout' }, dnsServers: { from: 'default' } },
    });
  });

  it('reads the service, its files from its own folder', async () => {
    const text = `
domains: [{ name: corp.example }]
service:
  listen: '[::1]:8443'
  directory: ./directory.yaml
  policy: ../policy
  upnSuffixes: [Corp.Example]
  exceptedSids: [S-1-5-21-1-2-3-1105]
  limits: { liveCards: 5 }
  identityProviders: [{ issuer: 'https://idp.example', audiences: [mayfly], jwksUri: 'http://127.0.0.1:1/jwks' }]
`;
    const { config, settings } = await examined(folder, text);
    expect(config?.service).toMatchObject({
      listen: '[::1]:8443',
      directory: join(folder, 'directory.yaml'),
      policy: resolve(folder, '..', 'policy'),
      upnSuffixes: ['corp.example'],
      exceptedSids: ['S-1-5-21-1-2-3-1105'],
      ownAccountSids: [],
      limits: { liveCards: 5, openSessions: 10_000 },
      identityProviders: [{ issuer: 'https://idp.example', audiences: ['mayfly'] }],
    });
    expect(settings.find(({ path }) => path === 'service.limits.liveCards')).toMatchObject({ value: 5, origin: { line: 9 } });
    expect(settings.find(({ path }) => path === 'service.identityProviders[0].issuer')).toMatchObject({ origin: { line: 10 } });
  });

  it('reads realms, their files from its own folder', async () => {
    const realms = `
dnsServers: [192.0.2.53, '[2001:db8::53]:5353']
realms:
  - name: CORP.EXAMPLE
    kdcs: [dc1.corp.example, '[2001:db8::1]:88', 'https://proxy.corp.example/KdcProxy']
    anchors: [./root.pem]
    group: p-256
    encryptionTypes: [aes256-cts-hmac-sha384-192]
    supportedKdfs: true
    oldDomainControllers: false
    revocation: require
`;
    const { config, settings } = await examined(folder, realms);
    expect(config?.realms).toEqual([
      {
        name: 'CORP.EXAMPLE',
        kdcs: ['dc1.corp.example', '[2001:db8::1]:88', 'https://proxy.corp.example/KdcProxy'],
        kdcNames: [],
        anchors: [join(folder, 'root.pem')],
        crls: [],
        revocation: 'require',
        proxyCas: [],
        group: 'p-256',
        encryptionTypes: ['aes256-cts-hmac-sha384-192'],
        supportedKdfs: true,
        clientDhNonce: undefined,
        oldDomainControllers: false,
        sha1Kdcs: undefined,
      },
    ]);
    expect(settings.filter(({ path }) => path.startsWith('realms')).map(({ path }) => path)).toEqual(
      ['name', 'kdcs', 'anchors', 'revocation', 'group', 'encryptionTypes', 'supportedKdfs', 'oldDomainControllers'].map(
        (name) => `realms[0].${name}`,
      ),
    );
    const wrong = await examined(
      folder,
      "realms: [{ name: A.EXAMPLE, group: modp-2, encryptionTypes: [rc4-hmac], kdcs: ['http://x/'] }, { name: a.example, supportedKdfs: 'yes' }]",
    );
    expect(wrong.faults.map(({ path }) => path)).toEqual([
      'realms[0].group',
      'realms[0].encryptionTypes[0]',
      'realms[0].kdcs[0]',
      'realms[1].name',
      'realms[1].supportedKdfs',
    ]);
  });

  it.each([
    'dc:0',
    'dc:65536',
    'dc..corp',
    '-dc',
    '.',
    '256.0.0.1',
    '[::g]',
    '[1::2::3]:88',
    'https://u:p@proxy/',
    'https://:443/',
  ])('takes no %j for a KDC, and says where it stands', async (address) => {
    const { faults } = await examined(folder, `realms: [{ name: A.EXAMPLE, kdcs: [dc1, '${address}'] }]`);
    expect(faults.map(({ path }) => path)).toEqual(['realms[0].kdcs[1]']);
    expect(faults[0]?.message).not.toContain(address);
  });
  it.each(['192.0.2.256', '192.0.2.53:0', '192.0.2.53:99999', '[192.0.2.53]', '[::::]:53', 'dns.corp.example'])(
    'takes no %j for a DNS server, and says where it stands',
    async (address) => {
      const { faults } = await examined(folder, `dnsServers: ['192.0.2.53:53', '[2001:db8::53]:53', '${address}']`);
      expect(faults.map(({ path }) => path)).toEqual(['dnsServers[2]']);
    },
  );

  it('reads RDP hosts: NLA unless a host has none, and then only with something that proves it', async () => {
    const pin = `${'AB:'.repeat(31)}CD`;
    const { config, faults } = await examined(
      folder,
      `targets: [{ name: Desk1.corp.example }, { name: x.lab, address: 127.0.0.1, port: 3390, security: tls, pins: ['${pin}'], logon: without-card, userNameHint: lab }]`,
    );
    expect(faults).toEqual([]);
    const [desk, lab] = config?.targets ?? [];
    expect(desk).toEqual({
      name: 'desk1.corp.example',
      address: 'desk1.corp.example',
      port: 3389,
      security: 'nla',
      oldCredSsp: false,
      pins: [],
      anchors: [],
      userNameHint: undefined,
      logon: 'with-card',
    });
    expect(lab).toMatchObject({
      port: 3390,
      security: 'tls',
      pins: [`${'ab'.repeat(31)}cd`],
      logon: 'without-card',
      userNameHint: 'lab',
    });
    const wrong = await examined(
      folder,
      "targets: [{ name: a.b, security: tls }, { name: a.c, security: rdp }, { name: A.B, password: x, pins: ['ab'] }]",
    );
    expect(wrong.faults.map(({ path }) => path)).toEqual([
      'targets[0].security',
      'targets[1].security',
      'targets[2].name',
      'targets[2]',
      'targets[2].pins[0]',
    ]);
  });

  it('derives the forests that are not listed', async () => {
    const { config } = await examined(folder, 'domains: [{ name: a.example }, { name: b.example, forest: a.example }]');
    expect(config?.forests).toEqual([{ name: 'a.example' }]);
  });

  it('lets the environment beat the file, and the option the environment', async () => {
    const file = written(folder, 'home.yaml', 'home: /from/file');
    const env = { MAYFLY_HOME: '/from/env', MAYFLY_CONFIG: '/nowhere' };
    const config = await loadConfig({ env, file });
    expect(config.home).toBe('/from/env');
    expect(config.origins['home']).toEqual({ from: 'environment', variable: 'MAYFLY_HOME' });
    expect((await loadConfig({ env: { MAYFLY_CONFIG: file, MAYFLY_HOME: '' } })).home).toBe('/from/file');
  });

  it('throws one error with every fault', async () => {
    const file = written(folder, 'faulty.yaml', 'hme: /x\ndomains: [{ name: 1 }]\n');
    const error = await loadConfig({ env: {}, file }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ConfigError);
    if (!(error instanceof ConfigError)) return;
    expect(error.code).toBe('config-invalid');
    expect(error.message).toBe(`the configuration has 2 faults, the first: ${file}:1:1: unknown key, perhaps home`);
    expect(error.faults.map(faultLine)).toEqual([
      `${file}:1:1: unknown key, perhaps home`,
      `${file}:2:19: domains[0].name: expected the domain's DNS name, such as corp.example, found a number`,
    ]);
    expect(error.faults.map(({ next }) => next)).toEqual([
      'correct or remove it; known here: home, forests, domains, realms, dnsServers, targets, directories, service, cas',
      'put it in quotes',
    ]);
  });
});

describe('the file itself', () => {
  it.each([
    ['missing', '/nowhere/mayfly.yaml', 'there is no such file'],
    ['a folder', folder, 'not a regular file'],
    ['a device', '/dev/zero', 'not a regular file'],
  ])('%s', async (_, file, message) => {
    await expect(loadConfig({ env: { MAYFLY_CONFIG: file } })).rejects.toThrow(`${file}: ${message}`);
  });
  it('larger than 1 MiB, writable by all', async () => {
    expect(await faultsOf(folder, `${' '.repeat(1 << 20)}{}`)).toEqual(['undefined:undefined : larger than 1 MiB']);
    const file = written(folder, 'loose.yaml', '{}');
    const { chmodSync } = await import('node:fs');
    chmodSync(file, 0o666);
    await expect(loadConfig({ env: {}, file })).rejects.toThrow('everybody may write this file');
  });
});

describe('the data folder', () => {
  const elsewhere = join(folder, 'installed', 'src', 'config');
  mkdirSync(elsewhere, { recursive: true });
  writeFileSync(join(folder, 'installed', 'package.json'), '{}');
  it.each([
    [{ STATE_DIRECTORY: '/var/lib/mayfly:/var/lib/other', XDG_DATA_HOME: '/xdg' }, '/var/lib/mayfly', 'environment'],
    [{ STATE_DIRECTORY: 'relative', XDG_DATA_HOME: '/xdg' }, '/xdg/mayfly', 'environment'],
    [{ XDG_DATA_HOME: 'relative', HOME: '/home/someone' }, '/home/someone/.local/share/mayfly', 'default'],
    [{}, join(homedir(), '.local/share/mayfly'), 'default'],
  ])('outside a checkout with %j', (env, home, from) => {
    expect(defaultDataFolder(env, elsewhere)).toMatchObject({ home, origin: { from } });
  });
  it('is certs/ in a checkout, whatever systemd says', () => {
    expect(defaultDataFolder({ STATE_DIRECTORY: '/var/lib/x' }).home).toBe(resolve(import.meta.dirname, '../../certs'));
  });
});

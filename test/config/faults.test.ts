import { describe, expect, it } from 'vitest';
import { configFolder, examined, faultsOf } from './config-folder.ts';

const folder = configFolder();
const dnsName = "the domain's DNS name, such as corp.example";
const path = 'a path that begins with /, ./ or ../ (from the folder of this file)';
const passphrase = 'where the passphrase lies, { file: PATH } or { credential: NAME }, never the passphrase itself';
const ca = (rest: string): string => `cas:\n  - name: main\n    passphrase: { file: /p }\n    ${rest}\n`;

describe('each fault has its sentence and its place', () => {
  it.each([
    ['{ homes: /x }', ['1:3 : unknown key, perhaps home']],
    ['{ something: /x }', ['1:3 : unknown key']],
    ['{ Home: /x }', ['1:3 : unknown key, perhaps home']],
    ['home: data', [`1:7 home: expected the data folder: ${path}`]],
    ['home: 7', [`1:7 home: expected the data folder: ${path}, found a number`]],
    ['domains:', ['1:9 domains: expected a list of domains, each { name, forest, upnSuffixes, netBiosName }, found nothing']],
    [
      'domains: { name: a.example }',
      ['1:10 domains: expected a list of domains, each { name, forest, upnSuffixes, netBiosName }, found a mapping'],
    ],
    ['domains: [a.example]', ['1:11 domains[0]: expected a domain, { name, forest, upnSuffixes, netBiosName }, found text']],
    ['domains: [{}]', ['1:11 domains[0]: name is missing']],
    ['domains: [{ name: 10.0.0.1 }]', [`1:19 domains[0].name: expected ${dnsName}`]],
    ['domains: [{ name: a_b.example }]', [`1:19 domains[0].name: expected ${dnsName}`]],
    ['domains: [{ name: a.example. }]', [`1:19 domains[0].name: expected ${dnsName}`]],
    ['domains: [{ name: -a.example }]', [`1:19 domains[0].name: expected ${dnsName}`]],
    ['domains: [{ name: "a.example\\n" }]', [`1:19 domains[0].name: expected ${dnsName}`]],
    ['domains: [{ name: bücher.example }]', [`1:19 domains[0].name: expected ${dnsName}`]],
    [`domains: [{ name: ${'a'.repeat(64)}.example }]`, [`1:19 domains[0].name: expected ${dnsName}`]],
    [`domains: [{ name: ${'a.'.repeat(127)}example }]`, [`1:19 domains[0].name: expected ${dnsName}`]],
    ['domains: [{ name: a.example, upnSuffixes: [] }]', ['1:43 domains[0].upnSuffixes: expected at least one entry']],
    ['domains: [{ name: a.example }, { name: A.example }]', ['1:40 domains[1].name: this domain is given twice']],
    ['forests: [{ name: a.example }, { name: A.example }]', ['1:40 forests[1].name: this forest is given twice']],
    [
      'forests: [{ name: a.example }]\ndomains: [{ name: b.example }]',
      ['2:19 domains[0].name: this domain names no forest and is none of the listed ones'],
    ],
    [
      'forests: [{ name: a.example }]\ndomains: [{ name: b.example, forest: c.example }]',
      ['2:38 domains[0].forest: this forest is not listed'],
    ],
    ['domains: [{ name: a.example, upnSuffixes: [b, B] }]', ['1:47 domains[0].upnSuffixes[1]: this UPN suffix is given twice']],
    ['cas: [{ name: main }]', ['1:7 cas[0]: passphrase is missing']],
    [
      'cas: [{ name: Main, passphrase: { file: /p } }]',
      ['1:15 cas[0].name: expected a name of 1 to 32 lower-case letters, digits and hyphens'],
    ],
    [
      'cas: [{ name: ../x, passphrase: { file: /p } }]',
      ['1:15 cas[0].name: expected a name of 1 to 32 lower-case letters, digits and hyphens'],
    ],
    ['cas: [{ name: main, passphrase: "x" }]', [`1:33 cas[0].passphrase: expected ${passphrase}, found text`]],
    ['cas: [{ name: main, passphrase: {} }]', [`1:33 cas[0].passphrase: expected ${passphrase}`]],
    ['cas: [{ name: main, passphrase: { file: /p, credential: x } }]', [`1:33 cas[0].passphrase: expected ${passphrase}`]],
    ['cas: [{ name: main, passphrase: { file: p } }]', [`1:41 cas[0].passphrase.file: expected ${path}`]],
    [
      'cas: [{ name: main, passphrase: { credential: ../p } }]',
      ['1:47 cas[0].passphrase.credential: expected the name of a systemd credential'],
    ],
    ['cas: [{ name: main, passphrase: { value: p } }]', ['1:35 cas[0].passphrase: unknown key']],
    [ca('maxLifetimeMinutes: 31'), ['4:25 cas[0].maxLifetimeMinutes: expected a whole number of minutes from 1 to 30']],
    [ca('maxLifetimeMinutes: 0'), ['4:25 cas[0].maxLifetimeMinutes: expected a whole number of minutes from 1 to 30']],
    [
      ca('maxLifetimeMinutes: 1.5'),
      ['4:25 cas[0].maxLifetimeMinutes: expected a whole number of minutes from 1 to 30, found a number'],
    ],
    [
      ca('maxLifetimeMinutes: "5"'),
      ['4:25 cas[0].maxLifetimeMinutes: expected a whole number of minutes from 1 to 30, found text'],
    ],
    [ca('refusedSids: [S-1-5-32-544]'), ["4:19 cas[0].refusedSids[0]: expected an account's SID, S-1-5-21-a-b-c-rid"]],
    [ca('refusedSids: [S-1-5-21-01-2-3-500]'), ["4:19 cas[0].refusedSids[0]: expected an account's SID, S-1-5-21-a-b-c-rid"]],
    [ca('refusedSids: [S-1-5-21-1-2-4294967296-500]'), ['4:19 cas[0].refusedSids[0]: a number in this SID is over 4294967295']],
    [ca('refusedSids: [S-1-5-21-1-2-3-5, S-1-5-21-1-2-3-5]'), ['4:37 cas[0].refusedSids[1]: this SID is given twice']],
    [
      `domains: [{ name: a.example }]\n${ca('upnSuffixes: [b.example]')}`,
      ['5:19 cas[0].upnSuffixes[0]: no domain has this UPN suffix'],
    ],
    [ca('socket: ca.sock'), [`4:13 cas[0].socket: expected ${path}`]],
    [ca(`socket: /${'s'.repeat(107)}`), ['4:13 cas[0].socket: the path of the socket is over 107 bytes']],
    [`${ca('')}  - name: main\n    passphrase: { file: /p }`, ['5:11 cas[1].name: this CA name is given twice']],
    [
      ca('exceptedSids: [S-1-5-21-1-2-3-500, S-1-5-21-1-2-3-1105]\n    refusedSids: [S-1-5-21-1-2-3-1105]'),
      [
        '4:20 cas[0].exceptedSids[0]: a built-in account is never certified',
        '4:40 cas[0].exceptedSids[1]: this SID is refused and excepted',
      ],
    ],
    [ca('refusedSidList: refused'), [`4:21 cas[0].refusedSidList: expected ${path}`]],
    [
      ca('refusedSidListMaxAgeMinutes: 1441'),
      ['4:34 cas[0].refusedSidListMaxAgeMinutes: expected a whole number of minutes from 1 to 1440'],
    ],
    ['service: { policies: ./p }', ['1:12 service: unknown key']],
    ['service: { policy: p }', [`1:20 service.policy: expected ${path}`]],
    ['service: { directory: d.yaml }', [`1:23 service.directory: expected ${path}`]],
    ['service: { exceptedSids: [S-1-5-21-1-2-3-502] }', ['1:27 service.exceptedSids[0]: a built-in account is never certified']],
    [
      'service: { exceptedSids: [Domain Admins] }',
      ["1:27 service.exceptedSids[0]: expected an account's SID, S-1-5-21-a-b-c-rid"],
    ],
    [
      'service: { exceptedSids: [S-1-5-21-1-2-3-1105], ownAccountSids: [S-1-5-21-1-2-3-1105, S-1-5-21-1-2-3-1105] }',
      [
        '1:27 service.exceptedSids[0]: this SID is of an own account and excepted',
        '1:87 service.ownAccountSids[1]: this SID is given twice',
      ],
    ],
    [
      'domains: [{ name: a.example }]\nservice: { upnSuffixes: [b.example] }',
      ['2:26 service.upnSuffixes[0]: no domain has this UPN suffix'],
    ],
    [`${ca('')}service: { ca: other }`, ['5:16 service.ca: this CA is not listed']],
    [
      'directories: [{ domain: a.example, account: r@a.example, password: { file: /p } }]\nservice: { directory: ./d.yaml }',
      ['2:23 service.directory: there are Active Directory domains as well'],
    ],
    ['service: { key: ./k }', ['1:17 service.key: there is no certificate to this key']],
    ['service: { listen: "0.0.0.0:70000" }', ['1:20 service.listen: the port of this address is not from 1 to 65535']],
    ['service: { publicHttp: "1.2.3:80" }', ['1:24 service.publicHttp: this is neither a host name nor an IP address']],
    ['service: { limits: { liveCards: 0 } }', ['1:33 service.limits.liveCards: expected a whole number from 1 to 10000']],
    [
      'service: { identityProviders: [{ issuer: i, audiences: [a], jwksUri: "http://idp.example/k" }, { issuer: i }] }',
      [
        '1:70 service.identityProviders[0].jwksUri: this is no https URL',
        '1:96 service.identityProviders[1]: audiences is missing',
        '1:106 service.identityProviders[1].issuer: this issuer is given twice',
      ],
    ],
    ['', ['1:1 : the file holds no setting']],
    ['# nothing\n---\n', ['1:1 : the file holds no setting']],
    ['[]', ['1:1 : expected a mapping of settings, found a list']],
  ])('%s', async (content, faults) => {
    expect(await faultsOf(folder, content)).toEqual(faults);
  });

  it('tells all of them at once, in order, and what is sound beside them', async () => {
    const content = `domains:
  - name: a.example
    upnSuffixes: [a.example, 5]
    colour: blue
  - forest: 7
cas:
  - name: main
    passphrase: secret
    maxLifetimeMinutes: 45
    socket: /run/ca.sock
`;
    const { settings } = await examined(folder, content);
    expect(await faultsOf(folder, content)).toEqual([
      '3:30 domains[0].upnSuffixes[1]: expected a DNS name such as corp.example, found a number',
      '4:5 domains[0]: unknown key',
      '5:5 domains[1]: name is missing',
      "5:13 domains[1].forest: expected the DNS name of the domain's forest, such as corp.example, found a number",
      `8:17 cas[0].passphrase: expected ${passphrase}, found text`,
      '9:25 cas[0].maxLifetimeMinutes: expected a whole number of minutes from 1 to 30',
    ]);
    expect(settings.map(({ path: p, value }) => `${p} ${String(value)}`)).toEqual([
      'home /data',
      'domains[0].name a.example',
      'domains[0].upnSuffixes[0] a.example',
      'cas[0].name main',
      'cas[0].socket /run/ca.sock',
    ]);
  });

  it('refuses 15,000 unknown keys: none hides behind another', async () => {
    const keys = Array.from({ length: 15_000 }, (_, i) => `"k${i}":1`).join(',');
    const faults = await faultsOf(folder, `{${keys}}`, 'many.json');
    expect(faults).toHaveLength(101);
    expect(faults.at(-1)).toBe('undefined:undefined : 14900 more faults');
  });
});

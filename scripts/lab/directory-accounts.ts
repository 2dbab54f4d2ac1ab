import { readFileSync } from 'node:fs';
import { ldapDirectoryOf } from '../../src/cli/commands/directories.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { assert, said } from './clients/expected.ts';
import { DOMAIN } from './domain.ts';
import { type Forest, STAFF } from './forest.ts';
import type { LabRun } from './lab-run.ts';

interface Looked {
  readonly account?: {
    readonly name: string;
    readonly userPrincipalName: string;
    readonly sid: string;
    readonly groups: readonly string[];
    readonly obstacles: readonly string[];
  };
  readonly refusal?: { readonly rule: string; readonly sentence: string } | null;
  readonly error?: { readonly code: string };
}
async function look({ mayfly }: Forest, reference: string): Promise<Looked> {
  return JSON.parse((await mayfly.attempt('ad', 'account', reference, '--json')).stdout) as Looked;
}
/** Accounts that nobody is to get, by name, and the rule that says so. */
const refused = [
  ['disabled', 'account-unusable', 'the account is disabled'],
  ['locked', 'account-unusable', 'the account is locked'],
  ['expired', 'account-unusable', 'the account has expired'],
  ['night', 'account-unusable', 'this is none of the logon hours of the account'],
  ['nested', 'tier-zero-group', 'Domain Admins'],
  ['primary', 'tier-zero-group', 'Domain Admins'],
  ['Administrator', 'built-in-account', ''],
  ['host1$', 'not-a-user', ''],
] as const;

/** Shows 2, as far as the directory goes. */
export async function directoryAccounts(lab: LabRun, forest: Forest): Promise<void> {
  const { steps } = lab;
  await steps.run('accounts that are special in one way', () => make(forest));
  await steps.run(
    'an account by UPN, name, SID and implicit UPN is one and the same',
    async () => {
      const sid = await forest.sid('alice');
      const found = await Promise.all(
        [`alice@${DOMAIN}`, `ALICE@${DOMAIN.toUpperCase()}`, 'alice', sid].map((each) => look(forest, each)),
      );
      for (const { account, refusal } of found)
        assert(
          account?.sid === sid && account.userPrincipalName === `alice@${DOMAIN}` && refusal === null,
          JSON.stringify(account),
        );
      return `${sid}, groups ${found[0]?.account?.groups.join(', ')}`;
    },
    String,
  );
  await steps.run(
    'an alternative UPN suffix, and the implicit name beside it',
    async () => {
      const sid = await forest.sid('dave');
      for (const reference of [`d.avery@${STAFF}`, `dave@${DOMAIN}`, 'dave']) {
        const { account, refusal } = await look(forest, reference);
        assert(
          account?.sid === sid && account.userPrincipalName === `d.avery@${STAFF}` && refusal === null,
          `${reference}: ${JSON.stringify(account)}`,
        );
      }
      return `d.avery@${STAFF}`;
    },
    String,
  );
  for (const [name, rule, sentence] of refused)
    await steps.run(
      `refused: ${name}`,
      async () => {
        const { refusal, account } = await look(forest, name);
        assert(refusal?.rule === rule && refusal.sentence.includes(sentence), JSON.stringify({ refusal, account }));
        return refusal.sentence;
      },
      String,
    );
  await steps.run('mayfly ca refused-sids: nested and primary members of tier 0', () => refusedSids(forest), String);
  await steps.run('names with every special character of filters and names', () => specialNames(forest), String);
  await steps.run("the domain's NetBIOS name, as the service's own account sees it", () => netBiosName(forest), String);
  await steps.run('hosts: more than two pages of them', () => manyHosts(forest), String);
  await steps.run('hosts: labels, and a service that is registered twice', () => hosts(forest), String);
}

/** LDIF, one record each: samba-tool would take a second for every one of them. */
async function make({ samba }: Forest): Promise<void> {
  const users = `CN=Users,${samba.base}`;
  const user = (name: string) =>
    `dn: CN=${name},${users}\nchangetype: add\nobjectClass: user\nsAMAccountName: ${name}\nuserAccountControl: ${name === 'disabled' ? 514 : 544}\n`;
  const group = (name: string) => `dn: CN=${name},${users}\nchangetype: add\nobjectClass: group\nsAMAccountName: ${name}\n`;
  const change = (name: string, attribute: string, value: string, operation = 'replace') =>
    `dn: CN=${name},${users}\nchangetype: modify\n${operation}: ${attribute}\n${attribute}:${value}\n`;
  const member = (of: string, name: string) => change(of, 'member', ` CN=${name},${users}`, 'add');
  const computer = (name: string, ...services: string[]) =>
    `dn: CN=${name},CN=Computers,${samba.base}\nchangetype: add\nobjectClass: computer\nsAMAccountName: ${name}$\nuserAccountControl: 4096\ndNSHostName: ${name}.${DOMAIN}\noperatingSystem: Windows Server 2022\nlocation: Vienna\ndescription: self\n${services.map((service) => `servicePrincipalName: ${service}\n`).join('')}`;
  const now = BigInt(Math.floor(Date.now() / 1000) + 11_644_473_600) * 10_000_000n;
  const records = [
    ...['disabled', 'locked', 'expired', 'night', 'nested', 'primary', 'dave'].map(user),
    ...['inner', 'outer'].map(group),
    change('locked', 'lockoutTime', ` ${now}`),
    change('expired', 'accountExpires', ` ${now - 10_000_000n}`),
    change('night', 'logonHours', `: ${Buffer.alloc(21).toString('base64')}`),
    change('dave', 'userPrincipalName', ` d.avery@${STAFF}`),
    ...[
      member('inner', 'nested'),
      member('outer', 'inner'),
      member('Domain Admins', 'outer'),
      member('Domain Admins', 'primary'),
    ],
    change('primary', 'primaryGroupID', ' 512'),
    computer('host1', `TERMSRV/host1.${DOMAIN}`),
    computer('host2', `TERMSRV/host2.${DOMAIN}`),
    computer('host3'),
    // The very same name twice Samba does not let pass; by its short name a host is meant as well.
    change('dave', 'servicePrincipalName', ' TERMSRV/host2', 'add'),
  ];
  await samba.modify(records.join('\n'));
}
const special = [
  'smith, j',
  'a+b',
  'q"uote',
  'b\\slash',
  '<l>',
  'semi;colon',
  '#hash',
  'eq=ual',
  'star*',
  '(paren)',
  'ümläut',
  '*',
  ')(sAMAccountName=alice',
];
async function specialNames(forest: Forest): Promise<string> {
  const { samba } = forest;
  const made: [string, string][] = [];
  const records: string[] = [];
  for (const [i, name] of special.entries()) {
    // Some of these may stand in a name, the others in a reference only.
    const escaped = name.replace(/[\\",;+<>=]/g, '\\$&').replace(/^[#]/, '\\#');
    const account = `special${i}`;
    const dn = Buffer.from(`CN=${escaped},CN=Users,${samba.base}`).toString('base64');
    records.push(`dn:: ${dn}\nchangetype: add\nobjectClass: user\nsAMAccountName: ${account}\nuserAccountControl: 544\n`);
    made.push([account, name]);
  }
  await samba.modify(records.join('\n'));
  // In this process: a command for each would take its time.
  const directory = await ldapDirectoryOf(await loadConfig({ env: forest.mayfly.environment }));
  assert(directory !== undefined, 'no directory is configured');
  try {
    for (const [account, name] of made) {
      const found = await directory.account(account);
      assert(found?.name === account, `${name}: ${JSON.stringify(found)}`);
      const stranger = await directory.account(name);
      assert(stranger === undefined, `${name} as a reference: ${JSON.stringify(stranger)}`);
    }
  } finally {
    directory.close();
  }
  return `${special.length} objects read, and none of them found by what would be a filter`;
}
async function netBiosName({ mayfly }: Forest): Promise<string> {
  const directory = await ldapDirectoryOf(await loadConfig({ env: mayfly.environment }));
  assert(directory !== undefined, 'no directory is configured');
  const name = await directory.netBiosName(DOMAIN).finally(() => directory.close());
  assert(name === 'LAB', `it is ${name}`);
  return name;
}
const MANY = 1100;
/** More than two pages of them. */
async function manyHosts({ samba, mayfly }: Forest): Promise<string> {
  const computers = `OU=Many,${samba.base}`;
  const records = Array.from(
    { length: MANY },
    (_, i) =>
      `dn: CN=many${i},${computers}\nchangetype: add\nobjectClass: computer\nsAMAccountName: many${i}$\nuserAccountControl: 4096\ndNSHostName: many${i}.${DOMAIN}\n`,
  );
  await samba.modify([`dn: ${computers}\nchangetype: add\nobjectClass: organizationalUnit\n`, ...records].join('\n'));
  const told: number[] = [];
  const directory = await ldapDirectoryOf(await loadConfig({ env: mayfly.environment }), (_, found) => told.push(found));
  assert(directory !== undefined, 'no directory is configured');
  try {
    const began = performance.now();
    const listed = (await directory.hosts()).filter(({ organizationalUnits: [unit] }) => unit === computers);
    const ms = performance.now() - began;
    assert(listed.length === MANY && 2 < told.length, `${listed.length} hosts in ${told.length} pages`);
    return `${listed.length} in ${told.length} pages, ${ms.toFixed(0)} ms`;
  } finally {
    directory.close();
  }
}
async function hosts({ mayfly }: Forest): Promise<string> {
  const all = JSON.parse(await mayfly.run('ad', 'hosts', '--json')) as {
    hosts: { name: string; labels: Record<string, string> }[];
  };
  const host1 = all.hosts.find(({ name }) => name === `host1.${DOMAIN}`);
  assert(host1?.labels['site'] === 'Vienna' && host1.labels['operatingSystem'] === 'Windows Server 2022', JSON.stringify(all));
  const good = await mayfly.attempt('ad', 'hosts', `HOST1.${DOMAIN}`);
  assert(good.code === 0, good.stdout);
  const twice = await mayfly.attempt('ad', 'hosts', `host2.${DOMAIN}`);
  const without = await mayfly.attempt('ad', 'hosts', `host3.${DOMAIN}`);
  assert(twice.code === 1 && without.code === 1, 'they are taken for good');
  return `${all.hosts.length} hosts; ${said(twice, /is registered on another account as well/)}; ${said(without, /is not registered on the host's own account/)}`;
}
/** The list that the CA process reads. */
async function refusedSids({ mayfly, refusedSidList, sid }: Forest): Promise<string> {
  const output = await mayfly.run('ca', 'refused-sids', '--ca', mayfly.ca);
  const listed = readFileSync(refusedSidList, 'utf8').split('\n');
  for (const name of ['nested', 'primary', 'Administrator']) assert(listed.includes(await sid(name)), `${name} is not on it`);
  for (const name of ['alice', 'dave']) assert(!listed.includes(await sid(name)), `${name} is on it`);
  return said(output, /\d+ of \d+ accounts refused/);
}

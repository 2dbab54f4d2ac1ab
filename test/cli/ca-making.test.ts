import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EnterpriseCa } from '../ca/enterprise-ca.ts';
import { tree } from '../ca/made-ca.ts';
import { type Home, mayfly, newHome, SECRET } from './mayfly.ts';

/** Exit code 1, one clear line and what to do next on stderr, nothing on stdout, and not a file changed. */
async function refused(home: Home, args: readonly string[], reason: string | RegExp): Promise<void> {
  const before = tree(home.home);
  const { code, stdout, stderr } = await mayfly(home, ...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^mayfly: \S[^\n]*[^.\n]\n {2}next: \S[^\n]*\n$/);
  expect(stderr).toMatch(reason);
  const after = Object.entries(tree(home.home)).filter(([name]) => name !== '/ca');
  expect(Object.fromEntries(after)).toEqual(Object.fromEntries(Object.entries(before).filter(([name]) => name !== '/ca')));
  const told = await mayfly(home, ...args, '--json');
  expect(told.code).toBe(1);
  expect(JSON.parse(told.stdout)).toMatchObject({
    ok: false,
    error: { code: expect.stringMatching(/^[a-z0-9-]+$/) as unknown, message: expect.stringMatching(reason) as unknown },
  });
}
async function json(home: Home, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await mayfly(home, ...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.endsWith('}\n')).toBe(true);
  return JSON.parse(stdout) as Record<string, unknown>;
}
const init = (home: Home, ...more: readonly string[]) => [
  'ca',
  'init',
  '--key',
  'p-256',
  '--passphrase-file',
  home.passphraseFile,
  ...more,
];

describe('mayfly ca init', () => {
  it('makes a CA and says what and where, for people and for programs', async () => {
    const home = newHome();
    const { code, stdout, stderr } = await mayfly(home, ...init(home, '--domain', 'corp.example'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^CA +default\nsubject +CN=Mayfly CA [0-9a-f]{8}\nkey id +[0-9a-f]{40}\n/);
    expect(stdout).toMatch(/\nnext: mayfly ca serve --ca default\n$/);
    const second = await json(home, ...init(home, '--domain', 'corp.example', '--ca', 'second'));
    expect(Object.keys(second)).toEqual(['ok', 'name', 'subject', 'keyId', 'notAfter', 'certificateFile', 'crlFile', 'lab']);
    expect(second).toMatchObject({ ok: true, name: 'second', lab: false });
    for (const file of ['certificateFile', 'crlFile']) expect(existsSync(String(second[file]))).toBe(true);
    expect(Object.entries(tree(home.home)).filter(([name]) => name.includes('.new'))).toEqual([]);
    expect(lstatSync(join(home.home, 'ca')).mode & 0o777).toBe(0o700);
  });
  it('with --domain twice, --forest, --crl-url, --sid both, --no-eku-constraint and --with-root', async () => {
    const home = newHome();
    const domains = ['--domain', 'emea.corp.example', '--domain', 'corp.example', '--forest', 'corp.example'];
    await json(
      home,
      ...init(
        home,
        ...domains,
        '--crl-url',
        'http://pki.corp.example',
        '--sid',
        'both',
        '--no-eku-constraint',
        '--with-root',
        '--years',
        '2',
      ),
    );
    expect(JSON.parse(readFileSync(join(home.home, 'ca/default/ca.json'), 'utf8'))).toEqual({
      version: 1,
      domains: ['emea.corp.example', 'corp.example'],
      sidPlacement: 'both',
      forest: 'corp.example',
      crlUrl: 'http://pki.corp.example',
    });
    const shown = await json(home, 'ca', 'show');
    expect(shown).toMatchObject({ upnSuffixes: ['emea.corp.example', 'corp.example'], state: 'ready', key: 'P-256' });
    expect(shown['crlUrls']).toMatchObject([
      expect.stringMatching(/^ldap:\/\/\/CN=[0-9a-f]{40},.*DC=corp,DC=example\?/),
      expect.stringMatching(/^http:\/\/pki\.corp\.example\/crl\/[0-9a-f]{40}\.crl$/),
    ]);
    expect(existsSync(join(home.home, 'ca/default/root/ca.crl'))).toBe(true);
    expect(readFileSync(join(home.home, 'ca/default/ca.crt'), 'latin1')).not.toContain(SECRET);
  });
  it('--lab makes a passphrase of its own, and takes it away when the CA cannot be made', async () => {
    const home = newHome();
    await refused(home, ['ca', 'init', '--lab', '--crl-url', 'garbage'], /"garbage" is not a URL/);
    await refused(home, ['ca', 'init', '--lab', '--subject', 'garbage'], /not a distinguished name/);
    expect(await json(home, 'ca', 'init', '--lab', '--key', 'p-256')).toMatchObject({
      lab: true,
      subject: expect.stringContaining('do not trust') as unknown,
    });
    expect(lstatSync(join(home.home, 'ca/default.passphrase')).mode & 0o777).toBe(0o600);
    const { stdout } = await mayfly(home, 'ca', 'show');
    expect(stdout).not.toContain(readFileSync(join(home.home, 'ca/default.passphrase'), 'utf8').trim());
  });
  it('--lab leaves the passphrase of a CA that is there', async () => {
    const home = newHome();
    await json(home, ...init(home, '--domain', 'corp.example'));
    await refused(home, ['ca', 'init', '--lab'], /there is a CA in .* already/);
    await json(home, 'ca', 'init', '--lab', '--key', 'p-256', '--ca', 'lab');
    await refused(home, ['ca', 'init', '--lab', '--ca', 'lab'], /there is a CA in .* already/);
    expect(existsSync(join(home.home, 'ca/lab.passphrase'))).toBe(true);
  });

  const domain = ['--domain', 'corp.example'];
  const bad: readonly [string, (home: Home) => readonly string[], RegExp][] = [
    ['neither a domain nor a URL', (home) => init(home), /nothing says where the CRL will be published/],
    ['an https URL', (home) => init(home, '--crl-url', 'https://pki.corp.example'), /ldap and http only/],
    ['a loopback URL', (home) => init(home, '--crl-url', 'http://localhost/'), /cannot reach/],
    ['a name of two folders', (home) => init(home, ...domain, '--ca', '../x'), /"\.\.\/x" is not a CA's name/],
    ['an empty name', (home) => init(home, ...domain, '--ca', ''), /"" is not a CA's name/],
    ['a name with capitals', (home) => init(home, ...domain, '--ca', 'Corp'), /is not a CA's name/],
    ['a name that begins with a dot', (home) => init(home, ...domain, '--ca', '.corp'), /is not a CA's name/],
    ['a name that is too long', (home) => init(home, ...domain, '--ca', 'c'.repeat(33)), /is not a CA's name/],
    ['no passphrase', () => ['ca', 'init', '--key', 'p-256', ...domain], /nothing says where the passphrase of CA "default" is/],
    [
      'a passphrase file that is not there',
      (home) => ['ca', 'init', ...domain, '--passphrase-file', join(home.beside, 'none')],
      /does not exist/,
    ],
    ['an empty passphrase file', (home) => ['ca', 'init', ...domain, '--passphrase-file', written(home, '')], /holds nothing/],
    [
      'a passphrase file with a line feed only',
      (home) => ['ca', 'init', ...domain, '--passphrase-file', written(home, '\n')],
      /holds nothing/,
    ],
    [
      'a passphrase that is too long',
      (home) => ['ca', 'init', '--key', 'p-256', ...domain, '--passphrase-file', written(home, 'x'.repeat(1025))],
      /the passphrase is over 1024 octets/,
    ],
    [
      'a passphrase file open to others',
      (home) => ['ca', 'init', ...domain, '--passphrase-file', written(home, 'x', 0o644)],
      /may be read or written by others/,
    ],
    [
      'a passphrase file that is a folder',
      (home) => ['ca', 'init', ...domain, '--passphrase-file', home.beside],
      /is not a regular file/,
    ],
  ];
  it.each(bad)('is refused with %s', async (_, args, reason) => {
    const home = newHome();
    await refused(home, args(home), reason);
  });
  it('is refused where the data folder is a file', async () => {
    const home = newHome();
    const file = { ...home, home: join(home.beside, 'passphrase') };
    const { code, stderr } = await mayfly(file, ...init(home, ...domain));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^mayfly: cannot look at [^\n]* \(ENOTDIR\)\n {2}next: [^\n]+\n$/);
  });
});
function written(home: Home, content: string, mode = 0o600): string {
  const file = join(home.beside, 'given');
  writeFileSync(file, content, { mode });
  chmodSync(file, mode);
  return file;
}

describe('mayfly ca csr and ca install', () => {
  let home: Home;
  let enterprise: EnterpriseCa;
  beforeAll(async () => {
    home = newHome();
    enterprise = EnterpriseCa.root();
    const made = await mayfly(
      home,
      'ca',
      'csr',
      '--domain',
      'corp.example',
      '--key',
      'p-256',
      '--passphrase-file',
      home.passphraseFile,
    );
    expect(made.code).toBe(0);
    expect(made.stdout).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n[\s\S]+-----END CERTIFICATE REQUEST-----\n$/);
    expect(made.stderr).toMatch(/^next: have the enterprise CA certify it/);
  });
  const request = () => readFileSync(join(home.home, 'ca/default/ca.csr'), 'latin1');
  it('list and show say that the certificate is missing', async () => {
    expect(await json(home, 'ca', 'list')).toEqual({
      ok: true,
      cas: [{ name: 'default', state: 'requested, certificate not installed' }],
    });
    expect(await json(home, 'ca', 'show')).toMatchObject({ name: 'default', state: 'requested' });
    await refused(home, ['ca', 'serve', '--passphrase-file', home.passphraseFile], /CA "default" has no certificate yet/);
    await refused(home, ['ca', 'crl'], /cannot read .*ca\.crl/);
  });
  it('install refuses what does not fit, and says all that is wrong with it', async () => {
    const install = (content: string) => ['ca', 'install', written(home, content), '--passphrase-file', home.passphraseFile];
    await refused(
      home,
      install(enterprise.certify(request(), ['basicConstraints = CA:false'])),
      /not a CA certificate.*keyCertSign.*CRL distribution point/,
    );
    await refused(home, install(enterprise.certificate), /is for another key/);
    await refused(home, install('garbage'), /no certificate in the file/);
    await refused(
      home,
      ['ca', 'install', join(home.beside, 'none'), '--passphrase-file', home.passphraseFile],
      /cannot read .*none/,
    );
    const good = written(home, enterprise.certify(request()));
    const wrong = join(home.beside, 'wrong');
    writeFileSync(wrong, 'wrong', { mode: 0o600 });
    const before = tree(home.home);
    const { code, stderr } = await mayfly(home, 'ca', 'install', good, '--passphrase-file', wrong);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^mayfly: the passphrase does not open the CA's key\n {2}next: /);
    const { '/ca/default/lock': _, ...after } = tree(home.home);
    expect(after).toEqual(before);
  });
  it('install takes what fits, tells what the enterprise CA dropped, and the CA is ready', async () => {
    const file = written(
      home,
      enterprise.certify(request(), [
        'basicConstraints = critical,CA:true',
        'keyUsage = critical,keyCertSign,cRLSign',
        'crlDistributionPoints = URI:http://pki/r.crl',
      ]),
    );
    const installed = await json(home, 'ca', 'install', file, '--passphrase-file', home.passphraseFile);
    expect(Object.keys(installed)).toEqual(['ok', 'name', 'subject', 'issuer', 'keyId', 'notAfter', 'notes']);
    expect(installed['notes']).toMatchObject(
      [/path length was dropped/, /extended key usage\) was dropped/, /was not given/].map(
        (note) => expect.stringMatching(note) as unknown,
      ),
    );
    expect(await json(home, 'ca', 'list')).toMatchObject({ cas: [{ name: 'default', state: 'ready' }] });
  });
  it('csr --out writes the request where it is told, a link and a pipe included', async () => {
    const at = (name: string) => join(home.beside, name);
    symlinkSync(at('target'), at('link'));
    expect(spawnSync('mkfifo', [at('fifo')]).status).toBe(0);
    const reader = spawnReader(at('fifo'));
    for (const [i, name] of ['plain', 'link', 'fifo'].entries()) {
      const args = [
        'ca',
        'csr',
        '--ca',
        `out-${i}`,
        '--domain',
        'corp.example',
        '--key',
        'p-256',
        '--passphrase-file',
        home.passphraseFile,
      ];
      expect(await json(home, ...args, '--out', at(name))).toMatchObject({
        requestFile: at(name),
        request: expect.stringMatching(/^-----BEGIN/) as unknown,
      });
    }
    expect(readFileSync(at('plain'), 'latin1')).toMatch(/^-----BEGIN CERTIFICATE REQUEST/);
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('target'), 'latin1')).toMatch(/^-----BEGIN CERTIFICATE REQUEST/);
    expect(lstatSync(at('fifo')).isFIFO()).toBe(true);
    expect(await reader).toMatch(/^-----BEGIN CERTIFICATE REQUEST/);
  });
});
async function spawnReader(path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(path, 'latin1');
}

describe('mayfly ca import', () => {
  it('takes a CA over, and refuses with a sentence what it cannot open', async () => {
    const home = newHome();
    const openssl = (...args: readonly string[]) => {
      const { status, stderr } = spawnSync('openssl', args, { cwd: home.beside, encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
    };
    const usage = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
    openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      'key',
      '-out',
      'crt',
      '-subj',
      '/CN=Old',
      '-days',
      '900',
      ...usage,
    );
    const common = ['pkcs12', '-export', '-inkey', 'key', '-in', 'crt', '-passout', 'file:passphrase'];
    openssl(...common, '-out', 'new.p12');
    openssl(...common, '-out', 'old.p12', '-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES');
    const at = (name: string) => join(home.beside, name);
    const keep = ['--domain', 'corp.example', '--passphrase-file', home.passphraseFile];
    await refused(
      home,
      ['ca', 'import', at('old.p12'), '--source-passphrase-file', home.passphraseFile, ...keep],
      /not encrypted with AES/,
    );
    await refused(home, ['ca', 'import', at('new.p12'), ...keep], /wrong passphrase/);
    await refused(home, ['ca', 'import', at('crt'), ...keep], /neither PKCS #12 nor PEM/);
    await refused(home, ['ca', 'import', at('none'), ...keep], /cannot read/);
    const imported = await json(home, 'ca', 'import', at('new.p12'), '--source-passphrase-file', home.passphraseFile, ...keep);
    expect(Object.keys(imported)).toEqual(['ok', 'name', 'subject', 'issuer', 'keyId', 'notAfter', 'notes']);
    await refused(
      home,
      ['ca', 'import', at('new.p12'), '--source-passphrase-file', home.passphraseFile, ...keep],
      /there is a CA in/,
    );
  });
});

describe('mayfly ca list and show', () => {
  it('of nothing', async () => {
    const home = newHome();
    expect(await json(home, 'ca', 'list')).toEqual({ ok: true, cas: [] });
    expect((await mayfly(home, 'ca', 'list')).stdout).toMatch(/^no CA in /);
    for (const command of [['show'], ['crl'], ['revoke', 'ab'], ['serve'], ['install', 'x']])
      await refused(home, ['ca', ...command], /there is no CA named "default"/);
  });
  it('name their fields alike each time', async () => {
    const home = newHome();
    await json(home, ...init(home, '--domain', 'corp.example'));
    expect(Object.keys(await json(home, 'ca', 'show'))).toEqual([
      'ok',
      'name',
      'state',
      'subject',
      'issuer',
      'serialNumber',
      'key',
      'keyId',
      'notBefore',
      'notAfter',
      'crlUrls',
      'caIssuerUrls',
      'upnSuffixes',
      'certificateFile',
      'crlFile',
      'crlNextUpdate',
      'socket',
      'refusedSidList',
    ]);
    const { cas } = (await json(home, 'ca', 'list')) as { cas: object[] };
    expect(cas.map((ca) => Object.keys(ca))).toEqual([['name', 'state', 'subject', 'keyId', 'notAfter']]);
    const crl = await json(home, 'ca', 'crl');
    expect(Object.keys(crl)).toEqual(['ok', 'file', 'nextUpdate', 'crl']);
    mkdirSync(join(home.home, 'ca', 'not-a-ca'));
    expect((await json(home, 'ca', 'list'))['cas']).toEqual(cas);
    await json(home, ...init(home, '--domain', 'corp.example', '--ca', 'cut'));
    writeFileSync(join(home.home, 'ca/cut/ca.crt'), '-----BEGIN');
    expect((await json(home, 'ca', 'list'))['cas']).toEqual([{ name: 'cut', state: 'damaged' }, ...cas]);
    await refused(home, ['ca', 'show', '--ca', 'cut'], /ca\.crt is damaged or cut short/);
  });
});

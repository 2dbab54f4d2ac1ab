import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { logonRequest, publicKey, SID, tree } from '../ca/made-ca.ts';
import { crlRequest, framed, issueRequest, RawConnection, revokeRequest } from '../ca/raw-connection.ts';
import { entry, type Home, mayfly, newHome, type Serving, serve, spawned } from './mayfly.ts';
import { LISTED, withList } from './refused-sid-list.ts';

const REFUSED = 'S-1-5-21-1-2-3-4444';
async function ok(home: Home, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await mayfly(home, ...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, unknown>;
}
async function madeHome(...more: readonly string[]): Promise<Home> {
  const home = newHome();
  await ok(home, 'ca', 'init', '--key', 'p-256', '--domain', 'corp.example', '--passphrase-file', home.passphraseFile, ...more);
  return home;
}
const folder = (home: Home) => join(home.home, 'ca/default');
const socket = (home: Home) => join(folder(home), 'ca.sock');
const keyFile = (home: Home) => {
  const file = join(home.beside, 'public.pem');
  writeFileSync(file, `-----BEGIN PUBLIC KEY-----\n${Buffer.from(publicKey()).toString('base64')}\n-----END PUBLIC KEY-----\n`);
  return file;
};
const issueArgs = (home: Home, ...more: readonly string[]) => [
  'ca',
  'issue',
  '--upn',
  'alice@corp.example',
  '--sid',
  SID,
  '--public-key',
  keyFile(home),
  ...more,
];
async function refused(home: Home, args: readonly string[], reason: RegExp): Promise<void> {
  const { code, stdout, stderr } = await mayfly(home, ...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^mayfly: \S[^\n]*[^.\n]\n( {2}next: \S[^\n]*\n)?$/);
  expect(stderr).toMatch(reason);
}

describe('mayfly ca serve, of a lab', () => {
  let home: Home;
  let serving: Serving;
  beforeAll(async () => {
    home = await madeHome('--lab');
    serving = await serve(home);
  });
  it('issues, revokes, makes CRLs; every command says the same for people and programs', async () => {
    const issued = await ok(home, ...issueArgs(home));
    expect(Object.keys(issued)).toEqual(['ok', 'serialNumber', 'notAfter', 'certificate']);
    const serial = String(issued['serialNumber']);
    const said = await mayfly(home, ...issueArgs(home));
    expect(said.stdout).toMatch(/^-----BEGIN CERTIFICATE-----\n[\s\S]+-----END CERTIFICATE-----\n$/);
    const revoked = await ok(home, 'ca', 'revoke', serial.toUpperCase().replace(/..(?!$)/g, '$&:'), '--reason', 'keyCompromise');
    expect(Object.keys(revoked)).toEqual(['ok', 'serialNumber', 'crlNumber', 'crlFile']);
    await refused(home, ['ca', 'revoke', serial], /the CA refused: the certificate is revoked already/);
    await refused(home, ['ca', 'revoke', 'ab'.repeat(16)], /no certificate with that serial number/);
    await refused(home, ['ca', 'revoke', 'xyz'], /the serial number is missing or not hex/);
    await refused(home, ['ca', 'revoke'], /the serial number is missing or not hex/);
    writeFileSync(join(home.beside, 'leaf.pem'), said.stdout);
    expect((await mayfly(home, 'ca', 'revoke', '--certificate', join(home.beside, 'leaf.pem'))).stdout).toMatch(
      /^revoked [0-9a-f]{32}; CRL number \d+ in /,
    );
    const before = Number(revoked['crlNumber']);
    for (const format of ['pem', 'der']) {
      const out = join(home.beside, `crl.${format}`);
      expect((await mayfly(home, 'ca', 'crl', '--fresh', '--format', format, '--out', out)).stdout).toMatch(/^CRL written to /);
      const text = execFileSync('openssl', ['crl', '-inform', format, '-in', out, '-noout', '-text'], { encoding: 'utf8' });
      expect(text.toLowerCase()).toContain(serial);
      expect(text).toMatch(/Key Compromise/);
      expect(Number(/CRL Number:\s+(\w+)/.exec(text)?.[1])).toBeGreaterThan(before);
    }
  });
  it('refuses what the command line would let through, and says so itself', async () => {
    await refused(home, issueArgs(home, '--upn', 'eve@evil.example'), /UPN suffix is none of this CA's/);
    await refused(home, issueArgs(home, '--sid', 'S-1-5-21-1-2-3-500'), /RID 500 is built in/);
    await refused(home, issueArgs(home, '--public-key', join(home.beside, 'passphrase')), /there is no PUBLIC KEY in/);
    await expect.poll(() => serving.said().stderr).toMatch(/^\d{4}-\S+Z refused: .*UPN suffix.*$/m);
    await expect.poll(() => serving.said().stderr).toMatch(/^\d{4}-\S+Z refused: .*RID 500.*$/m);
  });
  it('is alone with its CA', async () => {
    for (const args of [
      ['ca', 'serve'],
      ['ca', 'serve', '--json'],
    ]) {
      const second = await spawned(home, [...args, '--passphrase-file', home.passphraseFile]);
      expect(second.code).toBe(1);
      expect(second.stderr).toMatch(
        /^mayfly: another process has this CA open\n {2}next: stop the running `mayfly ca serve` first, or ask it instead\n$/,
      );
    }
    await refused(home, ['ca', 'init', '--lab'], /there is a CA in/);
    expect((await ok(home, ...issueArgs(home)))['ok']).toBe(true);
  });
  it('is not moved by floods, and keeps its memory', async () => {
    const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${serving.pid}/status`, 'latin1'))?.[1]) / 1024;
    const before = memory();
    const front = await RawConnection.open(socket(home));
    const goesOn = async () => expect(await front.ask(issueRequest(logonRequest()))).toMatchObject({ tag: 0xa0 });
    await goesOn();
    const giants = Array.from({ length: 100 }, async (_, i) => {
      const hostile = await RawConnection.open(socket(home));
      hostile.send(Buffer.alloc(1 << 20, i));
      await hostile.end();
    });
    const deaf = await Promise.all(Array.from({ length: 20 }, () => RawConnection.open(socket(home))));
    const flood = Buffer.concat(Array.from({ length: 5000 }, () => framed(crlRequest(false))));
    for (const connection of deaf) {
      connection.socket.pause();
      connection.send(flood);
    }
    await goesOn();
    await Promise.all(giants);
    await goesOn();
    await expect.poll(() => memory() - before).toBeLessThan(100);
    for (const connection of [front, ...deaf]) connection.close();
    await ok(home, ...issueArgs(home));
    expect(serving.child.exitCode).toBeNull();
  });
  it('takes its socket away when told to stop, and starts again over one that a killed process left', async () => {
    const said = await serving.stop();
    expect(said.code).toBe(0);
    expect(existsSync(socket(home))).toBe(false);
    await refused(home, issueArgs(home), /no CA process answers on/);
    const killed = await serve(home);
    await killed.stop('SIGKILL');
    expect(lstatSync(socket(home)).isSocket()).toBe(true);
    await refused(home, issueArgs(home), /no CA process answers on/);
    serving = await serve(home);
    await ok(home, ...issueArgs(home));
    expect((await serving.stop('SIGINT')).code).toBe(0);
  });
  it('refuses to start with one clear line, and changes nothing', async () => {
    const wrong = join(home.beside, 'wrong');
    writeFileSync(wrong, 'wrong', { mode: 0o600 });
    const long = { ...home, home: mkdtempSync(join(tmpdir(), `mayfly-${'x'.repeat(80)}-`)) };
    const cases: [Home, () => void, () => void, string, RegExp][] = [
      [home, () => undefined, () => undefined, wrong, /the passphrase does not open the CA's key/],
      [
        home,
        () => chmodSync(join(folder(home), 'ca.key'), 0o640),
        () => chmodSync(join(folder(home), 'ca.key'), 0o600),
        home.passphraseFile,
        /ca\.key is open to others \(mode 0640\)/,
      ],
      [
        home,
        () => chmodSync(folder(home), 0o755),
        () => chmodSync(folder(home), 0o700),
        home.passphraseFile,
        /default is open to others \(mode 0755\)/,
      ],
    ];
    for (const [where, damage, mend, passphraseFile, reason] of cases) {
      damage();
      const before = tree(where.home);
      const { code, stdout, stderr } = await spawned(where, ['ca', 'serve', '--passphrase-file', passphraseFile]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^mayfly: \S[^\n]*[^.\n]\n {2}next: \S[^\n]*\n$/);
      expect(stderr).toMatch(reason);
      expect(tree(where.home)).toEqual(before);
      mend();
    }
    execFileSync('cp', ['-a', join(home.home, 'ca'), long.home]);
    const { code, stderr } = await spawned(long, ['ca', 'serve', '--passphrase-file', home.passphraseFile]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^mayfly: the socket's path is over 107 octets: [^\n]+\n {2}next: choose a shorter MAYFLY_HOME/);
    rmSync(long.home, { recursive: true });
  });
});

describe('mayfly ca serve, not of a lab', () => {
  it('issues nothing for the command line, and holds requests to the configured bounds', async () => {
    const home = await madeHome();
    const bounds = { refusedSids: [REFUSED], maxLifetimeMinutes: 7, upnSuffixes: ['other.example'] };
    const serving = await serve(home, (await withList(home, bounds)).serving);
    await refused(home, issueArgs(home), /CA "default" is no lab CA: its certificates are issued for sessions only/);
    const front = await RawConnection.open(socket(home));
    const ask = (given: Parameters<typeof logonRequest>[0]) =>
      front.ask(issueRequest(logonRequest({ userPrincipalName: 'alice@other.example', ...given })));
    expect(await ask({ lifetime: 420 })).toMatchObject({ tag: 0xa0 });
    for (const [given, reason] of [
      [{ lifetime: 421 }, 'over 7 minutes away'],
      [{ sid: REFUSED }, "the CA's list of refused SIDs"],
      [{ sid: LISTED }, 'stands on the list of refused SIDs'],
      [{ userPrincipalName: 'alice@corp.example' }, 'UPN suffix'],
    ] as const) {
      const reply = await ask(given);
      expect(reply).toMatchObject({ tag: 0xa4 });
      expect(reply?.text).toContain(reason);
      await expect.poll(() => serving.said().stderr).toContain(reason);
    }
    expect(readFileSync(join(folder(home), 'issuance.log'), 'utf8').match(/"issued"/g)).toHaveLength(1);
    front.close();
    await serving.stop();
  });
  it('with a root keeps both CRLs', async () => {
    const home = await madeHome('--with-root');
    const before = [folder(home), join(folder(home), 'root')].map((path) => readFileSync(join(path, 'ca.crl')));
    const serving = await serve(home);
    await serving.stop();
    const after = [folder(home), join(folder(home), 'root')].map((path) => readFileSync(join(path, 'ca.crl')));
    for (const i of [0, 1]) expect(after[i]?.equals(before[i] ?? Buffer.alloc(0))).toBe(false);
  });
});

const rounds = process.env['MAYFLY_FUZZ_RUNS'] === undefined ? 5 : 50;
it(`killed ${rounds} times right after a reply: every certificate has its entry, the log replays, CRL numbers rise`, {
  timeout: 60_000 + rounds * 15_000,
}, async () => {
  const home = await madeHome();
  const { serving: options } = await withList(home);
  const log = join(folder(home), 'issuance.log');
  for (let round = 0; round < rounds; round++) {
    const serving = await serve(home, options);
    const connections = await Promise.all(Array.from({ length: 5 }, () => RawConnection.open(socket(home))));
    const replies = connections.map((connection) => connection.ask(issueRequest(logonRequest())));
    for (const connection of connections) connection.send(framed(crlRequest(true)));
    const first = await Promise.race(replies);
    const ended = serving.stop('SIGKILL');
    const released = [first, ...(await Promise.all(replies))].filter((reply) => reply?.tag === 0xa0);
    await ended;
    expect(first?.tag, first?.text).toBe(0xa0);
    const content = readFileSync(log, 'utf8');
    // issued: [0] SEQUENCE { certificate, serialNumber OCTET STRING (16), notAfter GeneralizedTime (15) }
    for (const reply of released)
      expect(content).toContain(`"serialNumber":"${reply?.bytes.subarray(-33, -17).toString('hex')}"`);
    for (const connection of connections) connection.close();
  }
  const entries = readFileSync(log, 'utf8')
    .split('\n')
    .slice(0, -1)
    .flatMap((line, i, all) => {
      try {
        return [JSON.parse(line) as { event: string; number: number }];
      } catch (e) {
        if (i === all.length - 1) return [];
        throw e;
      }
    });
  const numbers = entries.filter(({ event }) => event === 'crl').map(({ number }) => number);
  expect(numbers).toEqual(numbers.map((_, i) => i + 1));
  expect(numbers.length).toBeGreaterThan(rounds);
  const serving = await serve(home);
  const crl = spawnSync('openssl', ['crl', '-inform', 'DER', '-in', join(folder(home), 'ca.crl'), '-noout', '-crlnumber'], {
    encoding: 'utf8',
  });
  expect(Number(/=0x([0-9A-F]+)|=([0-9A-F]+)/.exec(crl.stdout)?.slice(1).find(Boolean)?.replace(/^/, '0x'))).toBeGreaterThan(
    numbers.at(-1) ?? 0,
  );
  await serving.stop();
});

const confined =
  spawnSync('unshare', ['--mount', '--propagation', 'private', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
describe.skipIf(!confined)('a full disk', () => {
  /** Runs behind a data folder of its own size, which nobody else sees but by way of the process. */
  const onTmpfs = (home: Home, kilobytes: number) => [
    'unshare',
    '--mount',
    '--propagation',
    'private',
    'sh',
    '-c',
    'mount -t tmpfs -o size=$1k,mode=700 tmpfs "$2" && cp -a "$2.full/." "$2" && shift 2 && exec "$@"',
    'sh',
    String(kilobytes),
    home.home,
  ];
  it.each([4, 8, 12, 16, 20, 24])('of %i kB: ca init makes all of a CA or nothing', async (kilobytes) => {
    const home = newHome();
    mkdirSync(`${home.home}.full`);
    const script = '"$0" "$1" ca init --lab --key p-256; code=$?; find "$MAYFLY_HOME" -type f; exit $code';
    const around = [...onTmpfs(home, kilobytes), 'sh', '-c', script];
    const { code, stdout, stderr } = await spawned(home, [], around);
    const files = stdout.split('\n').filter((line) => line.startsWith(home.home));
    if (code === 0)
      expect(files.map((file) => file.replace(/.*\//, '')).sort()).toEqual([
        'ca.crl',
        'ca.crt',
        'ca.json',
        'ca.key',
        'default.passphrase',
        'issuance.log',
        'lock',
      ]);
    else {
      expect(stderr).toMatch(/^mayfly: cannot [^\n]*(ENOSPC|disk is full)[^\n]*\n {2}next: free space[^\n]*\n$/);
      expect(files).toEqual([]);
    }
    if (kilobytes === 4) expect(code).toBe(1);
    if (kilobytes === 24) expect(files.length === 7 || files.length === 0).toBe(true);
  });
  it('while serving: nothing is issued, revoked or half-written, and the same process goes on when there is room', async () => {
    const home = await madeHome();
    execFileSync('cp', ['-a', home.home, `${home.home}.full`]);
    const serving = await serve(home, { ...(await withList(home)).serving, around: onTmpfs(home, 256) });
    // unshare and sh have become the process itself: its view of the folder is reached by way of it.
    const inside = join(`/proc/${serving.pid}/root`, folder(home));
    const front = await RawConnection.open(join(inside, 'ca.sock'));
    const ballast = join(inside, 'ballast');
    const log = () => readFileSync(join(inside, 'issuance.log'), 'utf8');
    const first = await front.ask(issueRequest(logonRequest()));
    expect(first).toMatchObject({ tag: 0xa0 });
    const serial = first?.bytes.subarray(-33, -17).toString('hex') ?? '';
    spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4096']);
    // The log's last page has room left: what fits there is still written whole.
    let reply = await front.ask(issueRequest(logonRequest()));
    for (let i = 0; reply?.tag === 0xa0 && i < 20; i++) reply = await front.ask(issueRequest(logonRequest()));
    const before = log();
    const { tag, text } = (await front.ask(issueRequest(logonRequest()))) ?? { tag: 0, text: '' };
    expect(tag).toBe(0xa5);
    expect(text).toContain('cannot write the issuance log (ENOSPC)');
    expect(log(), 'no partial line').toBe(before);
    const revocation = await front.ask(revokeRequest(serial));
    expect(revocation).toMatchObject({ tag: 0xa5 });
    expect(await front.ask(crlRequest(true))).toMatchObject({ tag: 0xa5 });
    expect(await front.ask(crlRequest(false)), 'the CRL that was there is still whole').toMatchObject({ tag: 0xa2 });
    expect(log().endsWith('}\n')).toBe(true);
    await expect.poll(() => serving.said().stderr).toMatch(/a request failed: cannot write .*ENOSPC.*\(free space/);
    rmSync(ballast);
    expect(await front.ask(issueRequest(logonRequest()))).toMatchObject({ tag: 0xa0 });
    expect(await front.ask(crlRequest(true))).toMatchObject({ tag: 0xa2 });
    const lines = log()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; number: number });
    const numbers = lines.filter(({ event }) => event === 'crl').map(({ number }) => number);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    front.close();
    expect((await serving.stop()).code).toBe(0);
  });
});

it('mayfly demo issues and verifies, twice, and its --json is one object, failing or not', async () => {
  const home = newHome();
  const demo = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await spawned(home, ['demo', '--json', ...args]);
    return {
      code,
      stderr,
      said: JSON.parse(stdout) as {
        ok: boolean;
        steps: { name: string; ok: boolean; ms: number; detail: string }[];
        error?: object;
      },
    };
  };
  for (const _ of [1, 2]) {
    const { code, said } = await demo('Bob Example');
    expect({ code, ok: said.ok }).toEqual({ code: 0, ok: true });
    expect(said.steps.map(({ name }) => name)).toEqual([
      'lab CA',
      'CA process',
      ...['mint the card', 'SELECT', 'card id', 'read certificate', 'VERIFY', 'sign', 'decrypt', 'sign'],
      ...['own validation', 'openssl'],
      ...['destroy the key', 'one more signature', 'read certificate'],
    ]);
    expect(said.steps.every(({ ok: held, ms }) => held && ms >= 0)).toBe(true);
  }
  const failed = await demo('a/b');
  expect(failed).toMatchObject({ code: 1, said: { ok: false, error: { code: 'ca-refused' } } });
  expect(failed.stderr).toMatch(/^mayfly: the CA refused: .*\n$/);
  const key = join(home.home, 'ca/demo/ca.key');
  writeFileSync(key, readFileSync(key).subarray(0, 100));
  const damaged = await demo();
  expect(damaged.code).toBe(1);
  expect(damaged.stderr).toMatch(/the CA process ended: .*the key file is damaged or cut short/);
  expect(existsSync(entry)).toBe(true);
});

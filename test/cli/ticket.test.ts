import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { certificatesOf, toPem } from '../../src/ca/pem.ts';
import { decodeCredentialCache } from '../../src/kerberos/credential-cache.ts';
import { principalText } from '../../src/kerberos/principal-name.ts';
import { type StandInSettings, standInKdc } from '../kerberos/stand-in-kdc.ts';
import { alice, logonCa, REALM, root } from '../kerberos/stand-in-realm.ts';
import { type ServedKdc, serveKdc } from '../kerberos/stand-in-server.ts';
import { DAY, now } from '../x509/made-certificate.ts';
import { type Home, mayfly, newHome, type Ran, type Serving, serve, spawned } from './mayfly.ts';

/** The certificates of the stand-ins are of another time: the commands run with a clock that shows it. */
const ahead = now * 1000 - Date.now();
const time = () => Math.floor((Date.now() + ahead) / 1000);

let home: Home;
let serving: Serving;
let cardCas: NonNullable<StandInSettings['cardCas']>;
const served: ServedKdc[] = [];
beforeAll(async () => {
  home = newHome();
  const clock = join(home.beside, 'clock.mjs');
  writeFileSync(clock, `const { now } = Date;\nDate.now = () => now() + ${ahead};\n`);
  const before = process.env['NODE_OPTIONS'];
  process.env['NODE_OPTIONS'] = `${before ?? ''} --import ${clock}`;
  const plan = ['--lab', '--key', 'p-256', '--domain', 'corp.example', '--passphrase-file', home.passphraseFile];
  expect(await spawned(home, ['ca', 'init', ...plan])).toMatchObject({ code: 0 });
  serving = await serve(home);
  const own = certificatesOf(readFileSync(join(home.home, 'ca/default/ca.crt')));
  cardCas = { roots: own, ntAuth: own };
  writeFileSync(file('root.pem'), toPem('CERTIFICATE', root.der));
  writeFileSync(file('other.pem'), toPem('CERTIFICATE', logonCa.der));
  return async () => {
    process.env['NODE_OPTIONS'] = before ?? '';
    await serving.stop();
  };
});
afterEach(async () => {
  await Promise.all(served.splice(0).map((server) => server.close()));
});
const file = (name: string) => join(home.beside, name);
/** A stand-in that takes the cards of this test's CA; its address. */
async function kdc(settings: StandInSettings = {}) {
  const standIn = standInKdc({ cardCas, now: time, ...settings });
  const server = await serveKdc((request) => standIn.answer(request));
  served.push(server);
  return { address: `127.0.0.1:${server.port}`, standIn };
}
async function gone(): Promise<string> {
  const server = await serveKdc((request) => request);
  await server.close();
  return `127.0.0.1:${server.port}`;
}
const person = ['--upn', alice.principalName, '--sid', alice.sid];
const anchor = () => ['--anchor', file('root.pem')];
const kdcsOf = (...addresses: readonly string[]) => addresses.flatMap((address) => ['--kdc', address]);
const ticket = (...args: readonly string[]) => spawned(home, ['ticket', ...person, ...args]);
const probe = (...args: readonly string[]) => spawned(home, ['kdc', 'probe', REALM, ...person, ...args]);
const json = ({ stdout }: Ran) => JSON.parse(stdout) as Record<string, unknown>;

describe('mayfly ticket', () => {
  it('writes what the KDC granted to a file that others may not read, and says how', async () => {
    const { address, standIn } = await kdc({ services: ['TERMSRV/host1.corp.example'] });
    const cache = file('granted.cc');
    const ran = await ticket(
      ...[...anchor(), ...kdcsOf(await gone(), address), '--cache', `FILE:${cache}`, '--json'],
      ...['--service', 'TERMSRV/host1.corp.example'],
    );
    expect(ran.code, ran.stderr).toBe(0);
    const servers = [`krbtgt/${REALM}@${REALM}`, `TERMSRV/host1.corp.example@${REALM}`];
    expect(json(ran)).toMatchObject({
      ok: true,
      client: `alice@${REALM}`,
      tickets: servers.map((server) => ({ server })),
      cache,
      realms: [REALM],
      group: 'modp-14',
      digest: 'SHA-256',
      encryptionType: 'aes256-cts-hmac-sha1-96',
      exchanges: 2,
      signatures: 1,
      kdc: '127.0.0.1',
    });
    expect(standIn.asked.map(({ step }) => step)).toEqual(['hints', 'pkinit', 'tgs']);
    expect(statSync(cache).mode & 0o777).toBe(0o600);
    const { credentials } = decodeCredentialCache(readFileSync(cache));
    expect(credentials.map(({ server }) => principalText(server))).toEqual(servers);
    for (const { key } of credentials) {
      const said = Buffer.from(ran.stdout + ran.stderr).toString('latin1');
      for (const form of ['hex', 'base64'] as const) expect(said).not.toContain(Buffer.from(key.value).toString(form));
    }
  });
  it('says why a KDC refuses and what to do, in one line each, and leaves no file', async () => {
    const { address } = await kdc({ script: [{ at: 'pkinit', error: { code: 18 } }] });
    const cache = file('refused.cc');
    const { code, stdout, stderr } = await ticket(...anchor(), ...kdcsOf(address), '--cache', cache);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.split('\n').filter((line) => !line.startsWith('mayfly: core dumps'))).toEqual([
      expect.stringMatching(/^mayfly: realm CORP\.EXAMPLE refuses: \S[^.]*/),
      expect.stringMatching(/^ {2}next: \S/),
      '',
    ]);
    expect(existsSync(cache)).toBe(false);
  });
  it.each([
    [
      'whose CA is another',
      () => ['--anchor', file('other.pem')],
      {},
      "the KDC's certificate is refused: no certificate of its issuer is known",
    ],
    ['of a web server', anchor, { certificate: 'of a web server' }, 'extended key usage does not allow kdc'],
    ['of another realm', anchor, { certificate: 'of another realm' }, "the KDC's certificate names no KDC of realm"],
  ] as const)('believes no KDC with a certificate %s', async (_, anchors, settings, reason) => {
    const { address } = await kdc(settings);
    const cache = file('unproven.cc');
    const { code, stderr } = await ticket(...anchors(), ...kdcsOf(address), '--cache', cache);
    expect(code).toBe(1);
    expect(stderr).toContain(reason);
    expect(existsSync(cache)).toBe(false);
  });
  it('holds a realm against its own anchors, not those of another', async () => {
    const { address } = await kdc();
    const configured = (own: string, others: string) => {
      const realms = [
        { name: REALM, anchors: [`./${own}`], kdcs: [address] },
        { name: 'OTHER.EXAMPLE', anchors: [`./${others}`] },
      ];
      writeFileSync(file('mayfly.json'), JSON.stringify({ realms }));
      return ticket('--config', file('mayfly.json'), '--cache', file('configured.cc'));
    };
    expect(await configured('root.pem', 'other.pem')).toMatchObject({ code: 0 });
    expect(await configured('other.pem', 'root.pem')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no certificate of its issuer is known') as unknown,
    });
  });
  it('wants the CRL of a realm that demands one', async () => {
    const { address } = await kdc();
    const realms = [{ name: REALM, anchors: ['./root.pem'], kdcs: [address], revocation: 'require' }];
    writeFileSync(file('strict.json'), JSON.stringify({ realms }));
    const { code, stderr } = await ticket('--config', file('strict.json'), '--cache', file('strict.cc'));
    expect(code).toBe(1);
    expect(stderr).toContain('no crl of its issuer is given');
  });
  it.each([
    [[], 'nothing says which file the tickets go to'],
    [['--cache', 'KCM:'], 'nothing says which file the tickets go to'],
    [['--cache', 'x.cc'], 'nothing says which CA the KDCs of realm CORP.EXAMPLE have their certificates from'],
    [['--cache', 'x.cc', '--anchor', 'gone.pem'], 'cannot read gone.pem'],
  ])('asks no KDC with %j', async (args, reason) => {
    const before = process.env['KRB5CCNAME'];
    Reflect.deleteProperty(process.env, 'KRB5CCNAME');
    const { code, stdout, stderr } = await ticket(...args);
    if (before !== undefined) process.env['KRB5CCNAME'] = before;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(reason);
  });
});

describe('mayfly kdc probe', () => {
  it('asks each KDC by itself with a card of its own, and shows what they are', async () => {
    const right = await kdc();
    const web = await kdc({ certificate: 'of a web server' });
    const locked = await kdc({ script: [{ at: 'pkinit', error: { code: 18 } }] });
    const addresses = [right.address, web.address, locked.address, await gone()];
    const ran = await probe(...anchor(), ...kdcsOf(...addresses), '--every-dc', '--json');
    expect(ran.code, ran.stderr).toBe(1);
    const { ok, kdcs } = json(ran) as { ok: boolean; kdcs: readonly Record<string, unknown>[] };
    expect(ok).toBe(false);
    expect(kdcs.map((each) => [each['kdc'], each['ok'], each['error']])).toEqual([
      [addresses[0], true, undefined],
      [addresses[1], false, 'kdc-certificate'],
      [addresses[2], false, undefined],
      [addresses[3], false, 'kdc-unreachable'],
    ]);
    expect(kdcs[0]?.['certificate']).toEqual({
      subject: 'CN=dc1',
      issuer: 'CN=kdc ca',
      notAfter: new Date((now + DAY) * 1000).toISOString().replace('.000', ''),
      names: ['dc1.corp.example', 'corp.example'],
      usage: 'kdc',
    });
    expect(kdcs[1]?.['certificate']).toMatchObject({ usage: 'other', fault: 'extended key usage does not allow kdc' });
    expect(kdcs[2]).toMatchObject({ refusal: { code: 18 } });
    // Each had its own card: no KDC sees another's certificate.
    const shown = [right, locked].map(({ standIn }) => standIn.asked.filter(({ step }) => step === 'pkinit'));
    expect(shown.map(({ length }) => length)).toEqual([1, 1]);
    for (const { standIn } of [right, web, locked]) expect(standIn.asked.some(({ step }) => step === 'tgs')).toBe(false);
  });
  it('asks the realm as a logon would, and says it in lines', async () => {
    const { address } = await kdc();
    const ran = await probe(...anchor(), ...kdcsOf(await gone(), address));
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stdout.split('\n')).toEqual([
      expect.stringMatching(
        /^ok {4}CORP\.EXAMPLE: lets the account in \([0-9.]+ ms; modp-14, SHA-256, aes256-cts-hmac-sha1-96\)$/,
      ),
      expect.stringMatching(/^ {6}certificate fit: CN=dc1 by CN=kdc ca, until \S+, names dc1\.corp\.example, corp\.example$/),
      '',
    ]);
  });
  it('is for realms that can be asked', async () => {
    const { code, stderr } = await mayfly(home, 'kdc', 'probe', ...person);
    expect(code).toBe(2);
    expect(stderr).toContain("missing required argument 'realm'");
  });
});

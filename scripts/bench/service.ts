import { execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fastify from 'fastify';
import { apiServer } from '../../src/api/api-server.ts';
import { ApiTokens } from '../../src/api/identity/api-tokens.ts';
import { Identity } from '../../src/api/identity/identity.ts';
import { caFolder } from '../../src/ca/ca-folder.ts';
import { CaProcessIssuer } from '../../src/ca/card-issuer.ts';
import { ownServerIdentity } from '../../src/ca/service-certificate.ts';
import type { CardKey } from '../../src/custody/card-key.ts';
import { Custody } from '../../src/custody/custody.ts';
import { StaticDirectory } from '../../src/directory/static-directory.ts';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { parseRules } from '../../src/policy/rules.ts';
import { policySchema } from '../../src/policy/schema.ts';
import type { SessionRequest } from '../../src/session/decide.ts';
import type { SessionPorts } from '../../src/session/ports.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { Store } from '../../src/store/store.ts';
import { bareKeys } from '../bare-keys.ts';
import { measure, report } from '../measure.ts';

/** The service's steps against the least that each could cost, in one run: POST to granted, granted to live, keys, journal, memory. */
const CARDS = Number(process.env['MAYFLY_BENCH_CARDS'] ?? 1000);
const SECONDS = 5;
const AT_ONCE = 32;
const cores = availableParallelism();
const folder = mkdtempSync(join(tmpdir(), 'mayfly-bench-'));
const env = { ...process.env, MAYFLY_HOME: join(folder, 'home') };
const entry = join(import.meta.dirname, '..', '..', 'src', 'cli', 'mayfly.js');
const clock = () => Math.floor(Date.now() / 1000);
const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const row = (name: string, value: string, verdict = '') => console.log(`${name.padEnd(46)} ${value}${verdict}`);
const against = (ratio: number, target: number, isMet: boolean) =>
  `   ratio ${ratio.toFixed(2)}  target ${target} ${isMet ? 'met' : 'MISSED'}`;

const person = {
  issuer: 'mayfly',
  subject: 'alice',
  userPrincipalName: 'alice@corp.example',
  groups: ['staff'],
  claims: {},
  strength: [],
};
const alice = { id: 'token:alice', name: 'alice', scopes: ['sessions'] as const, person };
const question: SessionRequest = {
  caller: alice,
  person,
  proof: 'self',
  target: 'ts1.corp.example',
  mode: 'card',
  network: '127.0.0.1',
};
const directory = new StaticDirectory({
  accounts: [{ name: 'alice', userPrincipalName: 'alice@corp.example', sid: 'S-1-5-21-1004336348-1177238915-682003330-1105' }],
  hosts: [{ name: 'ts1.corp.example', labels: { access: 'self' } }],
});
const directoryPort = {
  account: async (reference: string) => directory.account(reference, clock()),
  host: async (name: string) => directory.host(name),
  hosts: async () => directory.hosts,
};
const rules = parseRules(
  [
    {
      name: 'r',
      text: '@id("own") permit (principal, action == Action::"open", resource in Label::"access=self") when { context.account.own };',
    },
  ],
  policySchema,
);
const many = { burst: 1e12, perMinute: 1e12 };
const most = 1e9;
const limits = {
  perCaller: many,
  inAll: many,
  open: most,
  openPerCaller: most,
  cardsPerSession: 8,
  patience: 3600,
  review: { every: 300, grace: 1800 },
  live: 100_000,
  lifetime: 1800,
};

function sessionsWith(store: Store, issuer: CaProcessIssuer, keys: SessionPorts['keys']): Sessions {
  const ports = {
    clock,
    elapsed: () => performance.now(),
    random: (length: number) => new Uint8Array(randomBytes(length)),
    after(milliseconds: number, f: () => void) {
      const timer = setTimeout(f, milliseconds);
      return () => clearTimeout(timer);
    },
    ...{ store, directory: directoryPort, issuer, keys, rules: () => rules },
  };
  const bounds = { exceptedSids: new Set<string>(), ownAccountSids: new Set<string>(), upnSuffixes: ['corp.example'] };
  return new Sessions(ports, () => bounds, limits);
}

/** A CA process as `mayfly serve` keeps one. */
async function caProcess(key: 'p-256' | 'p-384' | 'rsa-3072', name: string = key) {
  const args = ['ca', 'init', '--ca', name, '--lab', '--key', key, '--domain', 'corp.example'];
  execFileSync(process.execPath, [entry, ...args], { env, stdio: 'ignore' });
  const child = spawn(process.execPath, [entry, 'ca', 'serve', '--ca', name], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return { issuer: new CaProcessIssuer(name, join(caFolder(env.MAYFLY_HOME, name).path, 'ca.sock')), child };
}
async function filled(custody: Custody, pooled: number): Promise<void> {
  while (custody.pooled < pooled) await sleep(20);
}

const oneEntry = (): JournalEntry => {
  return { event: 'card-requested', at: clock(), session: 's'.repeat(32), card: 'c'.repeat(32), keyDigest: 'd'.repeat(64) };
};
async function journal(): Promise<void> {
  const store = Store.open(join(folder, 'journal.sqlite'));
  const file = openSync(join(folder, 'floor'), 'a');
  const line = `${JSON.stringify(oneEntry())}\n`;
  const arms = [
    {
      name: 'append + fdatasync',
      runs: 400,
      work: () => {
        writeSync(file, line);
        fdatasyncSync(file);
      },
    },
    { name: 'one durable entry', runs: 400, work: () => store.commit({ entries: [oneEntry()] }) },
  ];
  report('journal', await measure(arms));
  let [written, end] = [0, performance.now() + SECONDS * 1000];
  const writer = async () => {
    for (; performance.now() < end; written++) await store.commit({ entries: [oneEntry()] });
  };
  end = performance.now() + SECONDS * 1000;
  await Promise.all(Array.from({ length: 256 }, writer));
  row('durable entries a second, 256 waiting', (written / SECONDS).toFixed(0));
  closeSync(file);
  store.close();
}

/** Cards of granted sessions, so many at once, with keys that are ready. */
async function granted(sessions: Sessions, count: number): Promise<string[]> {
  const views = await Promise.all(Array.from({ length: count }, () => sessions.request(question)));
  return views.map(({ id }) => id);
}
async function grantedToLive(key: 'p-256' | 'rsa-3072'): Promise<void> {
  const { issuer, child } = await caProcess(key);
  const custody = new Custody({ poolSize: AT_ONCE });
  const store = Store.open(join(folder, `live-${key}.sqlite`));
  // Taken before the clock runs: no isolate makes keys meanwhile.
  const ready: CardKey[] = [];
  const sessions = sessionsWith(store, issuer, { take: async () => ready.pop() ?? custody.take('rsa-2048') });
  const own =
    key === 'p-256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: 3072 });
  const tbs = randomBytes(1100);
  const times = { alone: [], aloneFloor: [], together: [], togetherFloor: [] } as Record<
    'alone' | 'aloneFloor' | 'together' | 'togetherFloor',
    number[]
  >;
  const { alone, aloneFloor, together, togetherFloor } = times;
  const timed = async (into: number[], work: () => Promise<unknown>) => {
    const began = performance.now();
    await work();
    into.push(performance.now() - began);
  };
  const floor = async () => {
    sign('sha256', tbs, own.privateKey);
    await store.commit({ entries: [oneEntry()] });
  };
  for (let round = 0; round < 6; round++) {
    await filled(custody, AT_ONCE);
    ready.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => custody.take('rsa-2048')))));
    await filled(custody, AT_ONCE);
    const all = await granted(sessions, AT_ONCE);
    const ids = [...all];
    const isWarm = round > 0;
    for (const id of ids.splice(0, 8)) {
      await timed(isWarm ? alone : [], () => sessions.openCard(alice, id, 'card'));
      await timed(isWarm ? aloneFloor : [], floor);
    }
    await timed(isWarm ? together : [], () => Promise.all(ids.map((id) => sessions.openCard(alice, id, 'card'))));
    await timed(isWarm ? togetherFloor : [], () => Promise.all(ids.map(floor)));
    await Promise.all(all.map((id) => sessions.end(alice, id)));
  }
  const pair = (name: string, ours: readonly number[], theirs: readonly number[], by: number) => {
    const ratio = middle(ours) / middle(theirs);
    row(
      name,
      `${(middle(ours) / by).toFixed(2)} ms, floor ${(middle(theirs) / by).toFixed(2)} ms`,
      against(ratio, 1.5, ratio <= 1.5),
    );
  };
  console.log(`\ngranted to card live, pooled key, ${key} CA; floor: one group commit and one CA signature`);
  pair('one at a time', alone, aloneFloor, 1);
  pair(`${AT_ONCE - 8} at once, each`, together, togetherFloor, AT_ONCE - 8);
  await sessions.close();
  await custody.close();
  issuer.close();
  store.close();
  child.kill();
}

/** A full pool spent at once, then cards as fast as keys come: reported apart. */
async function burstAndSustained(): Promise<void> {
  const { issuer, child } = await caProcess('p-384');
  const pool = 64;
  const custody = new Custody({ poolSize: pool, mostWaiting: 256, waitLimit: 60_000 });
  const store = Store.open(join(folder, 'burst.sqlite'));
  const sessions = sessionsWith(store, issuer, custody);
  await filled(custody, pool);
  const ids = await granted(sessions, pool);
  const began = performance.now();
  await Promise.all(ids.map((id) => sessions.openCard(alice, id, 'card')));
  const burst = pool / ((performance.now() - began) / 1000);
  await Promise.all(ids.map((id) => sessions.end(alice, id)));
  await custody.close();

  // The pool would be spent first: here every key is made while somebody waits for it.
  const unpooled = new Custody({ poolSize: 0, mostGenerating: cores, mostWaiting: 256, waitLimit: 60_000 });
  const sustained = sessionsWith(store, issuer, unpooled);
  const [bare, cards]: [number[], number[]] = [[], []];
  for (let round = 0; round < 3; round++) {
    bare.push(await bareKeys(cores, SECONDS));
    const end = performance.now() + SECONDS * 1000;
    let made = 0;
    const caller = async () => {
      for (; performance.now() < end; made++) {
        const { id } = await sustained.request(question);
        await sustained.openCard(alice, id, 'card');
        await sustained.end(alice, id);
      }
    };
    await Promise.all(Array.from({ length: 2 * cores }, caller));
    cards.push(made / SECONDS);
  }
  const ratio = mean(cards) / mean(bare);
  console.log(`\nRSA-2048 cards a second, ${cores} cores`);
  row(`burst: a full pool of ${pool}`, burst.toFixed(0));
  row(
    'sustained: asked for, minted, ended',
    `${mean(cards).toFixed(1)}, bare keys ${mean(bare).toFixed(1)}`,
    against(ratio, 0.9, ratio >= 0.9),
  );
  await sustained.close();
  await sessions.close();
  issuer.close();
  store.close();
  child.kill();
}
/**
 * What of the process a live card takes: key, certificate, card, session, record. Measured first, between the first cards, which pay for
 * what all share, and the last: memory that something else has given back would be taken for none.
 */
async function memory(): Promise<void> {
  const { issuer, child } = await caProcess('p-384', 'memory');
  const store = Store.open(join(folder, 'memory.sqlite'));
  const custody = new Custody({ poolSize: 0, mostGenerating: cores, mostWaiting: 256, waitLimit: 120_000 });
  const sessions = sessionsWith(store, issuer, custody);
  const openOne = async () => {
    const { id } = await sessions.request(question);
    await sessions.openCard(alice, id, 'card');
  };
  const opened = async (count: number) => {
    for (let made = 0; made < count; made += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, openOne));
    for (let i = 0; i < 3; i++) {
      globalThis.gc?.();
      await sleep(200);
    }
    return process.memoryUsage.rss();
  };
  const before = await opened(Math.ceil(CARDS / 4));
  const count = Math.ceil(CARDS / AT_ONCE) * AT_ONCE;
  const each = ((await opened(count)) - before) / count / 1024;
  row(`memory of ${count} live cards, each`, `${each.toFixed(1)} KB`, `   target 15 ${each <= 15 ? 'met' : 'MISSED'}`);
  await sessions.close();
  await custody.close();
  issuer.close();
  store.close();
  child.kill();
}

/** Requests a second that autocannon gets through. */
async function loaded(url: string, token: string, body: string): Promise<number> {
  const options = ['-c', '20', '-d', String(SECONDS), '-m', 'POST', '-b', body, '-j', '-n'];
  const headers = ['-H', `authorization=Bearer ${token}`, '-H', 'content-type=application/json'];
  const autocannon = join(import.meta.dirname, '..', '..', 'node_modules', 'autocannon', 'autocannon.js');
  const child = spawn(process.execPath, [autocannon, ...options, ...headers, url], {
    env: { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  const result = JSON.parse(Buffer.concat(chunks).toString()) as { '2xx': number; non2xx: number; errors: number };
  if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx} refusals, ${result.errors} errors from ${url}`);
  return result['2xx'] / SECONDS;
}
async function http(): Promise<void> {
  const store = Store.open(join(folder, 'http.sqlite'));
  const custody = new Custody({ poolSize: 0 });
  const sessions = sessionsWith(store, new CaProcessIssuer('none', join(folder, 'none.sock')), custody);
  const tokens = new ApiTokens({ kept: store, clock, random: (length) => new Uint8Array(randomBytes(length)) });
  const identity = await ownServerIdentity(folder, ['localhost', '127.0.0.1'], clock());
  const ports = {
    ...{
      sessions,
      tokens,
      directory: directoryPort,
      journal: store,
      clock,
      identity: new Identity({ providers: [], tokens, clock }),
    },
    checks: async () => [],
    gauges: async () => ({ keysPooled: 0, keysWaitedFor: 0, crlAge: 0, journalSequence: 0 }),
    examine: async () => ({ ok: true, ms: 0, findings: [] }),
    log: (_: string, e: unknown) => console.error(e),
    requestsPerMinute: 1e12,
  };
  const app = await apiServer(ports, identity);
  const trivial = fastify({ https: { key: identity.key, cert: identity.certificate } });
  trivial.post('/', async () => ({ ok: true }));
  const [own, theirs] = await Promise.all([app, trivial].map((each) => each.listen({ host: '127.0.0.1', port: 0 })));
  const token = tokens.create({ name: 'bench', scopes: ['sessions'], lifetime: 86_400, person }, 'bench').text;
  const body = JSON.stringify({ target: 'ts1.corp.example' });
  const [ours, floor]: [number[], number[]] = [[], []];
  for (let round = 0; round < 3; round++) {
    floor.push(await loaded(`${theirs}/`, token, body));
    ours.push(await loaded(`${own}/v1/sessions`, token, body));
  }
  const ratio = middle(ours) / middle(floor);
  console.log('\nrequests a second over TLS, 20 connections');
  row(
    'POST /v1/sessions to granted',
    `${middle(ours).toFixed(0)}, trivial route ${middle(floor).toFixed(0)}`,
    against(ratio, 0.15, ratio >= 0.15),
  );
  await sessions.close();
  await Promise.all([app.close(), trivial.close(), custody.close()]);
  store.close();
}

try {
  await memory();
  console.log('');
  await journal();
  await grantedToLive('p-256');
  await grantedToLive('rsa-3072');
  await http();
  await burstAndSustained();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

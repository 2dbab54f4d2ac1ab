import { fork, spawn } from 'node:child_process';
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
import { CaProcessIssuer } from '../../src/ca/card-issuer.ts';
import { ownServerIdentity } from '../../src/ca/service-certificate.ts';
import type { CardKey } from '../../src/custody/card-key.ts';
import { Custody } from '../../src/custody/custody.ts';
import type { JournalEntry } from '../../src/journal/entry.ts';
import type { Sessions } from '../../src/session/sessions.ts';
import { Store } from '../../src/store/store.ts';
import { bareKeys } from '../bare-keys.ts';
import { alice, caProcess, clock, directoryPort, person, question, sessionsWith } from '../made-service.ts';
import { measure, report } from '../measure.ts';

/** The service's steps against the least that each could cost, in one run: POST to granted, granted to live, keys, journal, memory. */
const CARDS = Number(process.env['MAYFLY_BENCH_CARDS'] ?? 1000);
/** Before the clock runs. */
const WARM = 320;
const SECONDS = 5;
const AT_ONCE = 32;
const cores = availableParallelism();
const folder = mkdtempSync(join(tmpdir(), 'mayfly-bench-'));
const home = join(folder, 'home');
const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const row = (name: string, value: string, verdict = '') => console.log(`${name.padEnd(46)} ${value}${verdict}`);
const against = (ratio: number, target: number, isMet: boolean) =>
  `   ratio ${ratio.toFixed(2)}  target ${target} ${isMet ? 'met' : 'MISSED'}`;

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
/** Cards before the clock runs, as many as make a service warm; their keys are only like keys, for none of them is used. */
async function warmed(sessions: Sessions, custody: Custody, ready: CardKey[]): Promise<void> {
  const like = await custody.take('rsa-2048');
  for (let made = 0; made < WARM; made += AT_ONCE) {
    for (let i = 0; i < AT_ONCE; i++) {
      const publicKey = new Uint8Array(like.publicKey);
      publicKey.set(randomBytes(16), publicKey.length - 100);
      ready.push({ ...like, publicKey, destroy: async () => undefined });
    }
    const ids = await granted(sessions, AT_ONCE);
    await Promise.all(ids.map((id) => sessions.openCard(alice, id, 'card')));
    await Promise.all(ids.map((id) => sessions.end(alice, id)));
  }
  await like.destroy();
}
async function grantedToLive(key: 'p-256' | 'rsa-3072'): Promise<void> {
  const { issuer, child } = await caProcess(home, key);
  const custody = new Custody({ poolSize: AT_ONCE });
  const store = Store.open(join(folder, `live-${key}.sqlite`));
  // Taken before the clock runs: no isolate makes keys meanwhile.
  const ready: CardKey[] = [];
  const sessions = sessionsWith(store, issuer, { take: async () => ready.pop() ?? custody.take('rsa-2048') });
  const own =
    key === 'p-256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: 3072 });
  const tbs = randomBytes(1100);
  const [alone, aloneFloor, aloneInOrder]: [number[], number[], number[]] = [[], [], []];
  const [together, togetherFloor]: [number[], number[]] = [[], []];
  const timed = async (into: number[], work: () => Promise<unknown>) => {
    const began = performance.now();
    await work();
    into.push(performance.now() - began);
  };
  const floor = async () => {
    sign('sha256', tbs, own.privateKey);
    await store.commit({ entries: [oneEntry()] });
  };
  const log = openSync(join(folder, `log-${key}`), 'a');
  // Asked for, issued, released: each on the disk before the next; between them the way to the CA process and back.
  const inOrder = async () => {
    await store.commit({ entries: [oneEntry()] });
    await issuer.describe();
    sign('sha256', tbs, own.privateKey);
    writeSync(log, tbs.toString('base64'));
    fdatasyncSync(log);
    await store.commit({ entries: [oneEntry()] });
  };
  await warmed(sessions, custody, ready);
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
      await timed(isWarm ? aloneInOrder : [], inOrder);
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
  const least = middle(aloneInOrder);
  row('  three entries in order and the CA process', `${least.toFixed(2)} ms`, `   ratio ${(middle(alone) / least).toFixed(2)}`);
  pair(`${AT_ONCE - 8} at once, each`, together, togetherFloor, AT_ONCE - 8);
  await sessions.close();
  await custody.close();
  closeSync(log);
  issuer.close();
  store.close();
  child.kill();
}

/** A full pool spent at once, then cards as fast as keys come: reported apart. */
async function burstAndSustained(): Promise<void> {
  const { issuer, child } = await caProcess(home, 'p-384');
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
  const [bare, cleared, cards]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < 3; round++) {
    bare.push(await bareKeys(cores, SECONDS));
    cleared.push(await bareKeys(cores, SECONDS, 'cleared'));
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
  row('  bare keys, each collected by itself', mean(cleared).toFixed(1), `   ratio ${(mean(cards) / mean(cleared)).toFixed(2)}`);
  await sustained.close();
  await sessions.close();
  issuer.close();
  store.close();
  child.kill();
}
/** What of a process a live card takes: key, certificate, card, session, record; in a process of its own, which holds nothing else. */
async function memory(): Promise<void> {
  const child = fork(new URL('children/live-cards.ts', import.meta.url), [folder, String(CARDS)], {
    execArgv: ['--expose-gc'],
  });
  const [slopes] = (await once(child, 'message')) as [{ readonly rss: number; readonly own: number }];
  await once(child, 'close');
  const [rss, own] = [slopes.rss / 1024, slopes.own / 1024];
  row(`memory of ${CARDS} live cards, each`, `${rss.toFixed(1)} KB`, `   target 15 ${rss <= 15 ? 'met' : 'MISSED'}`);
  row('  of it in the heap of the main isolate', `${own.toFixed(1)} KB`);
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
  const [ours, floor, cpu, cpuFloor]: [number[], number[], number[], number[]] = [[], [], [], []];
  const loadedWithCpu = async (url: string, rate: number[], each: number[]) => {
    const before = process.cpuUsage();
    const perSecond = await loaded(url, token, body);
    const { user, system } = process.cpuUsage(before);
    rate.push(perSecond);
    each.push((user + system) / 1000 / (perSecond * SECONDS));
  };
  for (let round = 0; round < 3; round++) {
    await loadedWithCpu(`${theirs}/`, floor, cpuFloor);
    await loadedWithCpu(`${own}/v1/sessions`, ours, cpu);
  }
  const ratio = middle(ours) / middle(floor);
  console.log('\nrequests a second over TLS, 20 connections');
  row(
    'POST /v1/sessions to granted',
    `${middle(ours).toFixed(0)}, trivial route ${middle(floor).toFixed(0)}`,
    against(ratio, 0.15, ratio >= 0.15),
  );
  row('CPU of the service a request', `${middle(cpu).toFixed(3)} ms, trivial route ${middle(cpuFloor).toFixed(3)} ms`);
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

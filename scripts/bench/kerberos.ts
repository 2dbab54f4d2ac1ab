import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Custody } from '../../src/custody/custody.ts';
import { benchInNamespaces } from '../lab/bench-in-namespaces.ts';
import { createEnterpriseCa } from '../lab/enterprise-ca.ts';
import { kinit as tracedKinit } from '../lab/kinit.ts';
import type { LabRun } from '../lab/lab-run.ts';
import { accountName, logOn, softwareCard } from '../lab/logon.ts';
import { createKeyPair, Mayfly } from '../lab/mayfly.ts';
import { mintCard, mintCards } from '../lab/minted-card.ts';
import { MitKdc } from '../lab/mit-kdc.ts';
import { measure, report } from '../measure.ts';

/** A ticket from one MIT KDC: by MIT's kinit with its key in a file, and by our conversation in this process, over TCP each. */
const DOMAIN = 'lab.mayfly.test';
const ALICE = { account: 'alice', upn: `alice@${DOMAIN}`, sid: 'S-1-5-21-1004336348-1177238915-682003330-1105' };
const RUNS = 40;
const AT_ONCE = 50;

await benchInNamespaces(import.meta.filename, bench);

async function bench(lab: LabRun): Promise<void> {
  const mayfly = new Mayfly(lab);
  await mayfly.init(DOMAIN);
  await mayfly.serve();
  const crl = lab.path('crl.pem');
  await mayfly.publishCrl(crl);
  const enterprise = await createEnterpriseCa(lab);
  const kdc = await MitKdc.start(lab, enterprise, {
    ...{ name: 'mit', address: '127.0.1.20', realm: DOMAIN, host: `kdc.${DOMAIN}`, principals: ['alice'] },
    ...{ anchor: mayfly.certificate, crl },
  });
  const identity = await mayfly.issue({ name: 'alice', ...ALICE }, await createKeyPair(lab, 'alice'));
  const custody = new Custody({ poolSize: 2 });
  try {
    const at = { client: accountName('alice'), realm: DOMAIN, anchor: enterprise.certificate, kdc };
    const inFile = { ...at, ...softwareCard(identity) };
    const onCard = { ...at, ...(await mintCard(mayfly.socket, custody, ALICE, 10 * RUNS)) };
    const held = async (logon: typeof inFile) => {
      const outcome = await logOn(logon);
      if (!outcome.ok) throw new Error(`refused with error ${outcome.error.errorCode}`);
      return outcome.facts;
    };
    const environment = {
      PATH: `${process.env['PATH']}:/usr/sbin`,
      KRB5_CONFIG: kdc.clientConfiguration,
      KRB5CCNAME: `FILE:${lab.path('bench.ccache')}`,
    };
    const kinit = ['-X', `X509_user_identity=FILE:${identity.certificate},${identity.key}`, `alice@${DOMAIN}`];
    const peer = {
      name: 'MIT kinit, key in a file',
      runs: RUNS,
      work: () => {
        if (spawnSync('kinit', kinit, { env: environment, stdio: 'ignore' }).status !== 0) throw new Error('kinit failed');
      },
    };
    const own = [
      { name: 'mayfly, key in a file', runs: RUNS, work: () => held(inFile) },
      { name: "mayfly, by the card's door", runs: RUNS, work: () => held(onCard) },
    ];
    const measured = await measure([peer, ...own]);
    report('one ticket-granting ticket by PKINIT, wall time', measured, { "mayfly, by the card's door": 1 });

    console.log(`\nprocessor time of the client per ticket, over ${RUNS}`);
    console.log(`${peer.name}: ${programTime(kinit, environment).toFixed(1)} ms`);
    for (const { name, work } of own) {
      const before = process.cpuUsage();
      for (let i = 0; i < RUNS; i += 1) await work();
      const { user, system } = process.cpuUsage(before);
      console.log(`${name}: ${((user + system) / 1000 / RUNS).toFixed(1)} ms`);
    }
    const { trace } = await tracedKinit(lab, kdc, `alice@${DOMAIN}`, identity);
    const { exchanges, signatures } = await held(onCard);
    console.log(
      `\nround trips: kinit ${trace.match(/Sending TCP request/g)?.length}, mayfly ${exchanges} with ${signatures} signature`,
    );
    await atOnce(await mintCards(AT_ONCE, () => mintCard(mayfly.socket, custody, ALICE, 2)), (card) => held({ ...at, ...card }));
  } finally {
    await custody.close();
  }
  const faults = await lab.end();
  if (faults.length > 0) console.error(`kerberos: ${faults.join(', ')}`);
  process.exit(faults.length > 0 ? 1 : 0);
}

/** Milliseconds of user and system time that a program takes, by bash's own account. */
function programTime(args: readonly string[], environment: NodeJS.ProcessEnv): number {
  const loop = `TIMEFORMAT='%U %S'; time for i in {1..${RUNS}}; do kinit "$@" </dev/null >/dev/null 2>&1 || exit 1; done`;
  const { status, stderr } = spawnSync('bash', ['--norc', '-c', loop, 'bash', ...args], { env: environment, encoding: 'utf8' });
  if (status !== 0) throw new Error('kinit failed');
  // the last line: bash may have said something of its own before
  const [user = Number.NaN, system = Number.NaN] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return ((user + system) * 1000) / RUNS;
}

/** Whether anybody has to wait for the others: for a turn of this process, or for ever. */
async function atOnce<T>(cards: readonly T[], logOnWith: (card: T) => Promise<unknown>): Promise<void> {
  const overflows = listenOverflows();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = performance.now();
  const cpu = process.cpuUsage();
  const times = await Promise.all(
    cards.map(async (card) => {
      await logOnWith(card);
      return performance.now() - began;
    }),
  );
  delay.disable();
  const { user, system } = process.cpuUsage(cpu);
  const [first, last] = [Math.min(...times), Math.max(...times)].map((ms) => ms.toFixed(0));
  const turns = `this process was busy for ${(delay.max / 1e6).toFixed(0)} ms at a stretch, ${((user + system) / 1000).toFixed(0)} ms in all`;
  console.log(`${AT_ONCE} at once, a card each: the first after ${first} ms, the last after ${last} ms; ${turns}`);
  console.log(
    `connections that the KDC's queue had no room for, asked for again a second later: ${listenOverflows() - overflows}`,
  );
}

/** ListenOverflows of this network namespace: names and numbers stand in two lines of the same order. */
function listenOverflows(): number {
  const [names = [], numbers = []] = readFileSync('/proc/self/net/netstat', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'))
    .map((line) => line.split(' '));
  return Number(numbers[names.indexOf('ListenOverflows')]);
}

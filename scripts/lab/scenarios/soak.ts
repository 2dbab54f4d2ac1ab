import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { said } from '../clients/expected.ts';
import { DOMAIN } from '../domain.ts';
import { KeySearch } from '../key-search.ts';
import type { LabRun } from '../lab-run.ts';
import { Mayfly } from '../mayfly.ts';
import { poll } from '../poll.ts';
import type { Scenario } from '../scenario.ts';
import { SoakHosts } from '../soak-host-lines.ts';
import { completeJournal } from '../soak-journal.ts';
import { SoakService } from '../soak-service.ts';
import { Visitors } from '../soak-visitors.ts';
import { SoakWatch } from '../soak-watch.ts';

const SECONDS = Number(process.env['MAYFLY_SOAK_SECONDS'] ?? 60);
const CLIENTS = 200;
const LONGEST_STAY = Math.min(120_000, SECONDS * 500);
/** Of progress, in seconds. */
const EVERY = 30;
/** Keys that are searched for. */
const KEYS = { least: 4, most: 32 };
/** What a slow machine takes to come to an end. */
const PATIENCE = 180_000;

export const soak: Scenario = {
  name: 'soak',
  summary: '200 clients come and go through the gateway at random: no leak, no stuck session, no key left, the journal complete',
  limitMs: SECONDS * 1000 + 540_000,
  run,
};

async function run(lab: LabRun): Promise<void> {
  const { steps } = lab;
  const mayfly = new Mayfly(lab);
  await steps.run('mayfly ca init', () => mayfly.init(DOMAIN));
  const ca = await steps.run('mayfly ca serve', () => mayfly.serve());
  const hosts = await steps.run('Windows hosts made from the specifications', () => SoakHosts.start(lab));
  const service = await steps.run('mayfly serve, with a gateway', () => SoakService.start(lab, mayfly, hosts));
  const { pid } = service.process;
  const search = new KeySearch(pid);
  const watch = new SoakWatch(service, ca.id ?? 0, Math.min(5000, SECONDS * 20));
  try {
    await watch.look();
    const atRest = watch.last;
    const visitors = new Visitors({ service, clients: CLIENTS, longest: LONGEST_STAY });
    // What is thrown is thrown where they are waited for.
    const coming = visitors.run().finally(() => watch.stop());
    coming.catch(() => undefined);
    const watching = watch.run();
    watching.catch(() => undefined);
    const began = performance.now();
    const progress = async (from: number, to: number) => {
      for (let at = from; at < to; at += EVERY) {
        const until = Math.min(at + EVERY, to);
        await steps.run(
          `${until} s`,
          () => Promise.race([sleep(began + until * 1000 - performance.now()), coming]),
          () => `${visitors.visits} visits, ${visitors.here} clients see a desktop, ${watch.told()}`,
        );
      }
    };
    const middle = Math.min(SECONDS, Math.ceil(SECONDS / 2 / EVERY) * EVERY);
    await progress(0, middle);
    await steps.run(
      'all stand still: the keys of cards in use are in the memory of the service',
      () =>
        visitors.still(
          () => poll('cards in use', PATIENCE, () => (hosts.inUse.length < KEYS.least ? undefined : true)),
          async () => {
            const { cards } = await watch.look();
            const moduli = await learned(search, hosts);
            return `${visitors.here} clients see a desktop, ${cards} cards live; found all ${moduli} keys that were looked for`;
          },
        ),
      String,
    );
    await progress(middle, SECONDS);
    visitors.end();
    await steps.run(
      'the last ones leave',
      () => coming,
      () => {
        const ways = [...visitors.ways].map(([way, count]) => `${way} ${count}`).join(', ');
        return `${visitors.visits} visits, at most ${visitors.most} clients at once: ${ways}`;
      },
    );
    await watching;
    await steps.run('memory', () => watch.growth(), String);
    await steps.run('no byte of those keys is left in the service', () => search.nothing(), String);
    await steps.run('nothing is open: sessions, clients, cards, descriptors', () => watch.nothingLeft(atRest), String);
  } finally {
    watch.stop();
    await search.close();
  }
  await steps.run('SIGTERM: the service ends', () => service.process.stop(), String);
  await steps.run(
    'mayfly journal verify',
    async () => {
      const told = await service.journal('verify');
      said(told, /^no fault$/m);
      return told.trim().replaceAll(/\s*\n\s*/g, '; ');
    },
    String,
  );
  await steps.run(
    'the journal is complete',
    async () => completeJournal(await service.journal('export'), dirname(mayfly.certificate)),
    String,
  );
}

/** All of a sample; which cards are in use, the hosts' process may hear a moment late. */
function learned(search: KeySearch, hosts: SoakHosts): Promise<number> {
  return poll('all keys in use found', PATIENCE, async () => {
    const moduli = hosts.inUse.slice(0, KEYS.most);
    return (await search.learnAll(moduli)) === moduli.length && KEYS.least <= moduli.length ? moduli.length : undefined;
  });
}

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Custody } from '../../../src/custody/custody.ts';
import { assert } from '../clients/expected.ts';
import { DOMAIN, startDomain } from '../domain.ts';
import type { LabRun } from '../lab-run.ts';
import { accountName, type Logon, logOn } from '../logon.ts';
import { mintCard, mintCards } from '../minted-card.ts';
import type { Scenario } from '../scenario.ts';

/** A shared secret begins with a zero octet once in 256: a client that reads those wrongly fails as often. */
const LOGONS = Number(process.env['MAYFLY_LOGONS'] ?? 100);
const AT_ONCE = 50;

export const logons: Scenario = {
  name: 'logons',
  summary: `tickets in a row (MAYFLY_LOGONS of them, ${LOGONS} unless said otherwise) and ${AT_ONCE} at once, by each KDC: none fails`,
  run,
};

async function run(lab: LabRun): Promise<void> {
  const { steps } = lab;
  const { enterprise, mayfly, mit, samba, sids } = await startDomain(lab);
  const alice = { account: 'alice', upn: `alice@${DOMAIN}`, sid: sids.alice };
  const custody = new Custody({ poolSize: 2 });
  try {
    const card = await steps.run('a card', () => mintCard(mayfly.socket, custody, alice, 2 * LOGONS));
    const cards = await steps.run(`${AT_ONCE} cards`, () => mintCards(AT_ONCE, () => mintCard(mayfly.socket, custody, alice, 2)));
    for (const [name, kdc] of [
      ['MIT KDC', mit],
      ['Samba AD DC', samba],
    ] as const) {
      const at = { client: accountName('alice'), realm: kdc.realm, anchor: enterprise.certificate, kdc };
      await steps.run(`${name}: logons in a row`, () => inARow({ ...at, ...card }), String);
      await steps.run(`${name}: ${AT_ONCE} logons at once`, () => atOnce(cards.map((each) => ({ ...at, ...each }))), String);
    }
  } finally {
    await custody.close();
  }
}

async function inARow(logon: Logon): Promise<string> {
  const began = performance.now();
  const read = new Map<string, number>();
  for (let i = 0; i < LOGONS; i += 1) {
    const how = await readingOf(logon);
    read.set(how, (read.get(how) ?? 0) + 1);
  }
  const each = ((performance.now() - began) / LOGONS).toFixed(1);
  const readings = [...read].map(([how, times]) => `${how} ${times}`).join(', ');
  return `${LOGONS} logons, 0 failed, ${each} ms each; the secret read ${readings}`;
}

async function atOnce(all: readonly Logon[]): Promise<string> {
  const held = monitorEventLoopDelay({ resolution: 1 });
  held.enable();
  const began = performance.now();
  const times = await Promise.all(
    all.map(async (logon) => {
      await readingOf(logon);
      return performance.now() - began;
    }),
  );
  held.disable();
  const [first, last] = [Math.min(...times), Math.max(...times)].map((ms) => ms.toFixed(0));
  return `0 failed, the first after ${first} ms, the last after ${last} ms; nobody waited over ${(held.max / 1e6).toFixed(0)} ms for his turn`;
}

/** How the secret had to be read for the reply to open. */
async function readingOf(logon: Logon): Promise<string> {
  const outcome = await logOn(logon);
  assert(outcome.ok, outcome.ok ? '' : `refused with error ${outcome.error.errorCode}`);
  return outcome.facts.reading ?? 'not at all';
}

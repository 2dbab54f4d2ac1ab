import { AttachedCard } from '../attached-card.ts';
import { openscModule, readCard } from '../clients/card-in-reader.ts';
import { assert, said } from '../clients/expected.ts';
import { Pkcs11Tool } from '../clients/pkcs11-tool.ts';
import { DOMAIN, REALM, startDomain } from '../domain.ts';
import type { Kdc } from '../kdc.ts';
import { expectTicket } from '../kdc-verdict.ts';
import { KeySearch } from '../key-search.ts';
import { kinit } from '../kinit.ts';
import type { LabRun } from '../lab-run.ts';
import { Mayfly } from '../mayfly.ts';
import { Pcscd } from '../pcscd.ts';
import { poll } from '../poll.ts';
import type { Scenario } from '../scenario.ts';
import { configuredService } from '../service-configured.ts';
import { writeDirectory } from '../service-directory.ts';
import { ServiceProcess } from '../service-process.ts';
import { sessionCommands } from '../session-commands.ts';

export const service: Scenario = {
  name: 'service',
  summary:
    'npm start and the README: a session is asked for, its card used by OpenSC and kinit, its key gone; people, approvals, failures',
  run,
};

async function run(lab: LabRun): Promise<void> {
  const { steps } = lab;
  let running: ServiceProcess | undefined;
  const domain = await startDomain(lab, async () => {
    const mayfly = new Mayfly(lab, 'demo');
    running = await steps.run(
      'npm start on a fresh data folder',
      () => ServiceProcess.start(lab, mayfly, 'service', '--domain', DOMAIN),
      (started) => said(started.said(), /administrator's token: \S+/),
    );
    return mayfly;
  });
  if (!running) return;
  const { mayfly, mit, samba, sids } = domain;
  const pcscd = await steps.run('pcscd with vpcd', () => Pcscd.start(lab));
  const lives: Lives = { lab, mayfly, pcscd, service: running };
  const search = new KeySearch(running.pid);
  try {
    await quickStart(lives, search);
    await steps.run('directory.yaml: the accounts of the domain', () => writeDirectory(lab, mayfly, sids));
    const alice = lab.path('alice.token');
    await steps.run('mayfly token create --person', () =>
      mayfly.run('token', 'create', '--person', `alice@${DOMAIN}`, '--out', alice),
    );
    await logon(lives, search, alice, 'MIT KDC', mit, `alice@${DOMAIN}`);
    await logon(lives, search, alice, 'Samba AD DC', samba, `alice@${REALM}`);
    await refusals(lives, alice);
    await caKilled(lives, alice);
  } finally {
    await search.close();
  }
  const again = await serviceKilled(lives, alice(lab));
  await steps.run('SIGTERM: the service and its CA process end', () => again.stop(), String);
  await configuredService(lab, mayfly, pcscd);
}
const alice = (lab: LabRun) => lab.path('alice.token');

/** What a scenario's parts work with. */
interface Lives {
  readonly lab: LabRun;
  readonly mayfly: Mayfly;
  readonly pcscd: Pcscd;
  readonly service: ServiceProcess;
}

/** What `mayfly serve` says to try, and what it says of the end. */
async function quickStart({ lab, mayfly, pcscd }: Lives, search: KeySearch): Promise<void> {
  const { steps } = lab;
  const session = sessionCommands(mayfly);
  const id = await steps.run('mayfly session request', () => session.request(`desk1.${DOMAIN}`), String);
  const card = await steps.run('mayfly card attach SESSION', () => AttachedCard.ofSession(lab, mayfly, pcscd, id));
  const inReader = await steps.run(
    'OpenSC reads the card, openssl verifies its certificate',
    async () => {
      const read = await readCard(lab, 'service', card.pin);
      await lab.run('openssl', ['verify', '-CAfile', mayfly.certificate, read.certificate]);
      return read;
    },
    () => `alice@${DOMAIN}`,
  );
  await steps.run('OpenSC signs', () => new Pkcs11Tool(lab, openscModule()).sign(inReader), String);
  await steps.run('its key is in the memory of the service', () => search.learn(lab, inReader.certificate), String);
  await steps.run('mayfly session end', () => session.end(id), String);
  await steps.run('no byte of the key is left in it', () => search.nothing(), String);
  await steps.run('the card has left the reader', async () => {
    await card.keyDestroyed();
    await pcscd.card(false);
  });
}

/** A ticket through the card of a session; after its end none, and nothing of its key. */
async function logon(
  { lab, mayfly, pcscd }: Lives,
  search: KeySearch,
  token: string,
  name: string,
  kdc: Kdc,
  principal: string,
): Promise<void> {
  const { steps } = lab;
  const session = sessionCommands(mayfly, '--token-file', token);
  const id = await steps.run(`${name}: mayfly session request`, () => session.request(`desk1.${DOMAIN}`), String);
  let card: AttachedCard | undefined;
  await expectTicket(lab, `${name}: kinit has a ticket through the card`, kdc, principal, async () => {
    await card?.remove();
    card = await AttachedCard.ofSession(lab, mayfly, pcscd, id, '--token-file', token);
    return { pkcs11Module: openscModule(), pin: card.pin };
  });
  await steps.run(
    `${name}: its key is in the memory of the service`,
    async () => search.learn(lab, (await readCard(lab, `${kdc.name}-card`, '')).certificate),
    String,
  );
  await steps.run(`${name}: mayfly session end`, () => session.end(id), String);
  await steps.run(`${name}: no byte of the key is left in it`, () => search.nothing(), String);
  await steps.run(
    `${name}: no ticket without the session`,
    async () => {
      await pcscd.card(false);
      // Without a PIN to read: where there is no card, kinit would offer it as a password.
      const attempt = await kinit(lab, kdc, principal, { pkcs11Module: openscModule() });
      assert(attempt.ticketFor === undefined && !attempt.kdcGranted, 'a ticket');
      return said(attempt.trace, /PKINIT (PKCS#11 module shows no slots with tokens)/);
    },
    String,
  );
}

async function refusals({ lab, mayfly }: Lives, token: string): Promise<void> {
  const { steps } = lab;
  const own = sessionCommands(mayfly, '--token-file', token);
  const launcher = sessionCommands(mayfly, '--token-file', `${mayfly.home}/service/admin.token`);
  const host = `desk1.${DOMAIN}`;
  await steps.run('refused: a Tier-0 account', () => own.refused(host, /group of tier 0.*/, '--account', 'chief'), String);
  await steps.run(
    'refused: the account of somebody else',
    () => own.refused(host, /no rule gives.*/, '--account', 'bob'),
    String,
  );
  await steps.run('refused: an unknown host', () => own.refused(`nowhere.${DOMAIN}`, /knows no such host/), String);
  await steps.run(
    'refused: a person whom a launcher only names',
    () => launcher.refused(host, /whom a launcher only names/, '--person', `alice@${DOMAIN}`),
    String,
  );
}

async function caKilled({ lab, mayfly, pcscd, service: running }: Lives, token: string): Promise<void> {
  const { steps } = lab;
  const session = sessionCommands(mayfly, '--token-file', token);
  await steps.run(
    'CA process killed: the service starts another',
    async () => {
      const before = running.caPid;
      process.kill(before, 'SIGKILL');
      return poll('another CA process', 60_000, () => (running.caPid === before ? undefined : running.caPid));
    },
    (pid) => `process ${pid}`,
  );
  await steps.run('a card of the CA process that came back', async () => {
    const id = await session.request(`desk1.${DOMAIN}`);
    const card = await AttachedCard.ofSession(lab, mayfly, pcscd, id, '--token-file', token);
    await card.remove();
    await session.end(id);
  });
}

/** With a card in the reader: nothing is cleared up, and everything is found in order at the next start. */
async function serviceKilled({ lab, mayfly, pcscd, service: running }: Lives, token: string): Promise<ServiceProcess> {
  const { steps } = lab;
  const session = sessionCommands(mayfly, '--token-file', token);
  const id = await session.request(`desk1.${DOMAIN}`);
  await AttachedCard.ofSession(lab, mayfly, pcscd, id, '--token-file', token);
  await steps.run('service killed: its CA process ends with it', () => running.kill());
  const again = await steps.run('npm start again', () => ServiceProcess.start(lab, mayfly, 'service-2', '--domain', DOMAIN));
  await steps.run(
    'the card of before is known to be gone',
    async () => said(await session.show(id), /destroyed \(ended-with-the-process\)/),
    String,
  );
  return again;
}

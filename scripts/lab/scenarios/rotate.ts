import { CaProcessIssuer } from '../../../src/ca/card-issuer.ts';
import { activeGeneration } from '../../../src/ca/rotation.ts';
import { chosenOf } from '../../../src/cli/commands/chosen-ca.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { Custody } from '../../../src/custody/custody.ts';
import { AttachedCard } from '../attached-card.ts';
import { readCard } from '../clients/card-in-reader.ts';
import { assert, said } from '../clients/expected.ts';
import { fetchTrust } from '../directory-service.ts';
import { DOMAIN } from '../domain.ts';
import { type Forest, startForest } from '../forest.ts';
import type { LabRun } from '../lab-run.ts';
import { LIFETIME, LogonLoop } from '../logon-loop.ts';
import { Mayfly } from '../mayfly.ts';
import { MitKdc } from '../mit-kdc.ts';
import { Pcscd } from '../pcscd.ts';
import { poll } from '../poll.ts';
import { assertHeld, publishAsAdmin, shownCa } from '../publication.ts';
import type { Scenario } from '../scenario.ts';
import { ServiceProcess } from '../service-process.ts';
import { sessionCommands } from '../session-commands.ts';

export const rotate: Scenario = {
  name: 'rotate',
  summary: 'a CA is rotated while logons run in a loop against two KDCs: none fails, and no step is taken too early',
  run,
};

/** They stand for writable domain controllers: each knows what it was last told of NTAuth, and nothing more. */
const KDCS = [
  { name: 'kdc1', address: '127.0.1.20', host: `kdc.${DOMAIN}` },
  { name: 'kdc2', address: '127.0.1.21', host: `kdc2.${DOMAIN}` },
] as const;
const PROBE = ['--ca', 'corp', '--probe', `alice@${DOMAIN}`, '--realm', DOMAIN];

async function run(lab: LabRun): Promise<void> {
  const { steps } = lab;
  const forest = await startForest(lab, (anchor) => ({
    realms: [{ name: DOMAIN, kdcs: KDCS.map(({ host }) => host), anchors: [anchor] }],
    // As short as can be: a CA is retired when its last certificate has ended.
    service: { ca: 'corp', listen: '127.0.0.1:8443', limits: { cardMinutes: 1 } },
  }));
  const { mayfly } = forest;
  await steps.run('published by an enterprise admin', () => publishAsAdmin(forest), String);
  await steps.run('mayfly ca refused-sids', () => mayfly.run('ca', 'refused-sids', '--ca', 'corp'));
  const before = await steps.run('mayfly ca serve', () => mayfly.serve());
  await steps.run(
    'mayfly ad crl',
    () => mayfly.run('ad', 'crl', '--ca', 'corp'),
    (output) => output.trim(),
  );
  const old = await shownCa(forest);
  const kdcs = await steps.run('two MIT KDCs, fed from what was published', () => startKdcs(lab, forest, old.keyId));
  const pcscd = await steps.run('pcscd with vpcd', () => Pcscd.start(lab));
  await steps.run('a host in the directory', () => computer(forest));
  const service = await steps.run('mayfly serve', () => ServiceProcess.start(lab, mayfly, 'service'));
  const token = lab.path('alice.token');
  await steps.run('a token for alice', () => mayfly.run('token', 'create', '--person', `alice@${DOMAIN}`, '--out', token));
  const issuerOfCard = () => cardIssuer(lab, forest, pcscd, token);
  const first = await steps.run('a card of the service', issuerOfCard, String);
  const custody = new Custody({ poolSize: 2 });
  const config = await loadConfig({ env: mayfly.environment });
  const issuer = new CaProcessIssuer('corp', async () => {
    const { name } = await activeGeneration(config.home, 'corp');
    return { name, path: chosenOf(config, name).socket };
  });
  const holder = { account: 'alice', upn: `alice@${DOMAIN}`, sid: await forest.sid('alice') };
  const [kdc, ...otherKdcs] = KDCS;
  const loop = new LogonLoop(issuer, custody, holder, { realm: DOMAIN, anchor: forest.enterprise.certificate, kdc, otherKdcs });
  const goesOn = (what: string) => steps.run(`logons go on: ${what}`, () => more(loop), String);
  try {
    await goesOn('with the first CA');
    await steps.run('mayfly ca rotate stage, and again', () => stage(forest), String);
    const next = new Mayfly(lab, 'corp-2', mayfly.environment['MAYFLY_CONFIG']);
    await steps.run('mayfly ca serve, the next', () => next.serve('mayfly-ca-2'));
    await steps.run(
      'mayfly ca rotate activate: refused, it is published nowhere',
      () => refused(forest, /not there yet: CN=/),
      String,
    );
    await steps.run('published by an enterprise admin, the next', () => publishAsAdmin(forest, 'corp-2'), String);
    const shown = await shownCa(forest, 'corp-2');
    await steps.run(
      'ldapsearch: both are there',
      async () => `${await assertHeld(forest, old)}; ${await assertHeld(forest, shown)}`,
      String,
    );
    await goesOn('with the next one published');
    await steps.run(
      'mayfly ca rotate activate: refused, no KDC has got it',
      () => refused(forest, /kdc\.lab\.mayfly\.test:88 \(KDC\)/),
      String,
    );
    await steps.run('the first KDC fed', () => feed(lab, forest, kdcs[0], [old.keyId, shown.keyId]));
    await steps.run(
      'mayfly ca rotate activate: refused, the second has not got it',
      () => refused(forest, /kdc2\.lab\.mayfly\.test:88 \(KDC\)/, /kdc\.lab\.mayfly\.test:88 \(KDC\)/),
      String,
    );
    await steps.run('the second KDC fed', () => feed(lab, forest, kdcs[1], [old.keyId, shown.keyId]));
    await goesOn('with both KDCs fed');
    await steps.run(
      'mayfly ca rotate check',
      async () => said(await mayfly.run('ca', 'rotate', 'check', ...PROBE), /lets alice@\S+ in/),
      String,
    );
    await steps.run(
      'mayfly ca rotate activate',
      async () => said(await mayfly.run('ca', 'rotate', 'activate', ...PROBE), /CA "corp-2" issues from now on/),
      String,
    );
    await goesOn('with the next CA');
    await steps.run('it certifies now', () => certifiedBy(loop, 2), String);
    await steps.run(
      'a card of the service, which was not restarted, is by the next CA',
      async () => {
        const second = await issuerOfCard();
        assert(second !== first, `it is by ${second}`);
        return `${second}; ${said(service.said(), /CA "corp-2" issues from now on, no longer "corp"/)}`;
      },
      String,
    );
    await steps.run(
      'mayfly ca rotate retire: refused while its process runs',
      () => retireRefused(forest, /another process has this CA open/),
      String,
    );
    await steps.run('the process of the first CA ends', () => lab.stop(before));
    await steps.run(
      'mayfly ca rotate retire: refused while its certificates are good',
      () => retireRefused(forest, /certificates of CA "corp" are good until/),
      String,
    );
    await steps.run('its last certificate has ended', () => lastEnded(forest), String);
    for (const each of kdcs) await feed(lab, forest, each, [shown.keyId]);
    await goesOn('with KDCs that know the next CA alone');
    await steps.run('mayfly ca rotate retire', () => retire(forest), String);
    await steps.run(
      'ldapsearch: the next one is there, and the first one is not',
      async () => {
        await assertHeld(forest, shown);
        const gone = await assertHeld(forest, { ...old, crlFile: shown.crlFile }).then(
          () => false,
          () => true,
        );
        assert(gone, 'the first one is left');
        return 'one CA in NTAuth';
      },
      String,
    );
    await goesOn('after it all');
  } finally {
    await loop.stop();
    issuer.close();
    await custody.close();
  }
  await steps.run(
    'mayfly journal verify: the cards of the service match both logs, those of the loop are found',
    () => verified(forest),
    String,
  );
  await steps.run('SIGTERM: the service ends', () => service.stop(), String);
  await steps.run(
    'no logon failed',
    async () => {
      assert(loop.failed.length === 0, `${loop.failed.length} failed: ${loop.failed.slice(0, 3).join('; ')}`);
      return `${loop.total} logons, 0 failed: ${[...loop.granted].map(([ca, count]) => `${count} by ${ca}`).join(', ')}`;
    },
    String,
  );
}

/** One that alice may have a session on. */
async function computer({ samba }: Forest): Promise<void> {
  await samba.modify(
    `dn: CN=host1,CN=Computers,${samba.base}\nchangetype: add\nobjectClass: computer\nsAMAccountName: host1$\nuserAccountControl: 4096\ndNSHostName: host1.${DOMAIN}\ndescription: self\nservicePrincipalName: TERMSRV/host1.${DOMAIN}\n`,
  );
}
async function cardIssuer(lab: LabRun, { mayfly }: Forest, pcscd: Pcscd, token: string): Promise<string> {
  const session = sessionCommands(mayfly, '--token-file', token);
  const id = await session.request(`host1.${DOMAIN}`);
  const card = await AttachedCard.ofSession(lab, mayfly, pcscd, id, '--token-file', token);
  const { certificate } = await readCard(lab, 'rotate', card.pin);
  await card.remove();
  await session.end(id);
  return (await lab.run('openssl', ['x509', '-in', certificate, '-noout', '-issuer'])).trim();
}
/** The loop has asked the CA process without a session, as an intruder would; the probe logons were made before the CA's turn came. */
async function verified({ mayfly }: Forest): Promise<string> {
  const { stdout } = await mayfly.attempt('journal', 'verify', '--no-checkpoints', '--json');
  const { certificates, issuanceLogs, findings } = JSON.parse(stdout) as {
    certificates: number;
    issuanceLogs: string[];
    findings: { code: string; sentence: string }[];
  };
  const count = (code: string) => findings.filter((each) => each.code === code).length;
  assert(certificates === 2 && issuanceLogs.length === 2, stdout.slice(0, 500));
  const early = findings.find(({ code }) => code === 'issued-before-its-turn')?.sentence ?? '';
  const unrequested = count('issued-unrequested');
  assert(0 < unrequested && early !== '', stdout.slice(0, 500));
  assert(unrequested + count('issued-before-its-turn') + count('still-open') === findings.length, stdout.slice(0, 1000));
  return `2 match, ${unrequested} that no session asked for; ${early}`;
}
async function startKdcs(lab: LabRun, forest: Forest, keyId: string): Promise<readonly [MitKdc, MitKdc]> {
  const started: MitKdc[] = [];
  for (const kdc of KDCS) {
    const trust = await fetchTrust(lab, forest, [keyId], kdc.name);
    started.push(await MitKdc.start(lab, forest.enterprise, { ...kdc, realm: DOMAIN, principals: ['alice'], ...trust }));
  }
  const [first, second] = started;
  assert(first !== undefined && second !== undefined, 'no KDC');
  return [first, second];
}
/** What a domain controller does when its group policy is refreshed. */
async function feed(lab: LabRun, forest: Forest, kdc: MitKdc, keyIds: readonly string[]): Promise<void> {
  await kdc.vary(await fetchTrust(lab, forest, keyIds, `${kdc.name}-${keyIds.length}`));
}
async function more(loop: LogonLoop): Promise<string> {
  const before = loop.total;
  await poll('five more logons', 60_000, () => (loop.failed.length > 0 || before + 5 <= loop.total ? true : undefined));
  assert(loop.failed.length === 0, loop.failed.join('; '));
  return `${loop.total} so far, 0 failed`;
}
async function stage({ mayfly }: Forest): Promise<string> {
  const once = async () =>
    (JSON.parse(await mayfly.run('ca', 'rotate', 'stage', '--ca', 'corp', '--json')) as { next: string }).next;
  const [first, second] = [await once(), await once()];
  assert(first === 'corp-2' && second === first, `${first}, then ${second}`);
  return first;
}
async function refused({ mayfly }: Forest, reason: RegExp, but?: RegExp): Promise<string> {
  const outcome = await mayfly.attempt('ca', 'rotate', 'activate', ...PROBE);
  assert(outcome.code === 1, `it ended with code ${outcome.code}`);
  assert(but === undefined || !but.test(outcome.stderr), outcome.stderr);
  said(await mayfly.run('ca', 'rotate', 'status', '--ca', 'corp'), /^corp: issues/m);
  const line = said(outcome.stderr, /CA "corp-2" is not activated: .*/);
  said(line, reason);
  return line.slice(0, 200);
}
async function retireRefused({ mayfly }: Forest, reason: RegExp): Promise<string> {
  const outcome = await mayfly.attempt('ca', 'rotate', 'retire', '--ca', 'corp', '--yes');
  assert(outcome.code === 1, `it ended with code ${outcome.code}`);
  return said(outcome.stderr, reason);
}
async function certifiedBy(loop: LogonLoop, cas: number): Promise<string> {
  await poll('a logon by another CA', 60_000, () => (loop.granted.size === cas ? true : undefined));
  return [...loop.granted.keys()].join(', then ');
}
async function lastEnded(forest: Forest): Promise<string> {
  const began = performance.now();
  await poll('the end of the last certificate', (LIFETIME + 30) * 1000, async () => {
    const outcome = await forest.mayfly.attempt('ca', 'rotate', 'retire', '--ca', 'corp');
    return outcome.stderr.includes('nobody said yes') ? true : undefined;
  });
  return `after ${((performance.now() - began) / 1000).toFixed(0)} s`;
}
async function retire({ mayfly, asAdmin }: Forest): Promise<string> {
  const output = await mayfly.run('ca', 'rotate', 'retire', '--ca', 'corp', '--yes', ...asAdmin);
  return said(output, /CA "corp" is retired: its key is deleted/);
}

import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RESOURCE, ServedProvider } from '../../test/api/identity/served-provider.ts';
import { AttachedCard } from './attached-card.ts';
import { assert, said } from './clients/expected.ts';
import { DOMAIN } from './domain.ts';
import type { LabRun } from './lab-run.ts';
import type { Mayfly } from './mayfly.ts';
import type { Pcscd } from './pcscd.ts';
import { ServiceProcess } from './service-process.ts';
import { sessionCommands } from './session-commands.ts';

const APPROVED = `// Two people of the desk's owners have to agree.
@id("approved-by-two")
@minutes("30")
@approve("2 of desk-owners")
permit (principal, action == Action::"open", resource in Label::"access=approved") when { context.account.own };
`;

/** The same data folder with a configuration: CA process and service apart, people of a real OpenID provider. */
export async function configuredService(lab: LabRun, mayfly: Mayfly, pcscd: Pcscd): Promise<void> {
  const { steps } = lab;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: 'jwk' }), kid: 'lab', alg: 'RS256', use: 'sig' };
  const provider = await steps.run(
    'OpenID provider',
    () => ServedProvider.start([key]),
    ({ issuer }) => issuer,
  );
  try {
    const options = ['--config', configuration(lab, mayfly, provider.issuer)];
    writeFileSync(join(mayfly.home, 'service', 'policy', 'approved.cedar'), APPROVED, { mode: 0o600 });
    const ca = await steps.run('mayfly ca serve', () => mayfly.serve());
    const service = await steps.run('mayfly serve --config', () => ServiceProcess.start(lab, mayfly, 'service-3', ...options));
    const people = await steps.run(
      'three people sign in at the provider',
      () => signedIn(lab, provider),
      () => 'authorization code, PKCE',
    );
    const alice = sessionCommands(mayfly, ...options, '--token-file', people.alice);

    const id = await steps.run('alice asks with her token of the provider', () => alice.request(`desk1.${DOMAIN}`), String);
    await steps.run('her card', async () => {
      const card = await AttachedCard.ofSession(lab, mayfly, pcscd, id, ...options, '--token-file', people.alice);
      await card.remove();
    });
    await steps.run('mayfly session end, hers', () => alice.end(id), String);
    await approvals(lab, mayfly, options, people);
    await caGone(lab, mayfly, pcscd, options, people.alice, () => lab.stop(ca));
    const last = await alice.request(`desk1.${DOMAIN}`);
    const card = await AttachedCard.ofSession(lab, mayfly, pcscd, last, ...options, '--token-file', people.alice);
    await steps.run('SIGTERM with a card in the reader: the service ends', () => service.stop(), String);
    await steps.run('its key has ended with it', () => card.ended(), String);
    await steps.run('mayfly journal verify', () => verified(mayfly, last, options), String);
  } finally {
    await provider.stop();
  }
}
function configuration(lab: LabRun, mayfly: Mayfly, issuer: string): string {
  return lab.write(
    'mayfly.yaml',
    `home: ${mayfly.home}
domains: [{ name: ${DOMAIN} }]
cas: [{ name: demo, passphrase: { file: ${mayfly.passphrase} } }]
service:
  ca: demo
  publicHttp: 127.0.0.1:8080
  identityProviders:
    - { issuer: "${issuer}", audiences: ["${RESOURCE}"] }
`,
  );
}
type People = Readonly<Record<'alice' | 'bob' | 'carol', string>>;
/** Files with their access tokens. */
async function signedIn(lab: LabRun, provider: ServedProvider): Promise<People> {
  const tokenOf = async (name: string, groups: readonly string[]) => {
    const { accessToken } = await provider.logOn(name, { upn: `${name}@${DOMAIN}`, groups });
    return lab.write(`${name}.oidc`, accessToken);
  };
  return {
    alice: await tokenOf('alice', ['desk-owners']),
    bob: await tokenOf('bob', ['desk-owners']),
    carol: await tokenOf('carol', ['desk-owners']),
  };
}
async function approvals(lab: LabRun, mayfly: Mayfly, options: readonly string[], people: People): Promise<void> {
  const { steps } = lab;
  const as = (name: keyof People) => sessionCommands(mayfly, ...options, '--token-file', people[name]);
  const id = await steps.run('alice asks for a host that two have to approve', async () => {
    const asked = await as('alice').request(`guarded.${DOMAIN}`);
    said(await as('alice').show(asked), /awaiting-approval/);
    return asked;
  });
  await steps.run(
    'nobody approves their own',
    async () => said((await as('alice').attempt('approve', id)).stderr, /nobody approves a session of their own/),
    String,
  );
  await steps.run('bob approves', async () => said(await as('bob').approve(id), /1 of 2, by desk-owners/), String);
  await steps.run('bob counts once', async () => {
    const outcome = await as('bob').attempt('approve', id);
    assert(/awaiting-approval|1 of 2/.test(outcome.stdout) || outcome.code === 1, outcome.stdout);
  });
  await steps.run('carol approves', async () => said(await as('carol').approve(id), /^state +granted$/m), String);
  await steps.run('mayfly session end, the approved one', () => as('alice').end(id), String);
}
/** Without its CA process the service mints nothing and says so; with it it goes on, without a restart. */
async function caGone(
  lab: LabRun,
  mayfly: Mayfly,
  pcscd: Pcscd,
  options: readonly string[],
  token: string,
  stop: () => Promise<void>,
): Promise<void> {
  const { steps } = lab;
  const alice = sessionCommands(mayfly, ...options, '--token-file', token);
  const id = await alice.request(`desk1.${DOMAIN}`);
  await steps.run(
    'CA process ended: no card, and why',
    async () => {
      await stop();
      const attach = ['card', 'attach', id, '--vpcd', pcscd.vpcd, ...options, '--token-file', token];
      const { code, stderr } = await mayfly.attempt(...attach);
      assert(code === 1, `it ended with code ${code}`);
      return said(stderr, /the CA process does not answer/);
    },
    String,
  );
  await steps.run('CA process back: a card', async () => {
    await mayfly.serve('mayfly-ca-2');
    const card = await AttachedCard.ofSession(lab, mayfly, pcscd, id, ...options, '--token-file', token);
    await card.remove();
    await alice.end(id);
  });
}

/** The whole journal holds, against checkpoints and the CA's own log; and it says how the last key ended. */
async function verified(mayfly: Mayfly, last: string, options: readonly string[]): Promise<string> {
  const told = await mayfly.run('journal', 'verify', ...options);
  const exported = await mayfly.run('journal', 'export', ...options);
  const entries = exported
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly entry: string }).entry);
  assert(
    entries.some((entry) => entry.includes(last) && /"cause":"shutdown".*"event":"key-destroyed"/.test(entry)),
    'no entry says that the last key was destroyed at the shutdown',
  );
  said(told, /^no fault$/m);
  return told.trim().replaceAll(/\s*\n\s*/g, '; ');
}

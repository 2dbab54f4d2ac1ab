import { Custody } from '../../../src/custody/custody.ts';
import { logOnInForm } from '../../../src/net/credential-form-trial.ts';
import { assert } from '../clients/expected.ts';
import type { CredSspHostSettings } from '../credssp-host.ts';
import { DOMAIN, startDomain } from '../domain.ts';
import type { LabRun } from '../lab-run.ts';
import { cardInHand } from '../nla-logon.ts';
import { type Arm, assertSame, connected, encryptionNames, type Stage, session, withHost } from '../nla-stage.ts';
import { loggedOnByCommand } from '../rdp-logon-command.ts';
import type { Scenario } from '../scenario.ts';
import { FAR_HOST, HOST, startTerminalServices } from '../terminal-services.ts';

export const nla: Scenario = {
  name: 'nla',
  summary:
    "NLA with a card: tickets of both KDCs, a host of Python and MIT's GSS-API that decodes the credentials, a session behind it",
  run,
};
const NO_KEY_CONTAINER = 0xc000_0384;
const LOGON_FAILURE = 0xc000_006d;
const ACCESS_DENIED = 5;
async function run(lab: LabRun): Promise<void> {
  const domain = await startDomain(lab);
  const services = await startTerminalServices(lab, domain);
  const alice = { account: 'alice', upn: `alice@${DOMAIN}`, sid: domain.sids.alice };
  const identity = await domain.enterprise.tlsServer(HOST, '127.0.1.60');
  const custody = new Custody({ poolSize: 0 });
  const mint = () => cardInHand(domain.mayfly.socket, custody, alice);
  const stage: Stage = { lab, domain, services, alice, identity, mint };
  try {
    await bothKdcs(stage);
    await encryptionTypes(stage);
    await habits(stage);
    await refusals(stage);
    await forms(stage);
    await loggedOnByCommand(stage, sambaArm(stage));
  } finally {
    await custody.close();
  }
}
async function bothKdcs(stage: Stage): Promise<void> {
  const { lab, domain, services } = stage;
  const arms: readonly Arm[] = [
    { name: 'MIT KDC', kdc: domain.mit, keytab: services.mitKeytab },
    { name: 'Samba AD DC', kdc: domain.samba, keytab: services.sambaKeytab },
    { name: 'host of another realm', kdc: domain.mit, keytab: services.farKeytab, host: FAR_HOST },
  ];
  for (const arm of arms)
    await lab.steps.run(`${arm.name}: NLA, credentials decoded, logon behind it`, () => session(stage, arm), String);
}
/** Service, tickets and session of one type alone. */
async function encryptionTypes(stage: Stage): Promise<void> {
  const { mit } = stage.domain;
  // The ticket-granting service has keys of the older types, from which the KDC would conclude that it knows no others.
  const all = Object.values(encryptionNames).join(' ');
  await mit.administer('setstr', `krbtgt/${mit.realm}@${mit.realm}`, 'session_enctypes', all);
  for (const [etype, name] of Object.entries(encryptionNames))
    await stage.lab.steps.run(
      `MIT KDC: encryption type ${etype}`,
      async () => {
        const host = `type${etype}.${DOMAIN}`;
        const keytab = await mit.service(`TERMSRV/${host}`, name);
        const attempt = { profile: { encryptionTypes: [Number(etype)] } };
        return session(stage, { name, kdc: mit, keytab, host, attempt });
      },
      String,
    );
}
const sambaArm = ({ domain, services }: Stage): Arm => ({ name: 'Samba', kdc: domain.samba, keytab: services.sambaKeytab });

/** What other hosts do without harm. */
async function habits(stage: Stage): Promise<void> {
  const { lab } = stage;
  const having = (given: CredSspHostSettings['habits']): Arm => ({ ...sambaArm(stage), settings: { habits: given ?? {} } });
  await lab.steps.run('a host that repeats token and nonce', () => session(stage, having({ repeats: true })), String);
  await lab.steps.run('a host without early authorization', () => session(stage, having({ early: false })), String);
  await lab.steps.run('a host of version 5', () => session(stage, having({ version: 5 })), String);
  await lab.steps.run('a host of version 7', () => session(stage, having({ version: 7 })), String);
}
interface Refused {
  readonly what: string;
  readonly arm: Arm;
  readonly place: string;
  readonly name: string;
}
/** Of a host that missed the last change of its account's key. */
async function changedKey({ domain: { mit } }: Stage): Promise<Arm> {
  const host = `changed.${DOMAIN}`;
  const keytab = await mit.service(`TERMSRV/${host}`);
  await mit.administer('cpw', '-randkey', `TERMSRV/${host}`);
  return { name: 'changed', kdc: mit, keytab, host };
}
async function refusals(stage: Stage): Promise<void> {
  const { lab, domain, services } = stage;
  const arm = sambaArm(stage);
  const having = (given: NonNullable<CredSspHostSettings['habits']>): Arm => ({ ...arm, settings: { habits: given } });
  const changed = await changedKey(stage);
  const rows: readonly Refused[] = [
    { what: 'a host of version 4', arm: having({ version: 4 }), place: 'server-key', name: 'CREDSSP_TOO_OLD' },
    {
      what: 'an account that may not log on there',
      arm: having({ authorization: ACCESS_DENIED }),
      place: 'host',
      name: 'AUTHZ_ACCESS_DENIED',
    },
    { what: 'credentials refused', arm: having({ status: LOGON_FAILURE }), place: 'credentials', name: 'STATUS_LOGON_FAILURE' },
    {
      what: 'credentials refused, without early authorization',
      arm: having({ status: LOGON_FAILURE, early: false }),
      place: 'credentials',
      name: 'STATUS_LOGON_FAILURE',
    },
    {
      what: 'a host that no account stands for',
      arm: { ...arm, host: `nobody.${DOMAIN}` },
      place: 'ticket',
      name: 'KDC_ERR_S_PRINCIPAL_UNKNOWN',
    },
    {
      what: "a host with another host's key",
      arm: { ...arm, keytab: services.mitKeytab },
      place: 'ticket',
      name: 'KRB_AP_ERR_NOT_US',
    },
    { what: 'a host whose key is an old one', arm: changed, place: 'ticket', name: 'KRB_AP_ERR_BADKEYVER' },
    {
      what: 'an account that the KDC does not know',
      arm: { ...arm, attempt: { account: 'nobody' } },
      place: 'kdc',
      name: 'KDC_ERR_C_PRINCIPAL_UNKNOWN',
    },
    {
      what: 'a realm without a KDC',
      arm: { ...arm, attempt: { kdcs: { [domain.samba.realm]: '127.0.1.99' } } },
      place: 'kdc',
      name: 'KDC_UNREACHABLE',
    },
  ];
  for (const row of rows) await lab.steps.run(`refused: ${row.what}`, () => refused(stage, row), String);
}
/** By name and place, the card still whole: what becomes of it is its owner's to say. */
async function refused(stage: Stage, { arm, place, name }: Refused): Promise<string> {
  return withHost(stage, arm, async (at) => {
    const { outcome, hand } = await connected(stage, arm, at);
    if ('transport' in outcome) throw new Error('the host let it in');
    assert(outcome.place === place && outcome.name === name, `${outcome.place}: ${outcome.name}: ${outcome.sentence}`);
    await hand.card.destroy('logon-failed');
    return `${place}: ${outcome.sentence}`;
  });
}
/** A host that never finds the key is tried in each form, once. */
async function forms(stage: Stage): Promise<void> {
  const arm: Arm = { ...sambaArm(stage), settings: { habits: { status: NO_KEY_CONTAINER } } };
  await stage.lab.steps.run(
    'a host that does not find the key: every form once',
    () =>
      withHost(stage, arm, async (at) => {
        const decoded: string[] = [];
        const outcome = await logOnInForm(
          { host: HOST, key: 'rsa', memory: { recall: () => undefined, remember: () => assert(false, 'remembered') } },
          async (form) => {
            const met = await connected(stage, { ...arm, attempt: { form } }, at);
            const { credentials } = assertSame(met.told, met.hand, arm.kdc, form);
            await met.hand.card.destroy('logon-failed');
            await at.told();
            decoded.push(`${credentials['keySpec']} ${credentials['containerName'] === null ? 'without' : 'with'} container`);
            return met.outcome;
          },
          (each) =>
            'transport' in each
              ? { loggedOn: true }
              : { loggedOn: false, name: each.name, hadCredentials: each.place === 'credentials' },
        );
        assert(!('transport' in outcome) && outcome.name === 'STATUS_SMARTCARD_NO_KEY_CONTAINER', 'another end');
        assert(decoded.length === 3, `${decoded.length} attempts`);
        return decoded.join('; then ');
      }),
    String,
  );
}

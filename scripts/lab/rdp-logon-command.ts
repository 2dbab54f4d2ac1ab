import { assert } from './clients/expected.ts';
import { DOMAIN } from './domain.ts';
import { type Arm, type Stage, withHost } from './nla-stage.ts';
import { HOST } from './terminal-services.ts';

/** What `mayfly rdp logon --json` tells. */
interface Told {
  readonly ok: boolean;
  readonly host: string;
  readonly place: string;
  readonly name: string;
  readonly says: string;
  readonly attempts: number;
  readonly ms: number;
}
const NO_KEY_CONTAINER = 0xc000_0384;

/** The command, as an administrator has it: one host that lets the card in, and some that do not. */
export async function loggedOnByCommand(stage: Stage, arm: Arm): Promise<void> {
  const { lab } = stage;
  const shown = ({ place, name, says, attempts, ms }: Told) => `${place}: ${says} (${name}), ${attempts} attempt(s), ${ms} ms`;
  const meets = (habits: object, asked: string, ok: boolean, name: string) => async () => {
    const told = await withHost(stage, { ...arm, settings: { habits } }, ({ address }) => logon(stage, arm, asked, address));
    assert(told.ok === ok && told.name === name && told.host === HOST, shown(told));
    return told;
  };
  await lab.steps.run('mayfly rdp logon', meets({}, HOST, true, 'LOGGED_ON'), shown);
  await lab.steps.run('mayfly rdp logon: the host by its address', meets({}, 'address', true, 'LOGGED_ON'), shown);
  await lab.steps.run(
    'mayfly rdp logon: an account that may not',
    meets({ authorization: 5 }, HOST, false, 'AUTHZ_ACCESS_DENIED'),
    shown,
  );
  await lab.steps.run(
    'mayfly rdp logon: a host that does not find the key',
    meets({ status: NO_KEY_CONTAINER }, HOST, false, 'STATUS_SMARTCARD_NO_KEY_CONTAINER'),
    shown,
  );
}
async function logon({ lab, domain, alice }: Stage, { kdc }: Arm, asked: string, address: string): Promise<Told> {
  const { enterprise, mayfly } = domain;
  const configuration = lab.write(
    'client/mayfly-nla.json',
    JSON.stringify({
      realms: [{ name: kdc.realm, anchors: [enterprise.certificate], kdcs: [kdc.address] }],
      targets: [{ name: HOST, address }],
    }),
  );
  const { code, stdout, stderr } = await mayfly.attempt(
    ...['rdp', 'logon', asked === 'address' ? address : asked, '--json', '--ca', 'lab', '--config', configuration],
    ...['--upn', `alice@${DOMAIN}`, '--sid', alice.sid, '--account', alice.account, '--realm', kdc.realm],
  );
  assert(stdout !== '', stderr);
  const told = JSON.parse(stdout) as Told | { readonly error: { readonly message: string } };
  if ('error' in told) throw new Error(told.error.message);
  assert(told.ok === (code === 0), `it ended with code ${code}`);
  return told;
}

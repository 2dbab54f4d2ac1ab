import { randomFillSync } from 'node:crypto';
import { certificatesOf } from '../../ca/pem.ts';
import { RDP_PORT } from '../../config/config.ts';
import { loadConfig } from '../../config/load-config.ts';
import type { CredentialForm } from '../../credssp/credential-form.ts';
import { secretRoom } from '../../crypto/secret-octets.ts';
import { Custody } from '../../custody/custody.ts';
import { restartHardened } from '../../custody/hardening.ts';
import { LiveCard } from '../../custody/live-card.ts';
import { CardSession } from '../../net/card-session.ts';
import { type Attempted, logOnInForm } from '../../net/credential-form-trial.ts';
import { KdcClient } from '../../net/kdc-client.ts';
import { kerberosAnswers } from '../../net/kerberos-answers.ts';
import { leastVersion, nlaTrust, withNla } from '../../net/nla.ts';
import { nlaHostName } from '../../net/nla-host-name.ts';
import { connectRdp, type RdpConnection } from '../../net/rdp-connect.ts';
import type { HostTrust } from '../../net/rdp-transport.ts';
import { signWithCard } from '../../piv/card-signature.ts';
import { MINUTE } from '../../pki/bounds.ts';
import { pinAsPassword } from '../../rdp/client-info.ts';
import type { ConnectionPlan } from '../../rdp/connection-sequence.ts';
import { responseFlag } from '../../rdp/negotiation-code.ts';
import { offeredCapabilities } from '../../rdp/offered-capabilities.ts';
import { clientInfoOfCard } from '../../rdp/offered-client-info.ts';
import { cardChannels, offeredSettings } from '../../rdp/offered-settings.ts';
import { printableName } from '../../x509/name-text.ts';
import { clock, instantClock } from '../clock.ts';
import { print, table } from '../print.ts';
import { readGiven } from './ca-install.ts';
import { type CardSource, cardSource, clientName, type LogonOptions, suffixOf } from './card-logon.ts';
import { mint } from './mint-card.ts';
import { screen } from './rdp-probe.ts';
import { type RealmOptions, type Realms, realmsFor } from './realms.ts';

interface RdpLogonOptions extends LogonOptions, RealmOptions {
  readonly realm?: string;
  readonly port?: number;
  readonly seconds: number;
  readonly args: readonly string[];
}
interface Target {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly trust: HostTrust;
  readonly userHint: string | undefined;
  readonly leastVersion: number;
}
/** How an attempt ended: where, what it is called, one clause, and what to do about it. */
interface Ended {
  readonly place: string;
  readonly name: string;
  readonly says: string;
  readonly fix?: string | undefined;
  readonly form: CredentialForm;
  readonly loggedOn: boolean;
}
const SECOND = 1000;
const after = (milliseconds: number, f: () => void) => {
  const timer = setTimeout(f, milliseconds);
  return () => clearTimeout(timer);
};
const capabilities = () => offeredCapabilities(screen);
const planFor = ({ pin }: LiveCard, { userHint = '' }: Target): ConnectionPlan => ({
  offer: { negotiation: { flags: 0, protocols: 0 } },
  settings: ({ protocol: selectedProtocol, flags }) => {
    const extendedClientData = (flags & responseFlag.extendedClientDataSupported) !== 0;
    return offeredSettings({ offer: screen, clientName: 'mayfly', selectedProtocol, extendedClientData, channels: cardChannels });
  },
  clientInfo: () => clientInfoOfCard({ userName: userHint, password: pinAsPassword(pin) }),
  capabilities,
});

/** One card, one connection, one logon; the key is gone when it ends. */
async function attempt(
  source: CardSource,
  realms: Realms,
  target: Target,
  options: RdpLogonOptions,
  form: CredentialForm,
): Promise<Ended> {
  const { key, certificate, notAfter } = await mint(source.custody, source.client, source.kind, source.holder, 5 * MINUTE);
  const card = new LiveCard({ key, certificate, notAfter, destroyed: () => undefined });
  // KDCs and host together may take longer than the certificate lasts.
  const callOff = after((notAfter - clock()) * SECOND, () => void card.destroy('expired'));
  const hand = { transmit: (apdu: Uint8Array) => card.transmit(apdu, 'holder'), pin: card.pin, algorithm: key.kind };
  try {
    const logon = {
      client: clientName(options),
      realm: realms.realm,
      certificates: [certificate, ...source.intermediates],
      lifetime: 5 * MINUTE,
      profile: realms.profile,
    };
    const answers = kerberosAnswers({
      kdcs: new KdcClient(realms),
      trust: realms.trust,
      random: (length) => randomFillSync(secretRoom(length)),
      clock: instantClock,
      sign: ({ bytes, digest }) => signWithCard(hand, bytes, digest),
    });
    const { address: host, port, trust, name, userHint, leastVersion: least } = target;
    const settings = { host, port, trust, clock, patience: options.seconds * SECOND };
    const plan = withNla(planFor(card, target), { logon, host: name, card, form, userHint, leastVersion: least });
    const connected = await connectRdp({ settings, plan, answers }, () => undefined);
    if ('transport' in connected) return await session(connected, card, notAfter - clock(), options, form);
    const { stage, place = stage, name: called, sentence: says, fix } = connected;
    return { place, name: called, says, fix, form, loggedOn: false };
  } finally {
    callOff();
    await card.destroy('released');
  }
}
/** Until somebody is logged on, or it is stuck. */
async function session(
  { outcome: connected, transport }: RdpConnection,
  card: LiveCard,
  lifetime: number,
  { seconds }: RdpLogonOptions,
  form: CredentialForm,
): Promise<Ended> {
  const running: CardSession = new CardSession({
    connected,
    transport,
    card,
    notAfter: Math.min(lifetime, seconds * 6) * SECOND,
    computerName: 'mayfly',
    capabilities,
    random: (length) => randomFillSync(secretRoom(length)),
    after,
    elapsed: () => performance.now(),
    stalled: () => void running.cancel(),
  });
  const logon = await running.logon;
  await running.cancel();
  const { stage, sentence, fix } = running.reached;
  if (logon.kind === 'logged-on') {
    const { domain, userName } = logon.who;
    const who = printableName(`${domain}\\${userName}`);
    return { place: 'logon', name: 'LOGGED_ON', says: `${who} is logged on; the session was closed again`, form, loggedOn: true };
  }
  if (logon.kind === 'refused')
    return { place: 'logon', name: logon.refusal.name, says: logon.refusal.sentence, fix, form, loggedOn: false };
  return { place: 'logon', name: stage, says: sentence, fix, form, loggedOn: false };
}
async function targetFor(options: RdpLogonOptions): Promise<Target> {
  const config = await loadConfig({ env: process.env, file: options.config });
  const [asked = ''] = options.args;
  const known = config.targets.find((each) => [each.name, each.address].includes(asked.toLowerCase()));
  const name = await nlaHostName(asked, () => known?.name);
  const files = await Promise.all((known?.anchors ?? []).map((file) => readGiven(file)));
  return {
    name,
    address: known?.address ?? name,
    port: options.port ?? known?.port ?? RDP_PORT,
    trust: nlaTrust(known?.pins ?? [], files.flatMap(certificatesOf), [name]),
    userHint: known?.userNameHint,
    leastVersion: leastVersion(known?.oldCredSsp ?? false),
  };
}
/** `mayfly rdp logon HOST`: a card, Network Level Authentication, a logon; then the session is closed. */
export async function rdpLogon(options: RdpLogonOptions): Promise<number> {
  restartHardened();
  const target = await targetFor(options);
  const custody = new Custody({ poolSize: 0, log: (line) => process.stderr.write(`${line}\n`) });
  const { chosen, source } = await cardSource(options, custody);
  try {
    const realms = await realmsFor(chosen.config, options.realm ?? suffixOf(options.upn), options);
    const tried: Ended[] = [];
    const began = performance.now();
    const ended = await logOnInForm(
      {
        host: target.name,
        key: source.kind === 'p-256' ? 'ec' : 'rsa',
        memory: { recall: () => undefined, remember: () => undefined },
      },
      async (form) => {
        const end = await attempt(source, realms, target, options, form);
        tried.push(end);
        return end;
      },
      ({ loggedOn, name, place }): Attempted =>
        loggedOn ? { loggedOn } : { loggedOn, name, hadCredentials: place === 'credentials' || place === 'logon' },
    );
    const ms = Math.round(performance.now() - began);
    const { loggedOn: ok, form, place, name, says, fix = null } = ended;
    const said = {
      ok,
      host: target.name,
      at: `${target.address}:${target.port}`,
      place,
      name,
      says,
      fix,
      form,
      attempts: tried.length,
      ms,
    };
    print(options.json, said, [
      ...table([
        ['host', `${said.host} at ${said.at}`],
        ['logon', ok ? 'yes' : `no, refused at: ${place}`],
        ['because', `${says} (${name})`],
        ...(ok || fix === null ? [] : [['next', fix] as const]),
        ['credentials', `${form.provider}, container ${form.container}; ${tried.length} attempt${tried.length === 1 ? '' : 's'}`],
        ['took', `${ms} ms`],
      ]),
    ]);
    return ok ? 0 : 1;
  } finally {
    source.client.close();
    await custody.close();
  }
}

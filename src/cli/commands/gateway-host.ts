import { randomFillSync } from 'node:crypto';
import { certificatesOf } from '../../ca/pem.ts';
import { type Config, RDP_PORT, type TargetConfig } from '../../config/config.ts';
import type { CredentialForm } from '../../credssp/credential-form.ts';
import { secretRoom } from '../../crypto/secret-octets.ts';
import type { Behind, Dialled, GatewayPorts } from '../../gateway/gateway-ports.ts';
import { nameType } from '../../kerberos/principal-name.ts';
import { type Attempted, logOnInForm } from '../../net/credential-form-trial.ts';
import { KdcClient } from '../../net/kdc-client.ts';
import { kerberosAnswers } from '../../net/kerberos-answers.ts';
import { leastVersion, nlaTrust, withNla } from '../../net/nla.ts';
import { enterRdp, type NextHost, routingLine } from '../../net/rdp-connect.ts';
import type { HostTrust, RdpTransportSettings } from '../../net/rdp-transport.ts';
import { signWithCard } from '../../piv/card-signature.ts';
import { MINUTE } from '../../pki/bounds.ts';
import type { EntrancePlan, NotConnected } from '../../rdp/connection-sequence.ts';
import { securityProtocol } from '../../rdp/negotiation-code.ts';
import { clock, instantClock } from '../clock.ts';
import { readGiven } from './ca-install.ts';
import { type Realms, realmsFor } from './realms.ts';

export interface GatewayHostPorts {
  readonly config: Config;
  /** Between a card's certificate and its root, the issuer's own first. */
  readonly intermediates: () => Promise<readonly Uint8Array[]>;
  /** Of a domain, where the directory tells. @throws MayflyError */
  readonly netBiosName: (domain: string) => Promise<string | undefined>;
}
interface Target extends Pick<TargetConfig, 'security' | 'logon' | 'oldCredSsp'> {
  readonly settings: RdpTransportSettings;
  readonly userNameHint: string;
}
/** A Kerberos ticket for one host is asked for and used at once. */
const TICKET_LIFE = 5 * MINUTE;

/** What is configured of a host; one that only the directory knows is a Windows host as it ships. */
async function targetOf({ targets }: Config, name: string): Promise<Target> {
  const known = targets.find((each) => each.name === name);
  const { address = name, port = RDP_PORT, security = 'nla', pins = [], userNameHint = '', logon = 'with-card' } = known ?? {};
  const { oldCredSsp = false } = known ?? {};
  const files = await Promise.all((known?.anchors ?? []).map((file) => readGiven(file)));
  const trust: HostTrust = nlaTrust(pins, files.flatMap(certificatesOf), [name]);
  return { security, logon, oldCredSsp, userNameHint, settings: { host: address, port, trust, clock } };
}

/** Reaches the hosts of gateway sessions: each as the configuration says, with NLA by the session's card unless it says otherwise. */
export function gatewayDial({ config, intermediates, netBiosName }: GatewayHostPorts): GatewayPorts['dial'] {
  const realms = new Map<string, Promise<Realms>>();
  const forms = new Map<string, CredentialForm>();
  const realmOf = (name: string): Promise<Realms> => {
    const known = realms.get(name) ?? realmsFor(config, name, {});
    realms.set(name, known);
    // A file that could not be read may be there the next time.
    known.catch(() => realms.delete(name));
    return known;
  };
  const plain = (asked: Dialled, { settings, userNameHint }: Target): NextHost<EntrancePlan> => {
    const line = routingLine(asked.routingToken);
    return {
      settings,
      plan: {
        offer: {
          negotiation: { flags: 0, protocols: securityProtocol.ssl },
          ...(line === undefined ? {} : { routingToken: line }),
        },
        settings: asked.settings,
        clientInfo: () => asked.clientInfo(userNameHint),
      },
    };
  };
  const withCard = async (asked: Dialled, target: Target, form: CredentialForm): Promise<NextHost<EntrancePlan>> => {
    const { account, card: held, host } = asked;
    const { card, certificate } = held;
    const realm = await realmOf(account.domain.toUpperCase());
    const logon = {
      client: { nameType: nameType.principal, nameString: [account.name] },
      realm: realm.realm,
      certificates: [certificate, ...(await intermediates())],
      lifetime: TICKET_LIFE,
      profile: realm.profile,
    };
    const hand = { transmit: (apdu: Uint8Array) => card.transmit(apdu, 'holder'), pin: card.pin, algorithm: 'rsa-2048' as const };
    const answers = kerberosAnswers({
      kdcs: new KdcClient(realm),
      trust: realm.trust,
      random: (length) => randomFillSync(secretRoom(length)),
      clock: instantClock,
      sign: ({ bytes, digest }) => signWithCard(hand, bytes, digest),
    });
    const { settings, plan } = plain(asked, target);
    const hints = { userHint: target.userNameHint || undefined, leastVersion: leastVersion(target.oldCredSsp) };
    return { settings, plan: withNla(plan, { logon, host, card, form, ...hints }), answers };
  };
  const entered = async (
    next: NextHost<EntrancePlan>,
    { logon }: Target,
    netBiosDomain: string | undefined,
  ): Promise<Behind | NotConnected> => {
    const outcome = await enterRdp(next);
    if (!('transport' in outcome)) return outcome;
    // xrdp, which has no logon with a card, reads a handle's context as the handle.
    const cardHandle = logon === 'without-card' ? 'without-context' : 'with-context';
    const side = outcome.transport.stream.handOver();
    // Whoever takes it over may come late, and a stream that fails unheard ends the process.
    side.stream.on('error', () => undefined);
    return { ...side, entered: outcome.outcome, logon, cardHandle, netBiosDomain };
  };
  /** As configured, else as the directory has it; where neither tells, whoever compares names has to guess. */
  const netBiosOf = async (domain: string) =>
    config.domains.find(({ name }) => name === domain)?.netBiosName ?? (await netBiosName(domain).catch(() => undefined));
  return async (asked) => {
    const target = await targetOf(config, asked.host);
    // A host without a logon by the card is not asked whom it has logged on.
    const netBios = target.logon === 'without-card' ? undefined : await netBiosOf(asked.account.domain);
    if (target.security === 'tls') return entered(plain(asked, target), target, netBios);
    const memory = {
      recall: (host: string) => forms.get(host),
      remember: (host: string, form: CredentialForm) => void forms.set(host, form),
    };
    return logOnInForm(
      { host: asked.host, key: 'rsa', memory },
      async (form) => entered(await withCard(asked, target, form), target, netBios),
      (outcome): Attempted =>
        'stream' in outcome
          ? { loggedOn: true }
          : { loggedOn: false, name: outcome.name, hadCredentials: outcome.place === 'credentials' },
    );
  };
}

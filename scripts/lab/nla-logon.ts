import { randomBytes } from 'node:crypto';
import { labClient, mint } from '../../src/cli/commands/mint-card.ts';
import type { CredentialForm } from '../../src/credssp/credential-form.ts';
import type { Custody } from '../../src/custody/custody.ts';
import { LiveCard } from '../../src/custody/live-card.ts';
import type { AsFacts } from '../../src/kerberos/as-exchange.ts';
import { type RealmProfile, realmProfile } from '../../src/kerberos/realm-profile.ts';
import { KdcClient } from '../../src/net/kdc-client.ts';
import { kerberosAnswers } from '../../src/net/kerberos-answers.ts';
import { withNla } from '../../src/net/nla.ts';
import { connectRdp, type RdpConnection } from '../../src/net/rdp-connect.ts';
import { signWithCard } from '../../src/piv/card-signature.ts';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import type { NotConnected } from '../../src/rdp/connection-sequence.ts';
import { responseFlag } from '../../src/rdp/negotiation-code.ts';
import { offeredCapabilities } from '../../src/rdp/offered-capabilities.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { cardChannels, offeredSettings } from '../../src/rdp/offered-settings.ts';
import type { CardHolder } from './attached-card.ts';
import type { Kdc } from './kdc.ts';
import { accountName, derOf } from './logon.ts';
import { screen } from './rdp-client.ts';

const TEN_MINUTES = 600;
const OPERATIONS = 12;

export interface CardInHand {
  readonly card: LiveCard;
  /** DER. */
  readonly certificate: Uint8Array;
  /** How the key ended. */
  readonly destroyed: Promise<string>;
  /** As the card's holder would type it; read before the key is gone. */
  readonly pin: string;
}
export async function cardInHand(socket: string, custody: Custody, holder: CardHolder): Promise<CardInHand> {
  const client = await labClient(socket);
  const { account, sid, upn: userPrincipalName } = holder;
  const { key, certificate, notAfter } = await mint(
    custody,
    client,
    'rsa-2048',
    { account, sid, userPrincipalName },
    TEN_MINUTES,
  ).finally(() => client.close());
  const { promise: destroyed, resolve } = Promise.withResolvers<string>();
  const card = new LiveCard({
    ...{ key, certificate, notAfter, operations: OPERATIONS },
    destroyed: (cause, ms) => resolve(`key destroyed (${cause}), gone in ${ms.toFixed(1)} ms`),
  });
  return { card, certificate, destroyed, pin: Buffer.from(card.pin).toString('latin1') };
}

export interface NlaAttempt {
  readonly account: string;
  readonly kdc: Pick<Kdc, 'realm'>;
  /** Where each realm's KDC is. */
  readonly kdcs: Readonly<Record<string, string>>;
  /** PEM; CA of the KDCs. */
  readonly anchor: string;
  /** As the ticket names the host, and where it is. */
  readonly host: string;
  readonly address: string;
  readonly form?: CredentialForm;
  readonly profile?: Partial<Omit<RealmProfile, 'realm'>>;
  readonly onTicket?: (facts: AsFacts) => void;
}
/** One connection with NLA by the card in hand, as the gateway makes it: nothing is known of the host but its name and its realm. */
export function connectByNla({ card, certificate }: CardInHand, attempt: NlaAttempt): Promise<RdpConnection | NotConnected> {
  const { account, kdc, kdcs, anchor, host, address, profile = {}, onTicket } = attempt;
  const { form = { provider: 'base-csp', container: 'absent' } } = attempt;
  const plan = withNla(
    {
      offer: { negotiation: { flags: 0, protocols: 0 } },
      settings: ({ protocol: selectedProtocol, flags }) => {
        const extendedClientData = (flags & responseFlag.extendedClientDataSupported) !== 0;
        return offeredSettings({
          offer: screen,
          clientName: 'mayfly',
          selectedProtocol,
          extendedClientData,
          channels: cardChannels,
        });
      },
      clientInfo: () => clientInfoOfCard({ userName: '', password: pinAsPassword(card.pin) }),
      capabilities: () => offeredCapabilities(screen),
    },
    {
      logon: {
        client: accountName(account),
        realm: kdc.realm,
        certificates: [certificate],
        lifetime: TEN_MINUTES,
        profile: (realm) => realmProfile(realm, profile),
      },
      ...{ host, card, form, onTicket },
    },
  );
  const hand = { transmit: (apdu: Uint8Array) => card.transmit(apdu), pin: card.pin, algorithm: 'rsa-2048' as const };
  const answers = kerberosAnswers({
    kdcs: new KdcClient({
      kdcsOf: async (realm) => {
        const at = kdcs[realm];
        return at === undefined ? [] : [{ kind: 'tcp', host: at, port: 88 }];
      },
    }),
    trust: () => ({ anchors: [derOf(anchor)], crls: [], revocation: 'if-given' }),
    random: (length) => new Uint8Array(randomBytes(length)),
    clock: () => Date.now() * 1000,
    sign: ({ bytes, digest }) => signWithCard(hand, bytes, digest),
  });
  const clock = () => Math.floor(Date.now() / 1000);
  return connectRdp(
    { settings: { host: address, port: 3389, trust: { kind: 'unproven' }, clock }, plan, answers },
    () => undefined,
  );
}

import { randomBytes } from 'node:crypto';
import { type CredSspQuestion, credSsp } from '../../src/credssp/credssp.ts';
import { smartCardCredentials } from '../../src/credssp/ts-credentials.ts';
import type { Credential } from '../../src/kerberos/credential.ts';
import type { Answers } from '../../src/net/converse.ts';
import { connectRdp, type NextHost, type RdpConnection } from '../../src/net/rdp-connect.ts';
import { pinAsPassword } from '../../src/rdp/client-info.ts';
import type { ConnectionPlan, NotConnected } from '../../src/rdp/connection-sequence.ts';
import { securityProtocol } from '../../src/rdp/negotiation-code.ts';
import { clientInfoOfCard } from '../../src/rdp/offered-client-info.ts';
import { cardPlan } from '../rdp/connected-client.ts';

export const PIN = new TextEncoder().encode('31415926');
export const given = {
  pin: PIN,
  readerName: 'Mayfly Reader 0',
  keySpec: 1,
  providerName: 'Microsoft Base Smart Card Crypto Provider',
  containerName: undefined,
  userHint: undefined,
  domainHint: undefined,
};
const { ssl, hybrid, hybridEx } = securityProtocol;

/** A client that has its ticket already. */
export interface NlaClient {
  readonly next: NextHost;
  /** All randomness that was given out; the first is the subkey. */
  readonly drawn: readonly Uint8Array[];
}
export function nlaClient(
  port: number,
  credential: Credential,
  {
    patience = 2000,
    ...more
  }: Partial<CredSspQuestion> & { readonly patience?: number; readonly plan?: Partial<ConnectionPlan> } = {},
): NlaClient {
  const drawn: Uint8Array[] = [];
  const answers: Answers = {
    random({ length }) {
      const octets = new Uint8Array(randomBytes(length));
      drawn.push(octets);
      return octets;
    },
    time: () => ({ seconds: Math.floor(Date.now() / 1000), microseconds: drawn.length }),
  };
  const plan = cardPlan({
    offer: { negotiation: { flags: 0, protocols: ssl | hybrid | hybridEx } },
    *authenticate({ certificate, protocol }) {
      const earlyAuthorization = protocol === hybridEx;
      const credentials = () => smartCardCredentials(given);
      const outcome = yield* credSsp({ credential, certificate, earlyAuthorization, credentials, ...more });
      return outcome.kind === 'refused' ? outcome : undefined;
    },
    clientInfo: () => clientInfoOfCard({ userName: '', password: pinAsPassword(PIN) }),
    ...more.plan,
  });
  const clock = () => Math.floor(Date.now() / 1000);
  return {
    next: { settings: { host: '127.0.0.1', port, trust: { kind: 'unproven' }, patience, clock }, plan, answers },
    drawn,
  };
}
export const connect = ({ next }: NlaClient): Promise<RdpConnection | NotConnected> => connectRdp(next, () => undefined);

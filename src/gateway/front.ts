import { acceptClientInfo } from '../rdp/accept-client-info.ts';
import { acceptJoin } from '../rdp/accept-join.ts';
import type { InfoPacket } from '../rdp/client-info.ts';
import { handedBack } from '../rdp/handed-back.ts';
import type { ConnectInitial } from '../rdp/mcs-connect.ts';
import { answerNegotiation, receiveNegotiation } from '../rdp/negotiate.ts';
import type { ConnectionRequest } from '../rdp/negotiation.ts';
import { failureCode, requestFlag, responseFlag, securityProtocol } from '../rdp/negotiation-code.ts';
import { answerSettings, receiveSettings } from '../rdp/settings.ts';
import type { Conversation } from '../wire/conversation.ts';
import { type FrontIds, predictedIds, predictedResponse } from './front-settings.ts';

/** Why a stranger is sent away. Whether a token was wrong, used or too old is told to nobody. */
export const frontRefusals = {
  'restricted-admin': 'the client insists on Restricted Admin or Remote Credential Guard, for which the gateway has no CredSSP',
  'no-tls': 'the client does not offer TLS',
  'handle-unknown': 'the launch is not known, was used or has expired',
  'client-left': 'the client left before it said who it is',
  'client-info': 'the client sent something else than its Client Info',
  'token-refused': 'the launch token is not good: it was used, has expired or never was one; launch the session anew',
} as const;
export type FrontRefusal = keyof typeof frontRefusals;

/** A client that has shown its token, and all that it said until then. */
export interface Admitted<Grant> {
  readonly kind: 'admitted';
  readonly grant: Grant;
  readonly request: ConnectionRequest;
  readonly initial: ConnectInitial;
  readonly ids: FrontIds;
  readonly info: InfoPacket;
}
export interface Refused {
  readonly kind: 'refused';
  readonly why: FrontRefusal;
  /** One that has come as far as its token, and can be told why it goes no further. */
  readonly client?: Pick<Admitted<unknown>, 'initial' | 'ids'>;
}
export type FrontOutcome<Grant> = Admitted<Grant> | Refused;

export interface FrontPorts<Grant> {
  readonly knows: (handle: string) => boolean;
  readonly redeem: (token: string) => Grant | undefined;
}
/** Octets of a Connect-Initial: 31 channels and 16 monitors take 2 KiB; a Client Info may hold a long token besides. */
const MOST_SETTINGS = 0x2000;
const MOST_CLIENT_INFO = 0x2000;
const refused = (why: FrontRefusal, client?: Refused['client']): Refused => ({ kind: 'refused', why, ...(client && { client }) });

function whyNot({ negotiation, routingToken }: ConnectionRequest, knows: (handle: string) => boolean): FrontRefusal | undefined {
  const { flags = 0, protocols = 0 } = negotiation ?? {};
  if ((flags & (requestFlag.restrictedAdminModeRequired | requestFlag.redirectedAuthenticationModeRequired)) !== 0)
    return 'restricted-admin';
  if ((protocols & securityProtocol.ssl) === 0) return 'no-tls';
  return routingToken === undefined || knows(routingToken) ? undefined : 'handle-unknown';
}
const failureFor = (why: FrontRefusal): number =>
  why === 'restricted-admin' ? failureCode.inconsistentFlags : failureCode.sslRequiredByServer;

/**
 * Everything that is done with a client until its token is good: TLS, Connect-Initial, joins, Client Info, each bounded. It is answered
 * from constants: nothing behind exists yet. @throws MayflyError, DecodeError where the client does not keep to the protocol
 */
export function* acceptFront<Grant>({ knows, redeem }: FrontPorts<Grant>): Conversation<FrontOutcome<Grant>> {
  const request = yield* receiveNegotiation();
  const why = whyNot(request, knows);
  if (why) {
    yield* answerNegotiation({ kind: 'failure', flags: 0, code: failureFor(why) });
    return refused(why);
  }
  const flags = responseFlag.extendedClientDataSupported | responseFlag.dynvcGfxProtocolSupported;
  yield* answerNegotiation({ kind: 'response', flags, protocol: securityProtocol.ssl });
  const initial = yield* receiveSettings(MOST_SETTINGS);
  const ids = predictedIds(initial);
  yield* answerSettings(predictedResponse(ids, request.negotiation?.protocols ?? 0));
  const channels = [ids.ioChannelId, ...ids.channels.map(({ channelId }) => channelId)];
  const joined = yield* acceptJoin({ userId: ids.userId, channels }, MOST_CLIENT_INFO);
  if (joined.kind !== 'joined') return refused('client-left');
  const told = yield* handedBack(joined.next, acceptClientInfo(ids, MOST_CLIENT_INFO));
  if (told.kind !== 'client-info') return refused('client-info');
  const { infoPacket: info } = told.info;
  info.password.fill(0);
  const grant = redeem(info.userName);
  return grant === undefined
    ? refused('token-refused', { initial, ids })
    : { kind: 'admitted', grant, request, initial, ids, info };
}

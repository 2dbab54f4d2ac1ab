import { decode, encode } from '../wire/codec.ts';
import { ask, type Conversation, startTls } from '../wire/conversation.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type ConnectionRequest, connectionConfirm, connectionRequest, type NegotiationAnswer } from './negotiation.ts';
import { type FailureMeaning, failureMeaning, securityProtocol } from './negotiation-code.ts';
import { tpktFrame } from './tpkt.ts';
import { codeOf, disconnectRequest, MOST_CONNECTION_PDU, tpduCode } from './x224.ts';

/** What a client says first; its X.224 references are zero ([MS-RDPBCGR] 3.2.5.3.1). */
export type NegotiationOffer = Pick<ConnectionRequest, 'routingToken' | 'cookie' | 'correlation'> &
  Required<Pick<ConnectionRequest, 'negotiation'>>;

export type NegotiationOutcome =
  | {
      readonly kind: 'selected';
      /** One of `securityProtocol`, and one of those that were offered. */
      readonly protocol: number;
      /** `responseFlag`. */
      readonly flags: number;
      /** The host's, DER: TLS is up. */
      readonly certificate: Uint8Array;
    }
  | ({ readonly kind: 'refused'; readonly code: number } & FailureMeaning)
  | { readonly kind: 'standard-security-only'; readonly sentence: string; readonly fix: string };

const standardOnly = {
  kind: 'standard-security-only',
  sentence: 'the host speaks nothing but standard RDP security, which protects no PIN',
  fix: "set the host's security layer to SSL, or give it a Remote Desktop certificate",
} as const;
const references = { destination: 0, source: 0, classOption: 0 };
const frame = tpktFrame(MOST_CONNECTION_PDU);

/**
 * Agrees with a host on how the connection is protected, and starts TLS on it. A refusal ends the TCP connection: another offer
 * needs another one.
 * @throws MayflyError `rdp-negotiation` when the host answers what was not asked
 */
export function* negotiate(offer: NegotiationOffer): Conversation<NegotiationOutcome> {
  yield* ask<'send'>({ do: 'send', bytes: encode(connectionRequest, { ...references, ...offer }) });
  const pdu = yield* ask<'receive'>({ do: 'receive', frame });
  if (codeOf(pdu) === tpduCode.disconnectRequest) {
    const { reason } = decode(disconnectRequest, pdu);
    throw new MayflyError('rdp-negotiation', `the host takes no connection (X.224 disconnect, reason ${reason})`);
  }
  const { answer } = decode(connectionConfirm, pdu);
  if (answer?.kind === 'failure') return { kind: 'refused', code: answer.code, ...failureMeaning(answer.code) };
  if (answer === undefined || answer.protocol === securityProtocol.rdp) return standardOnly;
  const { protocol, flags } = answer;
  const { protocols } = offer.negotiation;
  if ((protocol & (protocol - 1)) !== 0 || (protocol & protocols) !== protocol) {
    const [got, offered] = [protocol, protocols].map((bits) => `0x${bits.toString(16)}`);
    throw new MayflyError('rdp-negotiation', `the host selected protocol ${got} where ${offered} was offered`);
  }
  return { kind: 'selected', protocol, flags, certificate: yield* startTls() };
}

/** The first PDU of a client, of whom nothing is known: at most 259 octets. @throws DecodeError */
export function* receiveNegotiation(): Conversation<ConnectionRequest> {
  return decode(connectionRequest, yield* ask<'receive'>({ do: 'receive', frame }));
}
/** `undefined` is the answer of a host that knows standard RDP security only. TLS starts when a protocol is selected. */
export function* answerNegotiation(answer: NegotiationAnswer | undefined): Conversation<void> {
  const confirm = answer ? { ...references, answer } : references;
  yield* ask<'send'>({ do: 'send', bytes: encode(connectionConfirm, confirm) });
  if (answer?.kind === 'response' && answer.protocol !== securityProtocol.rdp) yield* startTls();
}
export interface AcceptedNegotiation {
  readonly request: ConnectionRequest;
  readonly answer: NegotiationAnswer | undefined;
}
/** The host's side of `negotiate`. */
export function* acceptNegotiation(
  decide: (request: ConnectionRequest) => NegotiationAnswer | undefined,
): Conversation<AcceptedNegotiation> {
  const request = yield* receiveNegotiation();
  const answer = decide(request);
  yield* answerNegotiation(answer);
  return { request, answer };
}

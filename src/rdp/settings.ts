import { decode, encode } from '../wire/codec.ts';
import { ask, type Conversation } from '../wire/conversation.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { agreedSettings, type Settings } from './agreed-settings.ts';
import { type DisconnectReason, disconnectReason } from './disconnect-reason.ts';
import { type ConnectInitial, type ConnectResponse, connectInitial, connectResponse } from './mcs-connect.ts';
import { domainFrame } from './mcs-domain.ts';
import { mcsResult, type ResultMeaning, resultMeaning } from './mcs-result.ts';
import { tpktFrame } from './tpkt.ts';

export type SettingsOutcome =
  | ({ readonly kind: 'agreed'; readonly response: ConnectResponse } & Settings)
  | ({ readonly kind: 'refused'; readonly result: number } & ResultMeaning)
  | ({ readonly kind: 'disconnected'; readonly reason: number } & DisconnectReason);

/** First octet behind the data TPDU of a Connect-Response; a DomainMCSPDU has another. */
const CONNECT_MCS_PDU = 0x7f;
const MCS_AT = 7;
/** A Connect-Initial holds 31 channels and some monitors in 2 KiB, a response less. */
const MOST_CONNECT = 0x2000;
const GCC_SUCCESS = 0;

/**
 * Basic Settings Exchange, [MS-RDPBCGR] 1.3.1.1, from the client's side. The host drops a client whose core block does not repeat
 * the protocol that it selected.
 * @param requestedProtocols what the connection request offered: the host has to have seen the same
 * @throws MayflyError `rdp-settings` when the host agrees to what was not asked; DecodeError
 */
export function* settings(initial: ConnectInitial, requestedProtocols: number): Conversation<SettingsOutcome> {
  yield* ask<'send'>({ do: 'send', bytes: encode(connectInitial, initial) });
  const pdu = yield* ask<'receive'>({ do: 'receive', frame: tpktFrame(MOST_CONNECT) });
  if (pdu[MCS_AT] !== CONNECT_MCS_PDU) {
    const answer = decode(domainFrame, pdu);
    if (answer.kind !== 'disconnect-provider-ultimatum') {
      throw new MayflyError('rdp-settings', `the host answered the settings with ${answer.kind}`);
    }
    return { kind: 'disconnected', reason: answer.reason, ...disconnectReason(answer.reason) };
  }
  const response = decode(connectResponse, pdu);
  const { result, conference } = response;
  if (result !== mcsResult.successful || conference === undefined) return { kind: 'refused', result, ...resultMeaning(result) };
  if (conference.result !== GCC_SUCCESS) {
    const { sentence, fix } = resultMeaning(mcsResult.userRejected);
    return { kind: 'refused', result, name: `conference result ${conference.result}`, sentence, fix };
  }
  const agreed = agreedSettings(initial.conference.blocks, conference.blocks, requestedProtocols);
  return { kind: 'agreed', response, ...agreed };
}

/** A client's Connect-Initial, of at most `most` octets. @throws DecodeError */
export function* receiveSettings(most: number = MOST_CONNECT): Conversation<ConnectInitial> {
  return decode(connectInitial, yield* ask<'receive'>({ do: 'receive', frame: tpktFrame(most) }));
}
export function* answerSettings(response: ConnectResponse): Conversation<void> {
  yield* ask<'send'>({ do: 'send', bytes: encode(connectResponse, response) });
}
export interface AcceptedSettings {
  readonly initial: ConnectInitial;
  readonly response: ConnectResponse;
}
/** The host's side of `settings`. */
export function* acceptSettings(answer: (initial: ConnectInitial) => ConnectResponse): Conversation<AcceptedSettings> {
  const initial = yield* receiveSettings();
  const response = answer(initial);
  yield* answerSettings(response);
  return { initial, response };
}

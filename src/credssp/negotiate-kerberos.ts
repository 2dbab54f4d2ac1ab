import { CONFOUNDER_LENGTH, type EncryptionKey } from '../crypto/encrypted-data.ts';
import { secretCopy } from '../crypto/secret-octets.ts';
import {
  type ApplicationRequest,
  applicationRequest,
  gssFlag,
  gssToken,
  kerberosMechanism,
  kerberosMechanismOfWindows,
  readApplicationReply,
  readGssToken,
} from '../kerberos/application-exchange.ts';
import type { Credential } from '../kerberos/credential.ts';
import { krbError } from '../kerberos/krb-error.ts';
import { newNonce } from '../kerberos/nonce.ts';
import { explainRefusal } from '../kerberos/refusal.ts';
import { decode, encode } from '../wire/codec.ts';
import { ask, type Conversation } from '../wire/conversation.ts';
import { type NlaRefusal, refusal } from './nla-refusal.ts';
import { SecurityContext } from './security-context.ts';
import { mechTypeList, type NegTokenResp, negotiationToken, negState, negTokenResp, refusedMechanism } from './spnego-token.ts';
import type { TsRequest } from './ts-request.ts';
import { isRequest, type TsRequestChannel, violation } from './ts-request-channel.ts';

export interface KerberosQuestion {
  /** The ticket for the host; its key stays the caller's. */
  readonly credential: Credential;
  /** Seconds that the domain's clocks are ahead. */
  readonly skew?: number;
}
export interface Negotiated {
  /** The caller's to destroy. */
  readonly context: SecurityContext;
  /** Of SPNEGO, to go out together with what follows. */
  readonly lastToken: Uint8Array | undefined;
}
/** Both names of one mechanism, Windows' own first; that one is chosen by hosts that know it. */
const offered = [kerberosMechanismOfWindows, kerberosMechanism];
const mechTypes = encode(mechTypeList, offered);
const flags = gssFlag.mutual | gssFlag.replayDetection | gssFlag.sequenceDetection | gssFlag.confidentiality | gssFlag.integrity;
/** Answers that SPNEGO can take: AP-REP, and a MIC; one more for a clock that was wrong. */
const MOST_ANSWERS = 3;
const SKEW = 37;
/** Whatever two clocks may differ by, RFC 4120 1.6. */
const CLOCK_SKEW = 300;

export const negoTokens = (token: Uint8Array): NonNullable<TsRequest['negoTokens']> => [{ negoToken: token }];

function wrongMechanism(mechanism: string): NlaRefusal {
  const named = refusedMechanism[mechanism];
  if (named === 'user-to-user') return wantsUserToUser;
  return refusal(
    'spnego',
    named === 'NTLM' ? 'NTLM_INSISTED' : 'MECHANISM_REFUSED',
    `the host wants ${named ?? mechanism} instead of Kerberos`,
    'the host must be a member of the domain; NTLM needs a password, and there is none',
  );
}
const wantsUserToUser = refusal(
  'spnego',
  'USER_TO_USER',
  'the host wants a user-to-user ticket, which Mayfly does not speak',
  "give the host's own account the service principal name TERMSRV/HOST, and let Remote Desktop run as Network Service",
);
/** @throws DecodeError; MayflyError `credssp-protocol` */
function responseOf({ negoTokens: tokens, pubKeyAuth, authInfo }: TsRequest): NegTokenResp {
  const [only] = tokens ?? [];
  if (!only || tokens?.length !== 1) throw violation(`the host sent ${tokens?.length ?? 0} tokens of SPNEGO where one belongs`);
  if (pubKeyAuth || authInfo) throw violation('the host goes ahead of the negotiation');
  return decode(negTokenResp, only.negoToken);
}

/** Randomness that is a key: where it was given stays nothing of it. */
function* secretRandom(length: number): Conversation<Uint8Array> {
  const given = yield* ask<'random'>({ do: 'random', length });
  try {
    return secretCopy(given);
  } finally {
    given.fill(0);
  }
}
class Negotiation {
  readonly #channel: TsRequestChannel;
  readonly #credential: Credential;
  #skew: number;
  #isSkewMended = false;
  #request: ApplicationRequest | undefined;
  #context: SecurityContext | undefined;
  #sentMic = false;

  constructor(channel: TsRequestChannel, { credential, skew = 0 }: KerberosQuestion) {
    this.#channel = channel;
    this.#credential = credential;
    this.#skew = skew;
  }
  *run(): Conversation<Negotiated | NlaRefusal> {
    let done = false;
    try {
      const mechToken = yield* this.#apReq();
      let next = negotiationToken({ mechTypes: [...offered], mechToken });
      for (let answers = 0; answers < MOST_ANSWERS; answers++) {
        yield* this.#channel.send({ negoTokens: negoTokens(next) });
        const answer = yield* this.#channel.receive('spnego');
        if (!isRequest(answer)) return answer;
        const step = yield* this.#answerTo(responseOf(answer));
        if (!(step instanceof Uint8Array)) {
          done = 'context' in step;
          return step;
        }
        next = step;
      }
      throw violation('the host negotiates without an end');
    } finally {
      this.#wipeSubkey();
      if (!done) this.#context?.destroy();
    }
  }
  *#apReq(): Conversation<Uint8Array> {
    this.#wipeSubkey();
    const { key } = this.#credential;
    const now = yield* ask<'time'>({ do: 'time' });
    const subkey: EncryptionKey = { etype: key.etype, value: yield* secretRandom(key.value.length) };
    this.#request = {
      credential: this.#credential,
      instant: { ...now, seconds: now.seconds + this.#skew },
      subkey,
      // Below 2^30: MIT takes a higher one for negative.
      sequenceNumber: (yield* newNonce()) >>> 1,
      flags,
      confounder: yield* ask<'random'>({ do: 'random', length: CONFOUNDER_LENGTH }),
    };
    return gssToken(kerberosMechanism, 'apReq', applicationRequest(this.#request));
  }
  #wipeSubkey(): void {
    if (!this.#context) this.#request?.subkey.value.fill(0);
  }
  /** The next token, or how it ended. */
  *#answerTo(response: NegTokenResp): Conversation<Uint8Array | Negotiated | NlaRefusal> {
    const { negState: state, supportedMech, responseToken, mechListMIC } = response;
    if (supportedMech !== undefined && !offered.includes(supportedMech)) return wrongMechanism(supportedMech);
    if (responseToken) {
      const taken = yield* this.#take(responseToken, state === negState.reject);
      if (taken) return taken;
    }
    if (state === negState.reject)
      return refusal(
        'spnego',
        'SPNEGO_REJECTED',
        'the host rejects the ticket and does not say why',
        "look at the host's Security log (event 4625); its clock, or the account that bears its service principal name, may be wrong",
      );
    const context = this.#context;
    if (!context) throw violation('the host goes on without having proven itself');
    if (mechListMIC) context.verifyMic(mechTypes, mechListMIC);
    const isComplete = state === negState.acceptCompleted;
    if (this.#sentMic) {
      if (!mechListMIC || !isComplete) throw violation('the host does not vouch for what was negotiated');
      return { context, lastToken: undefined };
    }
    // It expects no further token (RFC 4178 4.2.2), whether it has vouched or not: one more would use up a number of the sequence.
    if (isComplete) return { context, lastToken: undefined };
    this.#sentMic = true;
    const token = encode(negTokenResp, {
      negState: mechListMIC ? negState.acceptCompleted : undefined,
      mechListMIC: context.mic(mechTypes),
    });
    // A host that has sent its own needs no more than ours.
    return mechListMIC ? { context, lastToken: token } : token;
  }
  /** The token of Kerberos: proof of the host, or why it gives none. */
  *#take(token: Uint8Array, isRejected: boolean): Conversation<Uint8Array | NlaRefusal | undefined> {
    const { mechanism, kind, message } = readGssToken(token);
    if (refusedMechanism[mechanism] === 'user-to-user' || kind === 'tgtReq' || kind === 'tgtRep') return wantsUserToUser;
    if (!offered.includes(mechanism)) return wrongMechanism(mechanism);
    if (kind === 'krbError') return yield* this.#refused(message, isRejected);
    const request = this.#request;
    if (kind !== 'apRep' || this.#context || !request) throw violation(`the host sent ${kind} where it has no place`);
    const { subkey, sequenceNumber: peerSequence } = readApplicationReply(message, request);
    const { sequenceNumber: ownSequence } = request;
    if (subkey) request.subkey.value.fill(0);
    const key = subkey ?? request.subkey;
    this.#context = new SecurityContext({
      key,
      acceptor: false,
      acceptorSubkey: subkey !== undefined,
      ownSequence,
      peerSequence,
    });
    return undefined;
  }
  /** Once more where it is our clock: nobody has signed the error, so the ticket must be good at the time it gives. */
  *#refused(message: Uint8Array, isRejected: boolean): Conversation<Uint8Array | NlaRefusal> {
    const error = decode(krbError, message);
    const { errorCode, stime } = error;
    const { startTime, endTime } = this.#credential;
    if (errorCode === SKEW && !isRejected && !this.#isSkewMended && startTime <= stime + CLOCK_SKEW && stime < endTime) {
      this.#isSkewMended = true;
      const { seconds } = yield* ask<'time'>({ do: 'time' });
      this.#skew = stime - seconds;
      return encode(negTokenResp, { responseToken: yield* this.#apReq() });
    }
    const { name, cause, fix, text } = explainRefusal(error);
    return refusal('ticket', name, `the host does not take the ticket: ${cause}${text ? ` (it says "${text}")` : ''}`, fix);
  }
}
/**
 * SPNEGO with Kerberos as the only mechanism, RFC 4178 and [MS-SPNG]: the host has proven itself when there is a context.
 * @throws MayflyError `credssp-…`, `service-unproven`; DecodeError
 */
export const negotiateKerberos = (channel: TsRequestChannel, question: KerberosQuestion): Conversation<Negotiated | NlaRefusal> =>
  new Negotiation(channel, question).run();

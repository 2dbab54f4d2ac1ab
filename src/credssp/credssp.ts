import { equalInConstantTime } from '../crypto/constant-time.ts';
import { CONFOUNDER_LENGTH } from '../crypto/encrypted-data.ts';
import { ask, type Conversation } from '../wire/conversation.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { earlyAuthorizationFrame, readEarlyAuthorization } from './early-authorization.ts';
import { type KerberosQuestion, type Negotiated, negoTokens, negotiateKerberos } from './negotiate-kerberos.ts';
import { type NlaPlace, type NlaRefusal, refusedBecause } from './nla-refusal.ts';
import { boundKey, FIRST_WITH_NONCE, NONCE_LENGTH, publicKeyProof } from './public-key-binding.ts';
import type { SecurityContext } from './security-context.ts';
import { SEQUENCE } from './ts-request.ts';
import { isRequest, TsRequestChannel, violation } from './ts-request-channel.ts';

export interface CredSspQuestion extends KerberosQuestion {
  /** What the host showed on this very TLS connection, DER. */
  readonly certificate: Uint8Array;
  /** TSCredentials; asked for when the host is proven, and wiped when they are sealed. */
  readonly credentials: () => Uint8Array;
  /** Whether the host was chosen to say at once if the account may log on (PROTOCOL_HYBRID_EX). */
  readonly earlyAuthorization: boolean;
  /** 5 unless somebody wants hosts without the mend of CVE-2018-0886. */
  readonly leastVersion?: number | undefined;
}
export type CredSspOutcome =
  /** The host is proven and has the credentials; `version` is what both speak. */
  { readonly kind: 'delegated'; readonly version: number } | NlaRefusal;

function* sealed(context: SecurityContext, message: Uint8Array): Conversation<Uint8Array> {
  return context.seal(message, yield* ask<'random'>({ do: 'random', length: CONFOUNDER_LENGTH }));
}
/** The exchange and how far it has come. */
class CredSsp {
  readonly #question: CredSspQuestion;
  readonly #channel: TsRequestChannel;
  place: NlaPlace = 'server-key';

  constructor(question: CredSspQuestion) {
    this.#question = question;
    this.#channel = new TsRequestChannel(question.leastVersion);
  }
  *run(): Conversation<CredSspOutcome> {
    const key = boundKey(this.#question.certificate);
    this.place = 'spnego';
    const negotiated = yield* negotiateKerberos(this.#channel, this.#question);
    if (!('context' in negotiated)) return negotiated;
    const { context } = negotiated;
    try {
      this.place = 'server-key';
      const refused = yield* this.#bind(negotiated, key);
      if (refused) return refused;
      this.place = 'credentials';
      yield* this.#delegate(context);
    } finally {
      context.destroy();
    }
    const { version } = this.#channel;
    return (yield* this.#authorized()) ?? { kind: 'delegated', version };
  }
  /** INVARIANT: nothing secret leaves before the host has vouched for the key that TLS showed ([MS-CSSP] 3.1.5, step 3). */
  *#bind({ context, lastToken }: Negotiated, key: Uint8Array): Conversation<NlaRefusal | undefined> {
    const { version } = this.#channel;
    const nonce = yield* ask<'random'>({ do: 'random', length: NONCE_LENGTH });
    yield* this.#channel.send({
      negoTokens: lastToken && negoTokens(lastToken),
      pubKeyAuth: yield* sealed(context, publicKeyProof(version, 'client', nonce, key)),
      clientNonce: FIRST_WITH_NONCE <= version ? nonce : undefined,
    });
    const answer = yield* this.#channel.receive('server-key');
    if (!isRequest(answer)) return answer;
    if (!answer.pubKeyAuth) throw violation('the host does not say which key is its own');
    if (equalInConstantTime(context.open(answer.pubKeyAuth), publicKeyProof(version, 'server', nonce, key))) return undefined;
    throw new MayflyError('credssp-server-key', 'the host vouches for another key than the one that TLS showed');
  }
  *#delegate(context: SecurityContext): Conversation<void> {
    const credentials = this.#question.credentials();
    try {
      yield* this.#channel.send({ authInfo: yield* sealed(context, credentials) });
    } finally {
      credentials.fill(0);
    }
  }
  *#authorized(): Conversation<NlaRefusal | undefined> {
    if (!this.#question.earlyAuthorization) return undefined;
    const answer = yield* ask<'receive'>({ do: 'receive', frame: earlyAuthorizationFrame });
    if (answer[0] !== SEQUENCE) return readEarlyAuthorization(answer);
    const request = this.#channel.read('credentials', answer);
    if (isRequest(request)) throw violation('the host goes on with what has ended');
    return request;
  }
}
/**
 * CredSSP as a client with a smart card, [MS-CSSP] 3.1.5: Kerberos, the host's key proven in both directions, then the PIN. Whatever the host
 * does is a refusal that names its place; the session's keys are gone in any case.
 */
export function* credSsp(question: CredSspQuestion): Conversation<CredSspOutcome> {
  const exchange = new CredSsp(question);
  try {
    return yield* exchange.run();
  } catch (e) {
    return refusedBecause(e, exchange.place);
  }
}

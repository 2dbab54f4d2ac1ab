import { equalInConstantTime } from '../crypto/constant-time.ts';
import { CONFOUNDER_LENGTH } from '../crypto/encrypted-data.ts';
import { gssToken, kerberosMechanism, kerberosMechanismOfWindows, readGssToken } from '../kerberos/application-exchange.ts';
import { decode, encode } from '../wire/codec.ts';
import { ask, type Conversation } from '../wire/conversation.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { earlyAuthorization } from './early-authorization.ts';
import { boundKey, FIRST_WITH_NONCE, NONCE_LENGTH, publicKeyProof } from './public-key-binding.ts';
import type { SecurityContext } from './security-context.ts';
import { negState, negTokenResp, readNegotiationToken } from './spnego-token.ts';
import { readSmartCardCredentials, type SmartCardCredentials } from './ts-credentials.ts';
import { type TsRequest, tsRequest, tsRequestFrame } from './ts-request.ts';
import { OWN_VERSION } from './ts-request-channel.ts';

export interface AcceptedTicket {
  /** AP-REP. */
  readonly reply: Uint8Array;
  /** The conversation's to destroy. */
  readonly context: SecurityContext;
  /** Whom the ticket is for. */
  readonly client: string;
}
export interface CredSspHost {
  /** Its own, DER: the one that TLS shows. */
  readonly certificate: Uint8Array;
  readonly version?: number;
  /** Takes an AP-REQ with the key of the host. @throws MayflyError when the ticket or its proof does not hold */
  readonly accept: (apReq: Uint8Array) => AcceptedTicket;
  /** PROTOCOL_HYBRID_EX: what to say behind the credentials; nothing when left out. */
  readonly authorization?: ((client: string) => number) | undefined;
  /** NTSTATUS in place of a result, where the host does not take the credentials. */
  readonly judge?: ((credentials: SmartCardCredentials) => number | undefined) | undefined;
}
export interface Delegated {
  readonly client: string;
  /** Its PIN is the caller's to wipe. */
  readonly credentials: SmartCardCredentials;
}
const refused = (message: string) => new MayflyError('credssp-client', message);
const isKerberos = (mechanism: string | undefined) => mechanism === kerberosMechanism || mechanism === kerberosMechanismOfWindows;
const negoTokens = (token: Uint8Array) => [{ negoToken: token }];

/** Kerberos is what the client names first, and its token comes along: nothing else is spoken here. */
function ticketOf(request: TsRequest): { readonly apReq: Uint8Array; readonly mechanism: string } {
  const [only] = request.negoTokens ?? [];
  if (!only) throw refused('the client begins without a token');
  const { mechTypes, mechToken } = readNegotiationToken(only.negoToken);
  const [mechanism] = mechTypes;
  if (mechanism === undefined || !isKerberos(mechanism) || !mechToken) throw refused('the client does not offer Kerberos first');
  const token = readGssToken(mechToken);
  if (token.kind !== 'apReq') throw refused(`the client begins with ${token.kind}`);
  return { apReq: token.message, mechanism };
}
function* receive(): Conversation<TsRequest> {
  return decode(tsRequest, yield* ask<'receive'>({ do: 'receive', frame: tsRequestFrame }));
}
function* sealed(context: SecurityContext, message: Uint8Array): Conversation<Uint8Array> {
  return context.seal(message, yield* ask<'random'>({ do: 'random', length: CONFOUNDER_LENGTH }));
}
/**
 * The host's end of `credSsp`, [MS-CSSP] 3.1.5: Kerberos, the key of TLS proven in both directions, then the credentials of a card.
 * @throws MayflyError `credssp-client`, `credssp-unproven`; DecodeError: the client is told nothing
 */
export function* acceptCredSsp(host: CredSspHost): Conversation<Delegated> {
  const { version: own = OWN_VERSION } = host;
  const key = boundKey(host.certificate);
  function* send(answer: Omit<TsRequest, 'version'>): Conversation<void> {
    yield* ask<'send'>({ do: 'send', bytes: encode(tsRequest, { version: own, ...answer }) });
  }
  const first = yield* receive();
  const version = Math.min(own, first.version);
  const { apReq, mechanism: supportedMech } = ticketOf(first);
  const { context, reply, client } = host.accept(apReq);
  try {
    const responseToken = gssToken(kerberosMechanism, 'apRep', reply);
    const negotiated = encode(negTokenResp, { negState: negState.acceptCompleted, supportedMech, responseToken });
    yield* send({ negoTokens: negoTokens(negotiated) });
    const { pubKeyAuth, clientNonce = new Uint8Array() } = yield* receive();
    if (!pubKeyAuth) throw refused('the client does not say which key it sees');
    if (FIRST_WITH_NONCE <= version && clientNonce.length !== NONCE_LENGTH) throw refused('the client sent no nonce');
    if (!equalInConstantTime(context.open(pubKeyAuth), publicKeyProof(version, 'client', clientNonce, key)))
      throw refused('the client sees another key than ours');
    yield* send({ pubKeyAuth: yield* sealed(context, publicKeyProof(version, 'server', clientNonce, key)) });
    const { authInfo } = yield* receive();
    if (!authInfo) throw refused('the client sent no credentials');
    const plain = context.open(authInfo);
    const credentials = readSmartCardCredentials(plain);
    plain.fill(0);
    if (!credentials) throw refused('the credentials are not those of a smart card');
    const errorCode = host.judge?.(credentials);
    if (errorCode !== undefined) yield* send({ errorCode });
    else if (host.authorization) yield* ask<'send'>({ do: 'send', bytes: earlyAuthorization(host.authorization(client)) });
    return { client, credentials };
  } finally {
    context.destroy();
  }
}

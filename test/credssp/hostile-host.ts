import type { CredSspHost } from '../../src/credssp/accept-credssp.ts';
import { boundKey, publicKeyProof } from '../../src/credssp/public-key-binding.ts';
import type { SecurityContext } from '../../src/credssp/security-context.ts';
import { mechTypeList, type NegTokenResp, negState, negTokenResp, readNegotiationToken } from '../../src/credssp/spnego-token.ts';
import { type TsRequest, tsRequest, tsRequestFrame } from '../../src/credssp/ts-request.ts';
import {
  gssToken,
  kerberosMechanism,
  kerberosMechanismOfWindows,
  readGssToken,
} from '../../src/kerberos/application-exchange.ts';
import { decode, encode } from '../../src/wire/codec.ts';
import { ask, type Conversation } from '../../src/wire/conversation.ts';
import { random } from '../kerberos/stand-in-ticket.ts';
import { hostCertificate } from '../rdp/fake-host-certificate.ts';

/** What a host knows when it is to answer the client's proof. */
export interface Seen {
  readonly context: SecurityContext;
  readonly nonce: Uint8Array;
  /** The client's pubKeyAuth, sealed and opened. */
  readonly token: Uint8Array;
  readonly proof: Uint8Array;
  /** What an honest host seals. */
  readonly right: Uint8Array;
  readonly sealed: (message: Uint8Array) => Uint8Array;
}
/** What an honest host makes of a ticket, its context then, and the checksum over what was negotiated. */
export interface Made {
  readonly take: (apReq: Uint8Array) => NegTokenResp;
  readonly mic: () => Uint8Array;
}
type Answer = Partial<TsRequest> | Uint8Array;
/** Where a host does something else than it should; it has the key of the host in any case, which is more than most have. */
export interface Tricks {
  readonly version?: number;
  readonly accept?: CredSspHost['accept'];
  /** In place of what answers the ticket; `usual` takes the ticket, and cannot be had by who does not call it. */
  readonly respond?: (usual: () => NegTokenResp, made: Made) => Answer | undefined;
  /** To a token of the client's that brings no proof; usually the same again. */
  readonly again?: (response: NegTokenResp, made: Made) => Answer;
  /** In place of what answers the client's proof. */
  readonly prove?: (seen: Seen) => Answer | undefined;
  /** Behind the credentials. */
  readonly last?: Uint8Array;
}
export const tokens = (response: NegTokenResp): Pick<TsRequest, 'negoTokens'> => ({
  negoTokens: [{ negoToken: encode(negTokenResp, response) }],
});
function* receive(): Conversation<TsRequest> {
  return decode(tsRequest, yield* ask<'receive'>({ do: 'receive', frame: tsRequestFrame }));
}
/** A host that plays these tricks, and goes on as long as there is anything to be had. @param stolen takes what was sealed for it, opened */
export function* hostile(
  { version = 6, accept, respond, again, prove, last }: Tricks & { readonly accept: CredSspHost['accept'] },
  stolen: (plain: Uint8Array) => void,
): Conversation<void> {
  function* say(answer: Answer): Conversation<void> {
    const bytes = answer instanceof Uint8Array ? answer : encode(tsRequest, { version, ...answer });
    yield* ask<'send'>({ do: 'send', bytes });
  }
  const [first] = (yield* receive()).negoTokens ?? [];
  const { mechTypes, mechToken = new Uint8Array() } = readNegotiationToken(first?.negoToken ?? new Uint8Array());
  const list = encode(mechTypeList, mechTypes);
  const { message: apReqSent } = readGssToken(mechToken);
  let context: SecurityContext | undefined;
  const take = (apReq: Uint8Array): NegTokenResp => {
    const accepted = accept(apReq);
    ({ context } = accepted);
    const responseToken = gssToken(kerberosMechanism, 'apRep', accepted.reply);
    return { negState: negState.acceptCompleted, supportedMech: kerberosMechanismOfWindows, responseToken };
  };
  const made: Made = { take, mic: () => context?.mic(list) ?? new Uint8Array() };
  const usual = () => take(apReqSent);
  const response = respond ? respond(usual, made) : tokens(usual());
  if (response === undefined) throw new Error('hangs up');
  yield* say(response);
  let request: TsRequest;
  for (;;) {
    request = yield* receive();
    const [token] = request.negoTokens ?? [];
    const resp = token && decode(negTokenResp, token.negoToken);
    if (resp?.mechListMIC) context?.verifyMic(list, resp.mechListMIC);
    if (request.pubKeyAuth) break;
    yield* say(again && resp ? again(resp, made) : response);
  }
  if (!context) throw new Error('nothing was agreed');
  const established: SecurityContext = context;
  const { pubKeyAuth: token = new Uint8Array(), clientNonce: nonce = new Uint8Array(32) } = request;
  const proof = established.open(token);
  const right = publicKeyProof(Math.min(version, 6), 'server', nonce, boundKey(hostCertificate.der));
  const sealed = (message: Uint8Array) => established.seal(message, random(16));
  const answer = prove ? prove({ context: established, nonce, token, proof, right, sealed }) : { pubKeyAuth: sealed(right) };
  if (answer === undefined) throw new Error('hangs up');
  yield* say(answer);
  const { authInfo } = yield* receive();
  if (authInfo) stolen(established.open(authInfo));
  if (last) yield* ask<'send'>({ do: 'send', bytes: last });
}

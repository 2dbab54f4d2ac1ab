import { decode, encode } from '../wire/codec.ts';
import { ask, type Conversation } from '../wire/conversation.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type DomainPdu, domainFrame } from './mcs-domain.ts';
import { mcsResult } from './mcs-result.ts';
import { tpktFrame } from './tpkt.ts';

export interface Admission {
  /** User channel of the client, 1001 to 65535. */
  readonly userId: number;
  /** What it may join besides; anything else is answered with rt-no-such-channel. */
  readonly channels: readonly number[];
  /** `mcsResult` of the attach user confirm; anything but `successful` ends the conversation. */
  readonly attachResult?: number;
  /** `mcsResult` of single channels. */
  readonly joinResults?: ReadonlyMap<number, number>;
}
export type AdmissionOutcome =
  /** `next` is the first PDU that is no part of this: the Client Info PDU, for whoever reads that (`handedBack`). */
  | { readonly kind: 'joined'; readonly joined: ReadonlySet<number>; readonly next: Uint8Array }
  | { readonly kind: 'refused' }
  | { readonly kind: 'disconnected'; readonly reason: number };

/** 31 static channels, three others, and as many again. */
const MOST_PDUS = 70;
/** Client Info with all its texts full, and a token besides. */
const MOST_NEXT = 0x2000;

class Admitting {
  readonly #admission: Admission;
  readonly joined = new Set<number>();
  attached = false;
  constructor(admission: Admission) {
    this.#admission = admission;
  }
  answer(pdu: DomainPdu): DomainPdu | undefined {
    if (pdu.kind === 'erect-domain-request') return undefined;
    if (pdu.kind === 'attach-user-request') return this.#attach();
    if (pdu.kind === 'channel-join-request') return this.#join(pdu.initiator, pdu.channelId);
    throw new MayflyError('rdp-join', `the client sent ${pdu.kind} while it was joining`);
  }
  #attach(): DomainPdu {
    if (this.attached) throw new MayflyError('rdp-join', 'the client attached itself twice');
    const { attachResult: result = mcsResult.successful, userId } = this.#admission;
    this.attached = result === mcsResult.successful;
    return this.attached ? { kind: 'attach-user-confirm', result, initiator: userId } : { kind: 'attach-user-confirm', result };
  }
  /** In whatever order a client likes, and as often. */
  #join(initiator: number, requested: number): DomainPdu {
    const { userId, channels, joinResults } = this.#admission;
    if (!this.attached || initiator !== userId) throw new MayflyError('rdp-join', `a client joined as user ${initiator}`);
    const known = requested === userId || channels.includes(requested);
    const result = joinResults?.get(requested) ?? (known ? mcsResult.successful : mcsResult.noSuchChannel);
    const confirm = { kind: 'channel-join-confirm', result, initiator, requested } as const;
    if (result !== mcsResult.successful) return confirm;
    this.joined.add(requested);
    return { ...confirm, channelId: requested };
  }
}
/**
 * The host's side of `join`. A client may skip joins or leave some out, so it ends with the first data that the client sends.
 * @param most octets of one PDU of the client
 * @throws MayflyError `rdp-join`, DecodeError
 */
export function* acceptJoin(admission: Admission, most: number = MOST_NEXT): Conversation<AdmissionOutcome> {
  const admitting = new Admitting(admission);
  const frame = tpktFrame(most);
  for (let count = 0; count < MOST_PDUS; count++) {
    const bytes = yield* ask<'receive'>({ do: 'receive', frame });
    const pdu = decode(domainFrame, bytes);
    if (pdu.kind === 'disconnect-provider-ultimatum') return { kind: 'disconnected', reason: pdu.reason };
    if (pdu.kind === 'send-data-request' && admitting.attached) return { kind: 'joined', joined: admitting.joined, next: bytes };
    const answer = admitting.answer(pdu);
    if (answer) yield* ask<'send'>({ do: 'send', bytes: encode(domainFrame, answer) });
    if (answer?.kind === 'attach-user-confirm' && !admitting.attached) return { kind: 'refused' };
  }
  throw new MayflyError('rdp-join', `the client sent ${MOST_PDUS} PDUs and no Client Info`);
}

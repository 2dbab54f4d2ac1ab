import { decode, encode } from '../wire/codec.ts';
import { ask, type Conversation } from '../wire/conversation.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type DisconnectReason, disconnectReason } from './disconnect-reason.ts';
import { type DomainPdu, domainFrame } from './mcs-domain.ts';
import { mcsResult, type ResultMeaning, resultMeaning } from './mcs-result.ts';
import { tpktFrame } from './tpkt.ts';

export interface Joining {
  /** Besides the user's own channel, which comes first. */
  readonly channels: readonly number[];
  /** Both sides agreed to do without joins. */
  readonly skipChannelJoin: boolean;
  /** All requests before the first confirm: one round trip. xrdp and FreeRDP's server take that; Windows was not tried. */
  readonly pipelined?: boolean;
}
export type JoinOutcome =
  | { readonly kind: 'joined'; readonly userId: number }
  /** Without `channelId`: no user id was given. */
  | ({ readonly kind: 'refused'; readonly channelId?: number; readonly result: number } & ResultMeaning)
  | ({ readonly kind: 'disconnected'; readonly reason: number } & DisconnectReason);
type Ended = Exclude<JoinOutcome, { readonly kind: 'joined' }>;
type Awaited = 'attach-user-confirm' | 'channel-join-confirm';

/** Confirms take 15 octets; more is nothing that belongs here. */
const frame = tpktFrame(0x100);
function* sendPdus(...pdus: readonly DomainPdu[]): Conversation<void> {
  for (const pdu of pdus) yield* ask<'send'>({ do: 'send', bytes: encode(domainFrame, pdu) });
}
function* awaitPdu<K extends Awaited>(kind: K): Conversation<Extract<DomainPdu, { kind: K }> | Ended> {
  const pdu = decode(domainFrame, yield* ask<'receive'>({ do: 'receive', frame }));
  if (pdu.kind === 'disconnect-provider-ultimatum') {
    return { kind: 'disconnected', reason: pdu.reason, ...disconnectReason(pdu.reason) };
  }
  if (pdu.kind !== kind) throw new MayflyError('rdp-join', `the host sent ${pdu.kind} where ${kind} belongs`);
  return pdu as Extract<DomainPdu, { kind: K }>;
}
function* confirmed(initiator: number, channelId: number): Conversation<Ended | undefined> {
  const confirm = yield* awaitPdu('channel-join-confirm');
  if (confirm.kind !== 'channel-join-confirm') return confirm;
  const { result } = confirm;
  if (confirm.requested !== channelId || confirm.initiator !== initiator) {
    throw new MayflyError('rdp-join', `the host confirmed channel ${confirm.requested} where ${channelId} was asked for`);
  }
  if (result !== mcsResult.successful) return { kind: 'refused', channelId, result, ...resultMeaning(result) };
  if (confirm.channelId !== channelId) throw new MayflyError('rdp-join', `the host joined another channel than ${channelId}`);
  return undefined;
}
/**
 * Channel Connection, [MS-RDPBCGR] 1.3.1.1, from the client's side: a user id, and every channel joined.
 * @throws MayflyError `rdp-join` when the host confirms what was not asked; DecodeError
 */
export function* join({ channels, skipChannelJoin, pipelined = false }: Joining): Conversation<JoinOutcome> {
  yield* sendPdus({ kind: 'erect-domain-request', subHeight: 0, subInterval: 0 }, { kind: 'attach-user-request' });
  const attached = yield* awaitPdu('attach-user-confirm');
  if (attached.kind !== 'attach-user-confirm') return attached;
  const { result, initiator: userId } = attached;
  if (result !== mcsResult.successful) return { kind: 'refused', result, ...resultMeaning(result) };
  if (userId === undefined) throw new MayflyError('rdp-join', 'the host attached us without a user id');
  if (channels.includes(userId)) throw new MayflyError('rdp-join', `the host made channel ${userId} our user id`);
  const all = skipChannelJoin ? [] : [userId, ...channels];
  const requests = all.map((channelId): DomainPdu => ({ kind: 'channel-join-request', initiator: userId, channelId }));
  if (pipelined) yield* sendPdus(...requests);
  for (const [i, channelId] of all.entries()) {
    if (!pipelined) yield* sendPdus(...requests.slice(i, i + 1));
    const ended = yield* confirmed(userId, channelId);
    if (ended) return ended;
  }
  return { kind: 'joined', userId };
}

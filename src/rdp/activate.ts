import { encode } from '../wire/codec.ts';
import { ask, type Conversation } from '../wire/conversation.ts';
import { type AwaitedEvents, failureIn, type PhaseFailure } from './awaited-events.ts';
import { type CapabilitySet, findCapability } from './capability-sets.ts';
import { confirmActive, ORIGINATOR_ID } from './confirm-active.ts';
import { control, controlAction } from './control.ts';
import type { DemandActive } from './demand-active.ts';
import { emptyFontList, fontList } from './font.ts';
import { CHANNEL_CHUNK_LENGTH, MOST_CHUNK_LENGTH, virtualChannelCapability } from './session-capabilities.ts';
import type { SessionEvent } from './session-event.ts';
import { SERVER_USER_ID, type SessionIds, shareRequests } from './session-ids.ts';
import { refusal } from './session-refusal.ts';
import { type ControlPdu, pduType } from './share-control.ts';
import { dataPdu, pduType2 } from './share-data.ts';
import { SYNCMSGTYPE_SYNC, synchronize } from './synchronize.ts';

export interface ActiveSession {
  readonly shareId: number;
  /** What the server called itself in its Demand Active. */
  readonly serverSource: number;
  readonly demand: DemandActive;
  /** Octets of a chunk on static channels, to the server. */
  readonly chunkLength: number;
}
export type ActivationOutcome =
  | {
      readonly kind: 'active';
      readonly session: ActiveSession /** What came on the way. */;
      readonly events: readonly SessionEvent[];
    }
  | PhaseFailure;

/** Demand Actives in one activation: a server may start over, but not for ever. */
const MOST_ROUNDS = 16;
/** Octets of a Virtual Channel set that names a size. */
const FLAGS_AND_SIZE = 8;
const sourceDescriptor = new TextEncoder().encode('MSTSC\0');

/** The client's half of the finalization, [MS-RDPBCGR] 1.3.1.1: nothing in it waits for the server. */
function finalization({ userId }: SessionIds, shareId: number): readonly ControlPdu[] {
  const from = { shareId, pduSource: userId };
  const take = (action: number) => encode(control, { action, grantId: 0, controlId: 0 });
  const sync = encode(synchronize, { messageType: SYNCMSGTYPE_SYNC, targetUser: SERVER_USER_ID });
  return [
    dataPdu({ ...from, type: pduType2.synchronize, body: sync }),
    dataPdu({ ...from, type: pduType2.control, body: take(controlAction.cooperate) }),
    dataPdu({ ...from, type: pduType2.control, body: take(controlAction.requestControl) }),
    dataPdu({ ...from, type: pduType2.fontList, body: encode(fontList, emptyFontList) }),
  ];
}
/** What a client answers to a Demand Active, ready to be written: Confirm Active, and all of the finalization. */
export function activationReply(
  ids: SessionIds,
  { shareId }: DemandActive,
  capabilitySets: readonly CapabilitySet[],
): Uint8Array {
  const body = encode(confirmActive, { shareId, originatorId: ORIGINATOR_ID, sourceDescriptor, capabilitySets });
  const confirm: ControlPdu = { kind: 'control', pduType: pduType.confirmActive, pduSource: ids.userId, body };
  return shareRequests(ids, [confirm, ...finalization(ids, shareId)]);
}
/** A set that is not there, cannot be read or names no size that may be, leaves what every server takes. */
export function chunkLengthOf({ capabilitySets }: DemandActive): number {
  const set = capabilitySets.find(({ type }) => type === virtualChannelCapability.type);
  const named = set && FLAGS_AND_SIZE <= set.data.length ? findCapability([set], virtualChannelCapability)?.chunkSize : undefined;
  return named !== undefined && CHANNEL_CHUNK_LENGTH <= named && named <= MOST_CHUNK_LENGTH ? named : CHANNEL_CHUNK_LENGTH;
}
/**
 * From Demand Active to Font Map, however often the server deactivates in between, [MS-RDPBCGR] 1.3.1.1 and 1.3.1.3.
 * @param offer the client's sets, in answer to the server's
 */
export function* activate(
  events: AwaitedEvents,
  offer: (demand: DemandActive) => readonly CapabilitySet[],
): Conversation<ActivationOutcome> {
  const { ids } = events.reader;
  let session: ActiveSession | undefined;
  for (let rounds = 0; ; ) {
    const event = yield* events.next();
    const failure = failureIn(event);
    if (failure) return failure;
    if (event.kind === 'deactivate-all') session = undefined;
    if (event.kind === 'demand-active') {
      if (MOST_ROUNDS <= rounds++) {
        return { kind: 'refused', refusal: refusal('too-much', `the host demanded activation over ${MOST_ROUNDS} times`) };
      }
      const { demand, pduSource } = event;
      session = { shareId: demand.shareId, serverSource: pduSource, demand, chunkLength: chunkLengthOf(demand) };
      yield* ask<'send'>({ do: 'send', bytes: activationReply(ids, demand, offer(demand)) });
    }
    if (session && event.kind === 'share' && event.data?.pduType2 === pduType2.fontMap) {
      return { kind: 'active', session, events: events.take() };
    }
  }
}

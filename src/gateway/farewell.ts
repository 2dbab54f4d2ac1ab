import { clientEvents } from '../rdp/client-event.ts';
import { deactivateAll } from '../rdp/deactivate-all.ts';
import { demandActivation } from '../rdp/demand-activation.ts';
import { blockOf } from '../rdp/gcc-blocks.ts';
import { grantLicense } from '../rdp/grant-license.ts';
import { isPress } from '../rdp/input-press.ts';
import type { ConnectInitial } from '../rdp/mcs-connect.ts';
import { rdpFrame } from '../rdp/rdp-frame.ts';
import { SERVER_USER_ID, shareIndications } from '../rdp/session-ids.ts';
import { type ControlPdu, pduType } from '../rdp/share-control.ts';
import { dataPdu, pduType2 } from '../rdp/share-data.ts';
import { encode } from '../wire/codec.ts';
import { ask, type Conversation } from '../wire/conversation.ts';
import type { FrontIds } from './front-settings.ts';
import { painted, pictureOf } from './painted-sentence.ts';
import { screenOf, shownDemand } from './shown-demand.ts';

/** How far a client has come that is to be told something. */
export interface ClientState {
  readonly stage: 'licensing' | 'licensed' | 'active';
  /** Of the share that it is in, or was last; 0 before the first. */
  readonly shareId: number;
  /** Octets of a PDU of its that went elsewhere, and whose rest is on its way. */
  readonly skip: number;
}
/** As it is when its token has been looked at. */
export const newClient: ClientState = { stage: 'licensing', shareId: 0, skip: 0 };

export interface FarewellPorts {
  readonly initial: ConnectInitial;
  readonly ids: FrontIds;
  readonly state: ClientState;
  readonly paragraphs: readonly string[];
  /** Told when all of it is painted, with the share in which it is. */
  readonly isPainted: (shareId: number) => void;
  /** Whether whoever presses a key now has seen what is there. */
  readonly mayClose: () => boolean;
}
/** Takes a client out of its share. */
export function* deactivation(ids: FrontIds, shareId: number): Conversation<void> {
  const body = encode(deactivateAll, { shareId, sourceDescriptor: Uint8Array.of(0) });
  const pdu: ControlPdu = { kind: 'control', pduType: pduType.deactivateAll, pduSource: SERVER_USER_ID, body };
  yield* ask<'send'>({ do: 'send', bytes: shareIndications(ids, [pdu]) });
}
/**
 * Brings a client from wherever it is to a desktop of ours, paints the text on it, and lasts until somebody presses a key. A client that
 * shows no pictures is told nothing here. @throws MayflyError, DecodeError where the client does not go along
 */
export function* farewell({ initial, ids, state, paragraphs, isPainted, mayClose }: FarewellPorts): Conversation<void> {
  const screen = screenOf(blockOf(initial.conference.blocks, 'core'));
  if (!screen) return;
  if (state.skip > 0) yield* ask<'receive'>({ do: 'receive', frame: () => state.skip });
  if (state.stage === 'licensing') yield* grantLicense(ids);
  if (state.stage === 'active') yield* deactivation(ids, state.shareId);
  const demand = shownDemand(screen);
  const { shareId } = demand;
  if ((yield* demandActivation(ids, demand)).kind !== 'active') return;
  for (const body of painted(pictureOf(screen, paragraphs))) {
    const update = dataPdu({ shareId, pduSource: SERVER_USER_ID, type: pduType2.update, body });
    yield* ask<'send'>({ do: 'send', bytes: shareIndications(ids, [update]) });
  }
  isPainted(shareId);
  for (;;) {
    const pdu = yield* ask<'receive'>({ do: 'receive', frame: rdpFrame });
    for (const event of clientEvents(pdu, ids)) {
      if (event.kind === 'disconnect' || (event.kind === 'unreadable' && event.refusal)) return;
      if (isPress(pdu, event) && mayClose()) return;
    }
  }
}

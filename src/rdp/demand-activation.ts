import { encode } from '../wire/codec.ts';
import { ask, type Conversation } from '../wire/conversation.ts';
import { type ClientEvent, clientEvents } from './client-event.ts';
import type { ConfirmActive } from './confirm-active.ts';
import { control, controlAction } from './control.ts';
import { type DemandActive, demandActive } from './demand-active.ts';
import { emptyFontMap, fontMap } from './font.ts';
import { rdpFrame } from './rdp-frame.ts';
import { SERVER_USER_ID, type SessionIds, shareIndications } from './session-ids.ts';
import { refusal, type SessionRefusal } from './session-refusal.ts';
import { type ControlPdu, pduType } from './share-control.ts';
import { dataPdu, pduType2, streamPriority } from './share-data.ts';
import { SYNCMSGTYPE_SYNC, synchronize } from './synchronize.ts';

export type DemandOutcome =
  | {
      readonly kind: 'active';
      readonly confirm: ConfirmActive /** What came on the way: channel data, mostly. */;
      readonly events: readonly ClientEvent[];
    }
  | { readonly kind: 'refused'; readonly refusal: SessionRefusal };

/** PDUs of a client before it is active, and octets of what is kept of them. */
const MOST_PDUS = 256;
const MOST_KEPT = 0x10_0000;

/** The server's half of the finalization: one answer for each PDU of the client's, [MS-RDPBCGR] 1.3.1.1. */
function answerTo(
  event: ClientEvent & { readonly kind: 'share' },
  { userId }: SessionIds,
  shareId: number,
): ControlPdu | undefined {
  const from = { shareId, pduSource: SERVER_USER_ID, streamId: streamPriority.medium };
  const take = (action: number, grantId = 0, controlId = 0): ControlPdu =>
    dataPdu({ ...from, type: pduType2.control, body: encode(control, { action, grantId, controlId }) });
  const { data } = event;
  if (data?.pduType2 === pduType2.synchronize) {
    const body = encode(synchronize, { messageType: SYNCMSGTYPE_SYNC, targetUser: userId });
    return dataPdu({ ...from, type: pduType2.synchronize, body });
  }
  if (data?.pduType2 === pduType2.control) {
    const [low = 0, high = 0] = data.body;
    const action = (high << 8) | low;
    if (action === controlAction.cooperate) return take(controlAction.cooperate);
    if (action === controlAction.requestControl) return take(controlAction.grantedControl, userId, SERVER_USER_ID);
  }
  if (data?.pduType2 === pduType2.fontList) {
    return dataPdu({ ...from, type: pduType2.fontMap, body: encode(fontMap, emptyFontMap) });
  }
  return undefined;
}
/** Demands activation and answers the client until it is active. */
export function* demandActivation(ids: SessionIds, demand: DemandActive): Conversation<DemandOutcome> {
  const pdu: ControlPdu = {
    kind: 'control',
    pduType: pduType.demandActive,
    pduSource: SERVER_USER_ID,
    body: encode(demandActive, demand),
  };
  yield* ask<'send'>({ do: 'send', bytes: shareIndications(ids, [pdu]) });
  const events: ClientEvent[] = [];
  let kept = 0;
  let confirm: ConfirmActive | undefined;
  for (let pdus = 0; pdus < MOST_PDUS; pdus++) {
    const received = yield* ask<'receive'>({ do: 'receive', frame: rdpFrame });
    for (const event of clientEvents(received, ids)) {
      if ('refusal' in event && event.refusal) return { kind: 'refused', refusal: event.refusal };
      if (event.kind === 'confirm-active') confirm = event.confirm;
      const answer = event.kind === 'share' && confirm ? answerTo(event, ids, demand.shareId) : undefined;
      if (answer) yield* ask<'send'>({ do: 'send', bytes: shareIndications(ids, [answer]) });
      if (event.kind === 'channel-data') {
        kept += event.userData.length;
        events.push(event);
      }
      if (confirm && event.kind === 'share' && event.data?.pduType2 === pduType2.fontList)
        return { kind: 'active', confirm, events };
    }
    if (MOST_KEPT < kept) break;
  }
  return { kind: 'refused', refusal: refusal('too-much', 'the client sent too much before it was active') };
}

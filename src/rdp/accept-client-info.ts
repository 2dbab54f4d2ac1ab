import { ask, type Conversation } from '../wire/conversation.ts';
import { clientEvents } from './client-event.ts';
import type { ClientInfo } from './client-info.ts';
import type { SessionIds } from './session-ids.ts';
import { refusal, type SessionRefusal } from './session-refusal.ts';
import { tpktFrame } from './tpkt.ts';

/** Octets of a Client Info PDU: five texts of 512, an address, a directory, a time zone, and a long token besides. */
const MOST_CLIENT_INFO = 0x2000;
/** Data on other channels before it: clients join, and some speak at once. */
const MOST_OTHERS = 16;

export type ClientInfoOutcome =
  | { readonly kind: 'client-info'; readonly info: ClientInfo }
  | { readonly kind: 'refused'; readonly refusal: SessionRefusal };
/**
 * Waits for a client's word on who wants in. Nothing is known of the client yet, so little is taken from it.
 * @throws DecodeError over a PDU that is too long
 */
export function* acceptClientInfo(ids: SessionIds, most: number = MOST_CLIENT_INFO): Conversation<ClientInfoOutcome> {
  const frame = tpktFrame(most);
  for (let others = 0; others < MOST_OTHERS; others++) {
    const pdu = yield* ask<'receive'>({ do: 'receive', frame });
    for (const event of clientEvents(pdu, ids)) {
      if (event.kind === 'client-info') return { kind: 'client-info', info: event.info };
      if ('refusal' in event && event.refusal) return { kind: 'refused', refusal: event.refusal };
      if (event.kind !== 'channel-data' && event.kind !== 'auto-detect' && event.kind !== 'message') {
        return { kind: 'refused', refusal: refusal('unexpected', `the client sent ${event.kind} before its Client Info`) };
      }
    }
  }
  return { kind: 'refused', refusal: refusal('too-much', 'the client sent too much before its Client Info') };
}

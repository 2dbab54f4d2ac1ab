import { ask, type Conversation } from '../wire/conversation.ts';
import { encodeClientInfo, type InfoPacket } from './client-info.ts';
import { request, type SessionIds } from './session-ids.ts';

/** The client's word on who wants in, [MS-RDPBCGR] 1.3.1.1 (Secure Settings Exchange). The packet's password is the caller's to wipe. */
export function* sendClientInfo(ids: SessionIds, packet: InfoPacket): Conversation<void> {
  const bytes = encodeClientInfo(packet, (userData) => request(ids, ids.ioChannelId, userData));
  yield* ask<'send'>({ do: 'send', bytes });
}

import { encode } from '../wire/codec.ts';
import { domainFrame } from './mcs-domain.ts';
import { HIGH_PRIORITY } from './mcs-send-data.ts';
import { type SharePdu, sharePdus } from './share-control.ts';

/** What channel join has settled: where one side of a connection speaks from, and to. */
export interface SessionIds {
  /** The client's MCS user id, which is the channel of its own as well. */
  readonly userId: number;
  readonly ioChannelId: number;
  /** Measurements, heartbeats and multitransport; absent when none was agreed upon. */
  readonly messageChannelId?: number | undefined;
}
/** User data from the client, ready to be written. */
export function request({ userId }: SessionIds, channelId: number, userData: Uint8Array): Uint8Array {
  return encode(domainFrame, { kind: 'send-data-request', initiator: userId, channelId, priority: HIGH_PRIORITY, userData });
}
/** The server's own MCS user id; what it sends names it as the initiator and as the source of share PDUs. */
export const SERVER_USER_ID = 1002;
/** User data from the server, ready to be written. */
export function indication(channelId: number, userData: Uint8Array): Uint8Array {
  const initiator = SERVER_USER_ID;
  return encode(domainFrame, { kind: 'send-data-indication', initiator, channelId, priority: HIGH_PRIORITY, userData });
}
/** Several writes as one. */
export function together(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
/** Share PDUs from the client, an MCS data unit each. */
export const shareRequests = (ids: SessionIds, pdus: readonly SharePdu[]): Uint8Array =>
  together(pdus.map((pdu) => request(ids, ids.ioChannelId, encode(sharePdus, [pdu]))));
/** Share PDUs from the server, an MCS data unit each. */
export const shareIndications = ({ ioChannelId }: SessionIds, pdus: readonly SharePdu[]): Uint8Array =>
  together(pdus.map((pdu) => indication(ioChannelId, encode(sharePdus, [pdu]))));

import { decode } from '../wire/codec.ts';
import { ByteReader, DecodeError } from '../wire/cursor.ts';
import { type AutoDetectResponse, autoDetectResponse } from './auto-detect.ts';
import { type ClientInfo, clientInfo } from './client-info.ts';
import { type ConfirmActive, confirmActive } from './confirm-active.ts';
import { domainFrame } from './mcs-domain.ts';
import { isFastPath } from './rdp-frame.ts';
import { securityFlag, securityHeader } from './security-header.ts';
import type { SessionIds } from './session-ids.ts';
import { refusedByDisconnect, type SessionRefusal, unreadable } from './session-refusal.ts';
import { type ControlPdu, type FlowPdu, pduType, type SharePdu, sharePdus } from './share-control.ts';
import { type ShareData, shareData } from './share-data.ts';

/** What a PDU of the client's means, once the channels are joined: the other half of `session-event.ts`. */
export type ClientEvent =
  /** Fast-path input: not looked into. */
  | { readonly kind: 'input' }
  /** Input, finalization and all else; `data` when it is a Data PDU. */
  | { readonly kind: 'share'; readonly pdu: ControlPdu | FlowPdu; readonly data?: ShareData | undefined }
  | { readonly kind: 'client-info'; readonly info: ClientInfo }
  /** Its part of the long exchange, security header and all. */
  | { readonly kind: 'license'; readonly userData: Uint8Array }
  | { readonly kind: 'confirm-active'; readonly confirm: ConfirmActive }
  | { readonly kind: 'auto-detect'; readonly response: AutoDetectResponse }
  | { readonly kind: 'message'; readonly userData: Uint8Array }
  | { readonly kind: 'channel-data'; readonly channelId: number; readonly userData: Uint8Array }
  | { readonly kind: 'disconnect'; readonly reason: number; readonly refusal: SessionRefusal }
  | { readonly kind: 'unreadable'; readonly sentence: string; readonly refusal?: SessionRefusal | undefined };

const SHARE_VERSION = 0x10;
function securityFlags(userData: Uint8Array): number {
  const [, , type = 0, typeHigh = 0] = userData;
  const isShare = typeHigh === 0 && (type & 0xf0) === SHARE_VERSION;
  return isShare ? 0 : securityHeader.read(new ByteReader(userData)).flags;
}
function shareEvent(pdu: SharePdu): ClientEvent {
  if (pdu.kind === 'flow') return { kind: 'share', pdu };
  if (pdu.pduType === pduType.confirmActive) return { kind: 'confirm-active', confirm: decode(confirmActive, pdu.body) };
  return pdu.pduType === pduType.data ? { kind: 'share', pdu, data: decode(shareData, pdu.body) } : { kind: 'share', pdu };
}
function ioEvents(userData: Uint8Array): readonly ClientEvent[] {
  const flags = securityFlags(userData);
  if ((flags & securityFlag.infoPkt) !== 0) return [{ kind: 'client-info', info: decode(clientInfo, userData) }];
  if ((flags & securityFlag.licensePkt) !== 0) return [{ kind: 'license', userData }];
  return decode(sharePdus, userData).map(shareEvent);
}
function messageEvent(userData: Uint8Array): ClientEvent {
  const r = new ByteReader(userData);
  const { flags } = securityHeader.read(r);
  if ((flags & securityFlag.autodetectRsp) === 0) return { kind: 'message', userData };
  return { kind: 'auto-detect', response: decode(autoDetectResponse, r.bytes()) };
}
/** Events of one PDU of the client's, a TPKT or fast-path. What they hold shares memory with it. */
export function clientEvents(pdu: Uint8Array, { ioChannelId, messageChannelId }: SessionIds): readonly ClientEvent[] {
  if (isFastPath(pdu)) return [{ kind: 'input' }];
  try {
    const domain = decode(domainFrame, pdu);
    if (domain.kind === 'disconnect-provider-ultimatum') {
      return [{ kind: 'disconnect', reason: domain.reason, refusal: refusedByDisconnect(domain.reason) }];
    }
    if (domain.kind !== 'send-data-request') return [unreadable('unexpected', `the client sent ${domain.kind} in the session`)];
    const { channelId, userData } = domain;
    if (channelId === ioChannelId) return ioEvents(userData);
    return channelId === messageChannelId ? [messageEvent(userData)] : [{ kind: 'channel-data', channelId, userData }];
  } catch (e) {
    if (!(e instanceof DecodeError)) throw e;
    return [unreadable('malformed', `the client sent a PDU that cannot be read: ${e.message}`)];
  }
}

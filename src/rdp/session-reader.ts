import { decode, rest } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import { autoDetectRequest } from './auto-detect.ts';
import { AutoDetectAnswers, autoDetectReply } from './auto-detect-answers.ts';
import { heartbeat } from './heartbeat.ts';
import { licensePdu } from './license.ts';
import { domainFrame } from './mcs-domain.ts';
import { declineMultitransport, multitransportRequest } from './multitransport.ts';
import { isFastPath } from './rdp-frame.ts';
import { record } from './record.ts';
import { securityFlag, securityHeader } from './security-header.ts';
import type { SessionEvent } from './session-event.ts';
import { request, type SessionIds } from './session-ids.ts';
import { refusedByDisconnect, unreadable } from './session-refusal.ts';
import { shareEvents } from './share-event.ts';

const messageChannelPdu = record({ header: securityHeader, body: rest });
const SHARE_VERSION = 0x10;

/** Licensing PDUs share the I/O channel with share PDUs, which have their own length first and a version behind it. */
export function isLicense(userData: Uint8Array): boolean {
  const [low = 0, high = 0, type = 0, typeHigh = 0] = userData;
  const isShare = typeHigh === 0 && (type & 0xf0) === SHARE_VERSION && ((high << 8) | low) <= userData.length;
  return !isShare && (low & securityFlag.licensePkt) !== 0;
}
/**
 * Reads what a server sends, PDU by PDU, and says what it means. It counts octets and keeps the state of a measurement; the rest is
 * in the PDUs. What it returns shares memory with them.
 */
export class SessionReader {
  readonly ids: SessionIds;
  readonly #measurements = new AutoDetectAnswers();
  #received = 0;
  constructor(ids: SessionIds) {
    this.ids = ids;
  }
  /**
   * Events of one PDU, a TPKT or fast-path, in the order they are in it: never none.
   * @param now milliseconds of a clock that does not run backwards
   */
  read(pdu: Uint8Array, now: number): readonly SessionEvent[] {
    this.#received += pdu.length;
    if (isFastPath(pdu)) return [{ kind: 'drawing' }];
    try {
      return this.#readSlowPath(pdu, now);
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e;
      return [unreadable('malformed', `the host sent a PDU that cannot be read: ${e.message}`)];
    }
  }
  #readSlowPath(pdu: Uint8Array, now: number): readonly SessionEvent[] {
    const domain = decode(domainFrame, pdu);
    if (domain.kind === 'disconnect-provider-ultimatum') {
      return [{ kind: 'disconnect', reason: domain.reason, refusal: refusedByDisconnect(domain.reason) }];
    }
    if (domain.kind !== 'send-data-indication') return [unreadable('unexpected', `the host sent ${domain.kind} in the session`)];
    const { channelId, userData } = domain;
    if (channelId === this.ids.messageChannelId) return [this.#messageChannel(userData, now)];
    if (channelId !== this.ids.ioChannelId) return [{ kind: 'channel-data', channelId, userData }];
    if (isLicense(userData)) return [{ kind: 'license', message: decode(licensePdu, userData).message }];
    return shareEvents(userData);
  }
  #messageChannel(userData: Uint8Array, now: number): SessionEvent {
    try {
      return this.#readMessage(userData, now);
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e;
      return { kind: 'unreadable', sentence: `the host sent something on the message channel that cannot be read: ${e.message}` };
    }
  }
  #readMessage(userData: Uint8Array, now: number): SessionEvent {
    const { header, body } = decode(messageChannelPdu, userData);
    const has = (flag: number) => (header.flags & flag) !== 0;
    if (has(securityFlag.autodetectReq)) {
      const response = this.#measurements.answer(decode(autoDetectRequest, body), { now, received: this.#received });
      return response
        ? { kind: 'auto-detect', answer: this.#onMessageChannel(autoDetectReply(response)) }
        : { kind: 'auto-detect' };
    }
    if (has(securityFlag.heartbeat)) return { kind: 'heartbeat', heartbeat: decode(heartbeat, body) };
    if (has(securityFlag.transportReq)) {
      const proposed = decode(multitransportRequest, body);
      return {
        kind: 'multitransport',
        requestId: proposed.requestId,
        answer: this.#onMessageChannel(declineMultitransport(proposed)),
      };
    }
    return { kind: 'unreadable', sentence: `the host sent flags 0x${header.flags.toString(16)} on the message channel` };
  }
  #onMessageChannel(userData: Uint8Array): Uint8Array {
    return request(this.ids, this.ids.messageChannelId ?? this.ids.ioChannelId, userData);
  }
}

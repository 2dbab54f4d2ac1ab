import { decode } from '../wire/codec.ts';
import { ByteReader, DecodeError } from '../wire/cursor.ts';
import { deactivateAll } from './deactivate-all.ts';
import { demandActive } from './demand-active.ts';
import { logonError } from './logon-error.ts';
import { loggedOn, logonErrorsOf, saveSessionInfo } from './save-session-info.ts';
import { enhancedServerRedirection, redirectionTarget } from './server-redirection.ts';
import type { SessionEvent } from './session-event.ts';
import { refusedByErrorInfo, refusedLogon, unreadable } from './session-refusal.ts';
import { errorInfo, setErrorInfo } from './set-error-info.ts';
import { type ControlPdu, pduType, type SharePdu, sharePdu } from './share-control.ts';
import { isCompressed, pduType2, type ShareData, shareData } from './share-data.ts';
import { statusInfo, statusInfoText } from './status-info.ts';

/** Types of Data PDUs that say nothing of the logon: graphics, sound, indicators. */
export const drawing: ReadonlySet<number> = new Set([
  pduType2.update,
  pduType2.pointer,
  pduType2.playSound,
  pduType2.setKeyboardIndicators,
  pduType2.setKeyboardImeStatus,
]);
/** Where pduType2 lies in the body of a Data PDU: graphics are told by it alone. */
const TYPE_2 = 8;

function saveSessionEvent(body: Uint8Array): SessionEvent {
  const session = decode(saveSessionInfo, body);
  const error = logonErrorsOf(session);
  if (error === undefined) {
    const who = loggedOn(session);
    return { kind: 'save-session-info', session, ...(who && { loggedOn: who }) };
  }
  const meaning = logonError(error);
  const event = { kind: 'logon-error', session, error, meaning } as const;
  return meaning.effect === 'goes-on' ? event : { ...event, refusal: refusedLogon(meaning) };
}
const readers: Readonly<Record<number, (body: Uint8Array) => SessionEvent>> = {
  [pduType2.saveSessionInfo]: saveSessionEvent,
  [pduType2.setErrorInfo]: (body) => {
    const info = errorInfo(decode(setErrorInfo, body).errorInfo);
    return info.class === 'none' ? { kind: 'error-info', info } : { kind: 'error-info', info, refusal: refusedByErrorInfo(info) };
  },
  [pduType2.statusInfo]: (body) => ({ kind: 'status-info', status: statusInfoText(decode(statusInfo, body).statusCode) }),
};
function dataEvent(pdu: ControlPdu, data: ShareData): SessionEvent {
  const read = readers[data.pduType2];
  if (read === undefined) return { kind: 'share', pdu, data };
  if (isCompressed(data)) {
    return unreadable('compressed', 'the host compressed a PDU about the logon, which nobody here agreed to');
  }
  return read(data.body);
}
/** @throws DecodeError */
function shareEvent(pdu: SharePdu): SessionEvent {
  if (pdu.kind === 'flow') return { kind: 'share', pdu };
  const { pduType: type, body, pduSource = 0 } = pdu;
  if (type === pduType.data) {
    if (drawing.has(body[TYPE_2] ?? -1)) return { kind: 'drawing' };
    return dataEvent(pdu, decode(shareData, body));
  }
  if (type === pduType.demandActive) return { kind: 'demand-active', pduSource, demand: decode(demandActive, body) };
  if (type === pduType.deactivateAll) return { kind: 'deactivate-all', deactivate: decode(deactivateAll, body) };
  if (type === pduType.serverRedirection) {
    const packet = decode(enhancedServerRedirection, body);
    return { kind: 'redirection', packet, target: redirectionTarget(packet) };
  }
  return { kind: 'share', pdu };
}
/** Fewer octets than a header behind the last PDU are filling. */
const SHORTEST = 4;
/** PDUs of one data unit. */
const MOST_PDUS = 256;
/** A share PDU and what it means; none where it cannot be read. */
export interface SharedPdu {
  readonly pdu?: SharePdu;
  readonly event: SessionEvent;
}
/** The share PDUs of one data unit, up to the first that cannot be read. */
export function sharedPdus(userData: Uint8Array): readonly SharedPdu[] {
  const r = new ByteReader(userData);
  const all: SharedPdu[] = [];
  try {
    do {
      if (all.length === MOST_PDUS) throw r.fail(`more than ${MOST_PDUS} PDUs`);
      const pdu = sharePdu.read(r);
      all.push({ pdu, event: shareEvent(pdu) });
    } while (SHORTEST <= r.left);
  } catch (e) {
    if (!(e instanceof DecodeError)) throw e;
    all.push({ event: unreadable('malformed', `the host sent a share PDU that cannot be read: ${e.message}`) });
  }
  return all;
}
/** What they mean. */
export const shareEvents = (userData: Uint8Array): readonly SessionEvent[] => sharedPdus(userData).map(({ event }) => event);

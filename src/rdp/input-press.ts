import { decode, rest } from '../wire/codec.ts';
import { ByteReader, DecodeError } from '../wire/cursor.ts';
import type { ClientEvent } from './client-event.ts';
import { fastPathPdu } from './fast-path.ts';
import { isFastPath } from './rdp-frame.ts';
import { octets, record, u8, u16, u32 } from './record.ts';
import { pduType2 } from './share-data.ts';

/** Fast-path input events by eventCode, [MS-RDPBCGR] 2.2.8.1.2.2: octets behind the header of each. */
const lengths: Readonly<Record<number, number>> = { 0: 1, 1: 6, 2: 6, 3: 0, 4: 2, 6: 4 };
const SCANCODE = 0;
const MOUSE = 1;
const UNICODE = 4;
const FASTPATH_RELEASE = 0x01;
/** PTRFLAGS_DOWN, 2.2.8.1.1.3.1.1.3. */
const POINTER_DOWN = 0x80;
const COUNT = 0x0f;

function isFastPathPress(pdu: Uint8Array): boolean {
  const { header, body } = decode(fastPathPdu, pdu);
  const r = new ByteReader(body);
  const count = header & COUNT || u8.read(r);
  for (let i = 0; i < count; i++) {
    const first = u8.read(r);
    const length = lengths[first >> 5];
    if (length === undefined) return false;
    const [, high = 0] = r.bytes(length);
    const isKey = first >> 5 === SCANCODE || first >> 5 === UNICODE;
    if (isKey && (first & FASTPATH_RELEASE) === 0) return true;
    if (first >> 5 === MOUSE && (high & POINTER_DOWN) !== 0) return true;
  }
  return false;
}
/** TS_INPUT_PDU_DATA and TS_INPUT_EVENT, 2.2.8.1.1.3. */
const inputPdu = record({ numEvents: u16, pad2Octets: u16, events: rest });
const slowEvent = record({ eventTime: u32, messageType: u16, flags: u16, more: octets(4) });
const EVENT = 12;
const slow = { scancode: 0x0004, unicode: 0x0005, mouse: 0x8001, keyRelease: 0x8000, pointerDown: 0x8000 } as const;
function isSlowPress(body: Uint8Array): boolean {
  const { events } = decode(inputPdu, body);
  for (let at = 0; at + EVENT <= events.length; at += EVENT) {
    const { messageType, flags } = decode(slowEvent, events.subarray(at, at + EVENT));
    if ((messageType === slow.scancode || messageType === slow.unicode) && (flags & slow.keyRelease) === 0) return true;
    if (messageType === slow.mouse && (flags & slow.pointerDown) !== 0) return true;
  }
  return false;
}
/** Whether somebody pressed a key or a button; what cannot be read is nobody's press. @param pdu which the event is of */
export function isPress(pdu: Uint8Array, event: ClientEvent): boolean {
  try {
    if (isFastPath(pdu)) return isFastPathPress(pdu);
    return event.kind === 'share' && event.data?.pduType2 === pduType2.input && isSlowPress(event.data.body);
  } catch (e) {
    if (e instanceof DecodeError) return false;
    throw e;
  }
}

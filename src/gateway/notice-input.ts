import type { FastPathPdu } from '../rdp/fast-path.ts';
import { record, u16, u32 } from '../rdp/record.ts';
import { ByteReader, ByteWriter, DecodeError } from '../wire/cursor.ts';

/**
 * Of what somebody does before the logon, what reads and confirms a legal notice: Enter, Tab and the space bar alone, the mouse moved and
 * its first button. No letter, no digit, no key that is held down with another.
 */
const keys: ReadonlySet<number> = new Set([0x0f, 0x1c, 0x39]);
/** PTRFLAGS_MOVE, _BUTTON1 and _DOWN, [MS-RDPBCGR] 2.2.8.1.1.3.1.1.3. */
const POINTER = 0x0800 | 0x1000 | 0x8000;
const isPlainPointer = (flags: number) => (flags & ~POINTER) === 0;

/** Events by their code: octets after the header, 2.2.8.1.2.2. */
const SCANCODE = 0;
const MOUSE = 1;
const sizes: readonly number[] = [1, 6, 6, 0, 2, 6, 4];
/** FASTPATH_INPUT_KBDFLAGS_EXTENDED1: the Pause key and what looks like it. */
const EXTENDED_1 = 4;
const COUNT = 0x0f;

/** The same with these events alone; undefined where there are none, or it cannot be read. */
export function noticeInput({ header, body }: FastPathPdu): FastPathPdu | undefined {
  // Encryption, which TLS leaves alone.
  if (header !== (header & COUNT)) return undefined;
  try {
    const r = new ByteReader(body);
    const count = header === 0 ? r.u8() : header;
    const kept = Array.from({ length: count }, () => fastEvent(r)).filter(({ passes }) => passes);
    if (kept.length === 0) return undefined;
    const w = new ByteWriter();
    w.u8(kept.length);
    for (const { octets: event } of kept) w.bytes(event);
    return { header: 0, body: w.end() };
  } catch (e) {
    if (e instanceof DecodeError) return undefined;
    throw e;
  }
}
function fastEvent(r: ByteReader): { readonly passes: boolean; readonly octets: Uint8Array } {
  const first = r.u8();
  const size = sizes[first >> 5];
  if (size === undefined) throw new DecodeError('an input event of no known kind', r.at);
  const data = r.bytes(size);
  const [low = 0, high = 0] = data;
  const isKey = first >> 5 === SCANCODE && keys.has(low) && (first & EXTENDED_1) === 0;
  const isPointer = first >> 5 === MOUSE && isPlainPointer((high << 8) | low);
  return { passes: isKey || isPointer, octets: Uint8Array.of(first, ...data) };
}

/** TS_INPUT_PDU_DATA and an event of it, 2.2.8.1.1.3.1. */
const head = record({ numEvents: u16, pad: u16 });
const slowEvent = record({ eventTime: u32, messageType: u16, flags: u16, code: u16, more: u16 });
const SLOW_SCANCODE = 0x0004;
const SLOW_MOUSE = 0x8001;
/** KBDFLAGS_EXTENDED1. */
const SLOW_EXTENDED_1 = 0x0200;

/** The same for the body of an Input Event PDU. */
export function noticeEvents(body: Uint8Array): Uint8Array | undefined {
  try {
    const r = new ByteReader(body);
    const { numEvents } = head.read(r);
    const kept = Array.from({ length: numEvents }, () => slowEvent.read(r)).filter(
      ({ messageType, flags, code }) =>
        (messageType === SLOW_SCANCODE && keys.has(code) && (flags & SLOW_EXTENDED_1) === 0) ||
        (messageType === SLOW_MOUSE && isPlainPointer(flags)),
    );
    if (kept.length === 0) return undefined;
    const w = new ByteWriter();
    head.write(w, { numEvents: kept.length, pad: 0 });
    for (const each of kept) slowEvent.write(w, each);
    return w.end();
  } catch (e) {
    if (e instanceof DecodeError) return undefined;
    throw e;
  }
}

import { type Codec, named } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import { octets, u16 } from './record.ts';

/** Type subfield of pduType, [MS-RDPBCGR] 2.2.8.1.1.1.1. */
export const pduType = {
  demandActive: 0x1,
  confirmActive: 0x3,
  deactivateAll: 0x6,
  data: 0x7,
  serverRedirection: 0xa,
} as const;
/** versionLow of pduType; versionHigh is zero. */
const TS_PROTOCOL_VERSION = 0x1;
/** A totalLength that no PDU can have announces a flow PDU, T.128 8.5. */
const FLOW_MARKER = 0x8000;
const HEADER = 6;
/** Length and type alone: Deactivate All came so from old servers. */
const SHORT_HEADER = 4;

/** One PDU behind a Share Control Header. */
export interface ControlPdu {
  readonly kind: 'control';
  readonly pduType: number;
  /** Upper 12 bits of pduType; 1 when it is left out. */
  readonly version?: number | undefined;
  /** Absent in a PDU that ends behind its type. */
  readonly pduSource?: number | undefined;
  readonly body: Uint8Array;
}
/** A relic of T.128 that servers still send at times: to be passed over. */
export interface FlowPdu {
  readonly kind: 'flow';
  /** pad8bits to pduSource: 6 octets. */
  readonly rest: Uint8Array;
}
export type SharePdu = ControlPdu | FlowPdu;
/** @throws DecodeError over a PDU of another version than that of the protocol: what is in it is told by a table that is not that version's */
export function ofThisVersion(pdu: SharePdu | undefined): void {
  if (pdu?.kind === 'control' && pdu.version !== undefined) throw new DecodeError(`a share PDU of version ${pdu.version}`, 2);
}
const flowRest = octets(6);

export const sharePdu: Codec<SharePdu> = {
  read(r) {
    const length = named('totalLength', () => u16.read(r));
    if (length === FLOW_MARKER) return { kind: 'flow', rest: named('flow', () => flowRest.read(r)) };
    if (length < SHORT_HEADER || length === SHORT_HEADER + 1) throw r.fail(`share control PDU of ${length} octets`);
    const inner = r.sub(length - 2);
    const type = u16.read(inner);
    const version = type >> 4;
    const header = { kind: 'control', pduType: type & 0xf, ...(version === TS_PROTOCOL_VERSION ? {} : { version }) } as const;
    if (inner.left === 0) return { ...header, body: new Uint8Array() };
    return { ...header, pduSource: u16.read(inner), body: inner.bytes() };
  },
  write(w, pdu) {
    if (pdu.kind === 'flow') {
      u16.write(w, FLOW_MARKER);
      flowRest.write(w, pdu.rest);
      return;
    }
    const { pduType: type, version = TS_PROTOCOL_VERSION, pduSource, body } = pdu;
    const short = pduSource === undefined;
    if (short && body.length > 0) throw w.fail('a body without a source');
    const length = (short ? SHORT_HEADER : HEADER) + body.length;
    if (FLOW_MARKER <= length) throw w.fail(`share control PDU of ${length} octets`);
    if (type < 0 || 0xf < type) throw w.fail(`type ${type} does not fit 4 bits`);
    u16.write(w, length);
    u16.write(w, (version << 4) | type);
    if (!short) u16.write(w, pduSource);
    w.bytes(body);
  },
};
/** Servers may put several PDUs into one MCS data unit. */
const MOST_PDUS = 256;
/** All PDUs of one MCS data unit, in order. */
export const sharePdus: Codec<readonly SharePdu[]> = {
  read(r) {
    const all: SharePdu[] = [];
    while (r.left > 0) {
      if (all.length === MOST_PDUS) throw r.fail(`more than ${MOST_PDUS} PDUs`);
      all.push(named(String(all.length), () => sharePdu.read(r)));
    }
    return all;
  },
  write(w, all) {
    for (const pdu of all) sharePdu.write(w, pdu);
  },
};

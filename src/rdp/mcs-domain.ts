import type { Codec } from '../wire/codec.ts';
import { type ByteReader, type ByteWriter, DecodeError } from '../wire/cursor.ts';
import { perUnsigned } from '../wire/per.ts';
import { channelId, type SendData, sendDataFields, userId } from './mcs-send-data.ts';
import { x224Data } from './x224.ts';

/** Those alternatives of DomainMCSPDU, T.125 7 part 10, that RDP uses ([MS-RDPBCGR] 1.3.1.1, 1.3.1.4). */
export type DomainPdu =
  | { readonly kind: 'erect-domain-request'; readonly subHeight: number; readonly subInterval: number }
  | { readonly kind: 'disconnect-provider-ultimatum'; readonly reason: number }
  | { readonly kind: 'attach-user-request' }
  | { readonly kind: 'attach-user-confirm'; readonly result: number; readonly initiator?: number }
  | { readonly kind: 'channel-join-request'; readonly initiator: number; readonly channelId: number }
  | {
      readonly kind: 'channel-join-confirm';
      readonly result: number;
      readonly initiator: number;
      /** The channel that the request named. */
      readonly requested: number;
      /** The channel that was joined; absent where none was. */
      readonly channelId?: number;
    }
  | ({ readonly kind: 'send-data-request' | 'send-data-indication' } & SendData);
type Kind = DomainPdu['kind'];

/** Index in the choice: the high six bits of the first octet. */
const index: Readonly<Record<Kind, number>> = {
  'erect-domain-request': 1,
  'disconnect-provider-ultimatum': 8,
  'attach-user-request': 10,
  'attach-user-confirm': 11,
  'channel-join-request': 14,
  'channel-join-confirm': 15,
  'send-data-request': 25,
  'send-data-indication': 26,
};
const kinds: ReadonlyMap<number, Kind> = new Map(Object.entries(index).map(([kind, i]) => [i, kind as Kind]));
/** The bit for one OPTIONAL field, right behind the choice. */
const PRESENT = 0x02;

/** An ENUMERATED of `bits` bits that begins in what the first octet has left over and ends in the second, X.691 14. */
function splitEnumerated(r: ByteReader, inFirst: number, bitsInSecond: number): number {
  const second = r.u8();
  if ((second & (0xff >> bitsInSecond)) !== 0) throw new DecodeError('bits behind an enumerated value', r.at - 1);
  return (inFirst << bitsInSecond) | (second >> (8 - bitsInSecond));
}
const RESULT_BITS = 4;
const REASON_BITS = 3;
function checked(w: ByteWriter, value: number, bits: number): number {
  if (!Number.isInteger(value) || value < 0 || 2 ** bits <= value) throw w.fail(`${value} does not fit ${bits} bits`);
  return value;
}
/** First octet with a result of four bits, one of which it takes, and the second. */
function writeResult(w: ByteWriter, kind: Kind, present: boolean, value: number): void {
  const result = checked(w, value, RESULT_BITS);
  w.u8((index[kind] << 2) | (present ? PRESENT : 0) | (result >> 3)).u8((result << 5) & 0xff);
}

function readFields(r: ByteReader, kind: Kind, extra: number): DomainPdu {
  switch (kind) {
    case 'attach-user-confirm': {
      const result = splitEnumerated(r, extra & 1, 3);
      return { kind, result, ...(extra & PRESENT ? { initiator: userId.read(r) } : {}) };
    }
    case 'channel-join-confirm': {
      const result = splitEnumerated(r, extra & 1, 3);
      const fields = { kind, result, initiator: userId.read(r), requested: channelId.read(r) } as const;
      return extra & PRESENT ? { ...fields, channelId: channelId.read(r) } : fields;
    }
    case 'disconnect-provider-ultimatum':
      return { kind, reason: splitEnumerated(r, extra, 1) };
  }
  if (extra !== 0) throw new DecodeError('bits behind the choice', r.at - 1);
  switch (kind) {
    case 'erect-domain-request':
      return { kind, subHeight: perUnsigned.read(r), subInterval: perUnsigned.read(r) };
    case 'attach-user-request':
      return { kind };
    case 'channel-join-request':
      return { kind, initiator: userId.read(r), channelId: channelId.read(r) };
    case 'send-data-request':
    case 'send-data-indication':
      return { kind, ...sendDataFields.read(r) };
  }
}
/** One DomainMCSPDU, aligned PER. */
export const domainPdu: Codec<DomainPdu> = {
  read(r) {
    const at = r.at;
    const first = r.u8();
    const kind = kinds.get(first >> 2);
    if (!kind) throw new DecodeError(`MCS PDU ${first >> 2} has no place in RDP`, at);
    return readFields(r, kind, first & 3);
  },
  write(w, pdu) {
    switch (pdu.kind) {
      case 'attach-user-confirm':
        writeResult(w, pdu.kind, pdu.initiator !== undefined, pdu.result);
        if (pdu.initiator !== undefined) userId.write(w, pdu.initiator);
        return;
      case 'channel-join-confirm':
        writeResult(w, pdu.kind, pdu.channelId !== undefined, pdu.result);
        userId.write(w, pdu.initiator);
        channelId.write(w, pdu.requested);
        if (pdu.channelId !== undefined) channelId.write(w, pdu.channelId);
        return;
      case 'disconnect-provider-ultimatum': {
        const reason = checked(w, pdu.reason, REASON_BITS);
        w.u8((index[pdu.kind] << 2) | (reason >> 1)).u8((reason & 1) << 7);
        return;
      }
    }
    w.u8(index[pdu.kind] << 2);
    switch (pdu.kind) {
      case 'erect-domain-request':
        perUnsigned.write(w, pdu.subHeight);
        perUnsigned.write(w, pdu.subInterval);
        return;
      case 'channel-join-request':
        userId.write(w, pdu.initiator);
        channelId.write(w, pdu.channelId);
        return;
      case 'send-data-request':
      case 'send-data-indication':
        sendDataFields.write(w, pdu);
        return;
    }
  },
};
/** A DomainMCSPDU as it travels: in a data TPDU in a TPKT. */
export const domainFrame: Codec<DomainPdu> = x224Data(domainPdu);

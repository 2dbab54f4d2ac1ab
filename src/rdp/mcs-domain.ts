import type { Codec } from '../wire/codec.ts';
import { type ByteReader, type ByteWriter, DecodeError } from '../wire/cursor.ts';
import { perUnsigned } from '../wire/per.ts';
import { channelId, SEND_DATA_INDICATION, SEND_DATA_REQUEST, type SendData, sendDataFields, userId } from './mcs-send-data.ts';
import { record } from './record.ts';
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
  | ({ readonly kind: 'send-data-request' } & SendData)
  | ({ readonly kind: 'send-data-indication' } & SendData);
type Kind = DomainPdu['kind'];

type Pdu<K extends Kind> = Extract<DomainPdu, { readonly kind: K }>;
type Fields<K extends Kind> = Omit<Pdu<K>, 'kind'>;

/** The bit for one OPTIONAL field, right behind the choice. */
const PRESENT = 0x02;
/** An alternative: the choice takes the high six bits of the first octet, `extra` is what stands in the other two. */
interface Alternative<K extends Kind> {
  readonly index: number;
  read(r: ByteReader, extra: number): Fields<K>;
  /** From the first octet on. */
  write(w: ByteWriter, index: number, fields: Fields<K>): void;
}
/** One whose fields begin at an octet. */
function aligned<K extends Kind>(index: number, fields: Codec<Fields<K>>): Alternative<K> {
  return {
    index,
    read(r, extra) {
      if (extra !== 0) throw new DecodeError('bits behind the choice', r.at - 1);
      return fields.read(r);
    },
    write(w, choice, value) {
      w.u8(choice << 2);
      fields.write(w, value);
    },
  };
}
/** An ENUMERATED that begins in what the first octet has left over and ends in the second, X.691 14; nothing else is in that one. */
function readSplit(r: ByteReader, inFirst: number, bitsInSecond: number): number {
  const second = r.u8();
  if ((second & (0xff >> bitsInSecond)) !== 0) throw new DecodeError('bits behind an enumerated value', r.at - 1);
  return (inFirst << bitsInSecond) | (second >> (8 - bitsInSecond));
}
function writeSplit(w: ByteWriter, first: number, value: number, bitsInFirst: number, bitsInSecond: number): void {
  if (!Number.isInteger(value) || value < 0 || 2 ** (bitsInFirst + bitsInSecond) <= value)
    throw w.fail(`${value} is not enumerated`);
  w.u8(first | (value >> bitsInSecond)).u8((value << (8 - bitsInSecond)) & 0xff);
}
const readResult = (r: ByteReader, extra: number) => readSplit(r, extra & 1, 3);
const writeResult = (w: ByteWriter, index: number, present: boolean, result: number) =>
  writeSplit(w, (index << 2) | (present ? PRESENT : 0), result, 1, 3);

const nothing: Codec<object> = { read: () => ({}), write: () => undefined };
const alternatives: { readonly [K in Kind]: Alternative<K> } = {
  'erect-domain-request': aligned(1, record({ subHeight: perUnsigned, subInterval: perUnsigned })),
  'disconnect-provider-ultimatum': {
    index: 8,
    read: (r, extra) => ({ reason: readSplit(r, extra, 1) }),
    write: (w, index, { reason }) => writeSplit(w, index << 2, reason, 2, 1),
  },
  'attach-user-request': aligned(10, nothing),
  'attach-user-confirm': {
    index: 11,
    read(r, extra) {
      const result = readResult(r, extra);
      return extra & PRESENT ? { result, initiator: userId.read(r) } : { result };
    },
    write(w, index, { result, initiator }) {
      writeResult(w, index, initiator !== undefined, result);
      if (initiator !== undefined) userId.write(w, initiator);
    },
  },
  'channel-join-request': aligned(14, record({ initiator: userId, channelId })),
  'channel-join-confirm': {
    index: 15,
    read(r, extra) {
      const confirm = { result: readResult(r, extra), initiator: userId.read(r), requested: channelId.read(r) };
      return extra & PRESENT ? { ...confirm, channelId: channelId.read(r) } : confirm;
    },
    write(w, index, { result, initiator, requested, channelId: joined }) {
      writeResult(w, index, joined !== undefined, result);
      userId.write(w, initiator);
      channelId.write(w, requested);
      if (joined !== undefined) channelId.write(w, joined);
    },
  },
  'send-data-request': aligned(SEND_DATA_REQUEST, sendDataFields),
  'send-data-indication': aligned(SEND_DATA_INDICATION, sendDataFields),
};
const kinds = new Map(Object.entries(alternatives).map(([kind, { index }]) => [index, kind as Kind]));

/** One DomainMCSPDU, aligned PER. */
export const domainPdu: Codec<DomainPdu> = {
  read(r) {
    const at = r.at;
    const first = r.u8();
    const kind = kinds.get(first >> 2);
    if (!kind) throw new DecodeError(`MCS PDU ${first >> 2} has no place in RDP`, at);
    return { kind, ...alternatives[kind].read(r, first & 3) } as DomainPdu;
  },
  write(w, pdu) {
    const alternative = alternatives[pdu.kind] as Alternative<Kind>;
    alternative.write(w, alternative.index, pdu);
  },
};
/** A DomainMCSPDU as it travels: in a data TPDU in a TPKT. */
export const domainFrame: Codec<DomainPdu> = x224Data(domainPdu);

import { LEAST_USER, SEND_DATA_INDICATION, SEND_DATA_REQUEST } from '../rdp/mcs-send-data.ts';
import { pduType } from '../rdp/share-control.ts';

/** Places in a send data request or indication with its TPKT. */
const CHOICE = 7;
const INITIATOR = 8;
const CHANNEL = 10;
const SEGMENTATION = 12;
const LENGTH = 13;
const LONG = 0x80;
/** begin and end, T.125 7 part 7. */
const WHOLE = 0x30;
/** Octets of user data whose length everybody reads alike: of more, PER makes fragments (X.691 10.9.3.8), and others 15 bits of length. */
export const MOST_ALIKE = 0x3fff;
const X224_DATA = [0x02, 0xf0, 0x80] as const;
const X224 = 4;
/** Octets of the head up to the end of a long length. */
export const SEND_DATA_HEAD = 15;

export const choiceOf = { 'send-data-request': SEND_DATA_REQUEST << 2, 'send-data-indication': SEND_DATA_INDICATION << 2 };
/**
 * The channel of a data unit of that kind; `undefined` for anything else, and for one whose parts do not agree on where its user data are:
 * whoever gets it may read something else than was looked at here. The head has at least 15 octets, or the PDU ends before.
 */
export function headChannel(head: Uint8Array, length: number, kind: keyof typeof choiceOf): number | undefined {
  if (head.length < SEND_DATA_HEAD - 1 || head[CHOICE] !== choiceOf[kind]) return undefined;
  if (X224_DATA.some((octet, i) => head[X224 + i] !== octet)) return undefined;
  if (((head[SEGMENTATION] ?? 0) & WHOLE) !== WHOLE || lengthSaid(head) !== length - userDataAt(head)) return undefined;
  return ((head[CHANNEL] ?? 0) << 8) | (head[CHANNEL + 1] ?? 0);
}
const put = (head: Uint8Array, at: number, value: number) => {
  head[at] = value >> 8;
  head[at + 1] = value & 0xff;
};
/** Changes the ids of a data unit where it lies: all that native clients and hosts look at. */
export function patchIds(head: Uint8Array, channelId: number, userId?: number): void {
  put(head, CHANNEL, channelId);
  if (userId !== undefined) put(head, INITIATOR, userId - LEAST_USER);
}

const isLong = (head: Uint8Array) => ((head[LENGTH] ?? 0) & LONG) !== 0;
const userDataAt = (head: Uint8Array) => (isLong(head) ? LENGTH + 2 : LENGTH + 1);
/** Octets of user data, as the data unit says. */
export function lengthSaid(head: Uint8Array): number {
  const [first, second] = [head[LENGTH] ?? 0, head[LENGTH + 1] ?? 0];
  return isLong(head) ? ((first & ~LONG) << 8) | second : first;
}
/** User data, as far as the head has it. */
export const headUserData = (head: Uint8Array): Uint8Array => head.subarray(userDataAt(head));

/** Places within user data on the I/O channel, [MS-RDPBCGR] 2.2.8.1.1.1. */
const PDU_TYPE_2 = 14;
const SHARE_VERSION = 0x10;
/** pduType2 of a PDU that is alone in its data unit and a Data PDU; `undefined` for whatever has to be looked at as a whole. */
export function loneDataType(head: Uint8Array, length: number): number | undefined {
  const userData = headUserData(head);
  const [low = 0, high = 0, type = 0, typeHigh = 1] = userData;
  if (
    ((high << 8) | low) !== length - (head.length - userData.length) ||
    typeHigh !== 0 ||
    type !== (SHARE_VERSION | pduType.data)
  )
    return undefined;
  return userData[PDU_TYPE_2];
}
/** Octets of a head that tell all of this. */
export const IO_HEAD = LENGTH + 2 + PDU_TYPE_2 + 1;

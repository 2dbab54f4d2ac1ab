import type { Codec } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import { perFrom } from '../wire/per.ts';
import { TPKT_VERSION } from './tpkt.ts';
import { tpduCode } from './x224.ts';

/** UserId, T.125 7 part 1: a DynamicChannelId. */
export const LEAST_USER = 1001;
export const userId: Codec<number> = perFrom(LEAST_USER);
/** ChannelId, T.125 7 part 1. */
export const channelId: Codec<number> = perFrom(0);

/** SendDataRequest and SendDataIndication, T.125 11.32 and 11.33. */
export interface SendData {
  /** User id of whoever sends: the client's own, or the server's. */
  readonly initiator: number;
  readonly channelId: number;
  /** 0 top, 1 high, 2 medium, 3 low; RDP only uses high. */
  readonly priority: number;
  /** To the end of the PDU; read, it shares the PDU's memory. */
  readonly userData: Uint8Array;
}
export const HIGH_PRIORITY = 1;
/** Their index in DomainMCSPDU. */
export const SEND_DATA_REQUEST = 25;
export const SEND_DATA_INDICATION = 26;
/** begin and end: a message that lies in one PDU. */
const WHOLE = 0x30;
const LONG = 0x80;
/**
 * Lengths over 16383 would be fragments in PER; every RDP peer writes, and reads, 15 bits of length instead. As nothing may follow
 * the user data, what is meant can be told.
 */
const MOST_USER_DATA = 0x7fff;

/** What follows the choice of the DomainMCSPDU. */
export const sendDataFields: Codec<SendData> = {
  read(r) {
    const initiator = userId.read(r);
    const channel = channelId.read(r);
    const at = r.at;
    const flags = r.u8();
    if ((flags & WHOLE) !== WHOLE) throw new DecodeError('user data is segmented', at);
    const first = r.u8();
    const length = first & LONG ? ((first & ~LONG) << 8) | r.u8() : first;
    if (length !== r.left) throw new DecodeError(`user data of ${length} octets where ${r.left} follow`, at + 1);
    return { initiator, channelId: channel, priority: flags >> 6, userData: r.bytes() };
  },
  write(w, { initiator, channelId: channel, priority, userData }) {
    if (MOST_USER_DATA < userData.length) throw w.fail(`${userData.length} octets of user data, over ${MOST_USER_DATA}`);
    userId.write(w, initiator);
    channelId.write(w, channel);
    if (!Number.isInteger(priority) || priority < 0 || 3 < priority) throw w.fail(`priority ${priority} is not 0 to 3`);
    w.u8((priority << 6) | WHOLE);
    if (userData.length < LONG) w.u8(userData.length);
    else w.u16((LONG << 8) | userData.length);
    w.bytes(userData);
  },
};

const HEADER = 15;
/**
 * The channel of a send data request or indication, from the first octets of its TPKT; `undefined` for anything else, and while
 * fewer than 15 octets are there. For whoever passes PDUs on that it does not read.
 */
export function channelOf(pdu: Uint8Array): number | undefined {
  const [version, , , , , code, , choice, , , high, low] = pdu;
  if (pdu.length < HEADER || version !== TPKT_VERSION || code !== tpduCode.data) return undefined;
  if (choice !== SEND_DATA_REQUEST << 2 && choice !== SEND_DATA_INDICATION << 2) return undefined;
  return ((high ?? 0) << 8) | (low ?? 0);
}

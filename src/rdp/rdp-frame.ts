import type { Frame } from '../wire/conversation.ts';
import { DecodeError } from '../wire/cursor.ts';
import { TPKT_VERSION, tpktFrame } from './tpkt.ts';

/** Low two bits of a fast-path header's first octet: FASTPATH_INPUT_ACTION_FASTPATH, FASTPATH_OUTPUT_ACTION_FASTPATH. */
const ACTION = 0x03;
const FAST_PATH = 0;
const LONG = 0x80;
const slowPath = tpktFrame();

export const isFastPath = (pdu: Uint8Array): boolean => pdu[0] !== TPKT_VERSION;

/**
 * PDUs of a connection whose channels are joined: TPKTs and, in between, fast-path PDUs with a length of one or two octets
 * that counts the whole PDU ([MS-RDPBCGR] 2.2.8.1.2, 2.2.9.1.2).
 */
export const rdpFrame: Frame = (have) => {
  const [first, second, third] = have;
  if (first === undefined) return undefined;
  if (first === TPKT_VERSION) return slowPath(have);
  if ((first & ACTION) !== FAST_PATH) throw new DecodeError(`neither TPKT nor fast-path: 0x${first.toString(16)}`, 0);
  if (second === undefined) return undefined;
  const header = second & LONG ? 3 : 2;
  if (header === 3 && third === undefined) return undefined;
  const length = header === 3 ? ((second & ~LONG) << 8) | (third ?? 0) : second;
  if (length <= header) throw new DecodeError(`fast-path PDU of ${length} octets`, 1);
  return length;
};

import { record, u16, u32 } from '../rdp/record.ts';
import { channelFlag, channelPdu } from '../rdp/virtual-channel.ts';
import { decode, encode } from '../wire/codec.ts';
import { ByteReader, DecodeError } from '../wire/cursor.ts';
import type { GrantedChannels } from './channel-policy.ts';
import type { PduVerdict } from './pdu-stream.ts';

/** msgType of a clipboard PDU, [MS-RDPECLIP] 2.2.1. */
const message = {
  formatList: 2,
  formatListResponse: 3,
  formatDataRequest: 4,
  formatDataResponse: 5,
  fileContentsRequest: 8,
  fileContentsResponse: 9,
} as const;
const OK = 1;
const FAIL = 2;
const header = record({ msgType: u16, msgFlags: u16, dataLen: u32 });
const HEADER = 8;
const CHUNK_HEADER = 8;
/** Octets of user data that tell. */
export const CLIPBOARD_HEAD = CHUNK_HEADER + 2;

export type Side = 'client' | 'host';
/** Which way what is copied goes by a message of one side: what it offers or gives goes to the other, what it asks for comes from there. */
const moves: Readonly<Record<number, { readonly what: 'data' | 'files'; readonly isAsked: boolean }>> = {
  [message.formatList]: { what: 'data', isAsked: false },
  [message.formatDataRequest]: { what: 'data', isAsked: true },
  [message.formatDataResponse]: { what: 'data', isAsked: false },
  [message.fileContentsRequest]: { what: 'files', isAsked: true },
  [message.fileContentsResponse]: { what: 'files', isAsked: false },
};
/** How a message that goes nowhere is answered, so that nobody waits: the other type, and whether that is a failure. */
const answers: Readonly<Record<number, readonly [type: number, flags: number]>> = {
  [message.formatList]: [message.formatListResponse, OK],
  [message.formatDataRequest]: [message.formatDataResponse, FAIL],
  [message.fileContentsRequest]: [message.fileContentsResponse, FAIL],
};
const STREAM_ID = 4;

/** The clipboard of one session: what may be copied into it and out of it, and whether files may. */
export class Clipboard {
  readonly #granted: GrantedChannels;
  /** What became of the beginning of the message that each side is at. */
  readonly #last: Record<Side, PduVerdict> = { client: 'drop', host: 'drop' };
  constructor(granted: GrantedChannels) {
    this.#granted = granted;
  }
  /** A data unit of one side, by its first octets; one that is taken is to be answered. @throws DecodeError over one that may not be */
  verdict(from: Side, userData: Uint8Array): PduVerdict {
    const r = new ByteReader(userData);
    u32.read(r);
    const flags = u32.read(r);
    if ((flags & channelFlag.compressed) !== 0) throw new DecodeError('a compressed chunk, which nobody agreed to', 0);
    const isFirst = (flags & channelFlag.first) !== 0;
    // The first chunk tells what the message is: one that does not would let the next ones pass.
    if (isFirst) this.#last[from] = this.#beginning(from, u16.read(r));
    const last = this.#last[from];
    if ((flags & channelFlag.last) !== 0) this.#last[from] = 'drop';
    return !isFirst && last === 'take' ? 'drop' : last;
  }
  #beginning(from: Side, msgType: number): PduVerdict {
    const move = moves[msgType];
    if (!move) return 'pass';
    const isInto = (from === 'client') !== move.isAsked;
    const way = this.#granted.includes(isInto ? 'clipboard-in' : 'clipboard-out');
    const kind = move.what === 'data' || this.#granted.includes('clipboard-files');
    if (way && kind) return 'pass';
    return answers[msgType] ? 'take' : 'drop';
  }
  /** What is said to whoever sent a message that was taken, as a chunk. @throws DecodeError */
  answer(userData: Uint8Array): Uint8Array {
    const { chunk } = decode(channelPdu, userData);
    const { msgType } = header.read(new ByteReader(chunk));
    const [type = 0, flags = FAIL] = answers[msgType] ?? [];
    const streamId = msgType === message.fileContentsRequest ? chunk.slice(HEADER, HEADER + STREAM_ID) : new Uint8Array();
    const said = encode(header, { msgType: type, msgFlags: flags, dataLen: streamId.length });
    const whole = new Uint8Array([...said, ...streamId]);
    return encode(channelPdu, { length: whole.length, flags: channelFlag.first | channelFlag.last, chunk: whole });
  }
}

import { ChannelReassembly } from '../rdp/channel-reassembly.ts';
import { channelChunks } from '../rdp/channels.ts';
import { record, u16, u32 } from '../rdp/record.ts';
import { channelFlag, channelPdu } from '../rdp/virtual-channel.ts';
import { decode, encode } from '../wire/codec.ts';
import { ByteReader, DecodeError } from '../wire/cursor.ts';
import type { GrantedChannels } from './channel-policy.ts';
import { takesLongNames, withoutFiles } from './clipboard-formats.ts';
import type { PduVerdict } from './pdu-stream.ts';

/** msgType of a clipboard PDU, [MS-RDPECLIP] 2.2.1. */
const message = {
  formatList: 2,
  formatListResponse: 3,
  formatDataRequest: 4,
  formatDataResponse: 5,
  temporaryDirectory: 6,
  capabilities: 7,
  fileContentsRequest: 8,
  fileContentsResponse: 9,
} as const;
const OK = 1;
const FAIL = 2;
const header = record({ msgType: u16, msgFlags: u16, dataLen: u32 });
const HEADER = 8;
const CHUNK_HEADER = 8;
/** msgFlags of a list whose short names are ASCII. */
const ASCII_NAMES = 4;
/** Octets of a message that is read. */
const MOST_READ = 0x4_0000;
/** Octets of user data that tell. */
export const CLIPBOARD_HEAD = CHUNK_HEADER + 2;

export type Side = 'client' | 'host';
/** Which way what is copied goes by a message of one side: what it offers or gives goes to the other, what it asks for comes from there. */
const moves: Readonly<Record<number, { readonly what: 'data' | 'files'; readonly isAsked: boolean }>> = {
  [message.formatList]: { what: 'data', isAsked: false },
  [message.formatDataRequest]: { what: 'data', isAsked: true },
  [message.formatDataResponse]: { what: 'data', isAsked: false },
  // A folder of the client's, whose name tells whose it is.
  [message.temporaryDirectory]: { what: 'files', isAsked: false },
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
/** Those that are read, lest file names pass: what is offered, what is asked for, and how names are written. */
const readWithoutFiles: ReadonlySet<number> = new Set([message.formatList, message.formatDataRequest, message.capabilities]);

/** Chunks for whoever sent what was taken, and for the other side. */
export interface ClipboardTaken {
  readonly back: readonly Uint8Array[];
  readonly on: readonly Uint8Array[];
}
/** What is known of one side. */
interface Place {
  /** What became of the beginning of the message that it is at: passed, answered, read, or nothing. */
  last: 'pass' | 'answer' | 'read' | 'drop';
  /** What is done with the data unit that is taken now. */
  taken: 'answer' | 'read';
  readonly reassembly: ChannelReassembly;
  hasLongNames: boolean;
  /** Ids of what it offers. */
  offered: ReadonlySet<number>;
}
const newPlace = (): Place => ({
  last: 'drop',
  taken: 'answer',
  reassembly: new ChannelReassembly(MOST_READ),
  hasLongNames: false,
  offered: new Set(),
});
const other = { client: 'host', host: 'client' } as const;
const verdicts = { pass: 'pass', answer: 'take', read: 'take', drop: 'drop' } as const satisfies Record<
  Place['last'],
  PduVerdict
>;

/** The clipboard of one session: what may be copied into it and out of it, and whether files may. */
export class Clipboard {
  readonly #granted: GrantedChannels;
  readonly #places: Readonly<Record<Side, Place>> = { client: newPlace(), host: newPlace() };
  constructor(granted: GrantedChannels) {
    this.#granted = granted;
  }
  /** A data unit of one side, by its first octets. @throws DecodeError over one that may not be */
  verdict(from: Side, userData: Uint8Array): PduVerdict {
    const r = new ByteReader(userData);
    u32.read(r);
    const flags = u32.read(r);
    if ((flags & channelFlag.compressed) !== 0) throw new DecodeError('a compressed chunk, which nobody agreed to', 0);
    const place = this.#places[from];
    const isFirst = (flags & channelFlag.first) !== 0;
    // The first chunk tells what the message is: one that does not would let the next ones pass.
    if (isFirst) place.last = this.#beginning(from, u16.read(r));
    const { last } = place;
    if (last === 'answer' || last === 'read') place.taken = last;
    if ((flags & channelFlag.last) !== 0) place.last = 'drop';
    return !isFirst && last === 'answer' ? 'drop' : verdicts[last];
  }
  #beginning(from: Side, msgType: number): Place['last'] {
    const hasFiles = this.#granted.includes('clipboard-files');
    const move = moves[msgType];
    if (move) {
      const isInto = (from === 'client') !== move.isAsked;
      const way = this.#granted.includes(isInto ? 'clipboard-in' : 'clipboard-out');
      if (!way || (move.what === 'files' && !hasFiles)) return answers[msgType] ? 'answer' : 'drop';
    }
    return !hasFiles && readWithoutFiles.has(msgType) ? 'read' : 'pass';
  }
  /** What becomes of a data unit that was taken. @throws DecodeError */
  take(from: Side, userData: Uint8Array): ClipboardTaken {
    const { flags, chunk } = decode(channelPdu, userData);
    const { taken, reassembly } = this.#places[from];
    const chunks = (whole: Uint8Array) => channelChunks(whole, undefined, flags & channelFlag.showProtocol);
    if (taken === 'answer') return { back: chunks(refusal(chunk)), on: [] };
    const received = reassembly.receive(userData);
    if (received.kind === 'refused') throw new DecodeError(received.sentence, 0);
    if (received.kind !== 'message') return { back: [], on: [] };
    const said = this.#read(from, received.message);
    return said ? { back: [], on: chunks(said) } : { back: chunks(refusal(received.message)), on: [] };
  }
  /** The message as the other side is to see it; undefined: not at all. */
  #read(from: Side, whole: Uint8Array): Uint8Array | undefined {
    const r = new ByteReader(whole);
    const { msgType, msgFlags, dataLen } = header.read(r);
    const body = r.bytes(dataLen);
    const [place, asked] = [this.#places[from], this.#places[other[from]]];
    switch (msgType) {
      case message.capabilities:
        place.hasLongNames = takesLongNames(body);
        return whole;
      case message.formatDataRequest:
        return asked.offered.has(u32.read(new ByteReader(body))) ? whole : undefined;
      default: {
        const short = (msgFlags & ASCII_NAMES) === 0 ? 'short' : 'short-ascii';
        const kept = withoutFiles(body, place.hasLongNames && asked.hasLongNames ? 'long' : short);
        place.offered = kept.ids;
        return written(msgType, msgFlags, kept.body);
      }
    }
  }
}
function written(msgType: number, msgFlags: number, body: Uint8Array): Uint8Array {
  return new Uint8Array([...encode(header, { msgType, msgFlags, dataLen: body.length }), ...body]);
}
/** What is said to whoever sent a message that goes nowhere. */
function refusal(whole: Uint8Array): Uint8Array {
  const { msgType } = header.read(new ByteReader(whole));
  const [type = 0, flags = FAIL] = answers[msgType] ?? [];
  const streamId = msgType === message.fileContentsRequest ? whole.slice(HEADER, HEADER + STREAM_ID) : new Uint8Array();
  return written(type, flags, streamId);
}

import { record, u8, u16, u32 } from '../rdp/record.ts';
import { channelFlag, channelPdu } from '../rdp/virtual-channel.ts';
import { decode, encode } from '../wire/codec.ts';
import { ByteReader, ByteWriter, DecodeError } from '../wire/cursor.ts';
import { allowsDynamic, type GrantedChannels, INPUT_CHANNEL } from './channel-policy.ts';
import type { PduVerdict } from './pdu-stream.ts';

/** Cmd of a dynamic channel's PDU, [MS-RDPEDYC] 2.2. */
const command = {
  create: 1,
  dataFirst: 2,
  data: 3,
  close: 4,
  capabilities: 5,
  dataFirstCompressed: 6,
  dataCompressed: 7,
} as const;
const dataCommands: ReadonlySet<number> = new Set([
  ...[command.dataFirst, command.data, command.dataFirstCompressed, command.dataCompressed],
]);
/** Octets of the id by cbChId. */
const idCodecs = [u8, u16, u32] as const;
/** STATUS_UNSUCCESSFUL: what a client answers that has no such channel. */
const UNSUCCESSFUL = 0xc000_0001;
const creation = record({ status: u32 });
const CHUNK_HEADER = 8;
const FLAGS = 4;
/** Octets of user data that tell: chunk header, header, the longest id. */
export const DYNAMIC_HEAD = CHUNK_HEADER + 1 + 4;
const MOST_NAME = 255;
/** Channels that are open at once. */
const MOST_CHANNELS = 4096;

/** Undefined where it is not there. */
function readId(r: ByteReader, header: number): number | undefined {
  const codec = idCodecs[header & 3];
  return codec && 1 << (header & 3) <= r.left ? codec.read(r) : undefined;
}
function littleEndian(octets: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + (octets[at + i] ?? 0);
  return value;
}
/** The same in a chunk. */
function idIn(userData: Uint8Array, header: number): number | undefined {
  const size = 1 << (header & 3);
  if (!idCodecs[header & 3] || userData.length < CHUNK_HEADER + 1 + size) return undefined;
  return littleEndian(userData, CHUNK_HEADER + 1, size);
}
/** What a chunk of the channel holds, as far as its first octets tell. */
function headOf(userData: Uint8Array): { readonly flags: number; readonly header: number; readonly id: number | undefined } {
  // Every picture comes by here, so it is read where it lies.
  if (userData.length < CHUNK_HEADER) throw new DecodeError('a chunk without its header', 0);
  const flags = littleEndian(userData, FLAGS, 4);
  const header = userData[CHUNK_HEADER];
  // What the message is would come in a chunk that is not looked at.
  if (header === undefined && (flags & channelFlag.first) !== 0) throw new DecodeError('a message that begins with nothing', 0);
  return { flags, header: header ?? 0, id: idIn(userData, header ?? 0) };
}

/** The dynamic channels of one session: which the host may open, and which of them are open. */
export class DynamicChannels {
  readonly #granted: GrantedChannels;
  readonly #denied = new Set<number>();
  readonly #input = new Set<number>();
  /** The rest of a message whose beginning went nowhere goes nowhere either. */
  #last: PduVerdict = 'drop';
  #lastOfClient: PduVerdict = 'drop';
  constructor(granted: GrantedChannels) {
    this.#granted = granted;
  }
  /** A data unit from the host, by its first octets. @throws DecodeError over one that may not be */
  fromHost(userData: Uint8Array): PduVerdict {
    const { flags, header, id } = this.#read(userData);
    if ((flags & channelFlag.first) !== 0) this.#last = this.#beginning(header, id);
    const verdict = this.#last;
    // Chunks of no message are nobody's: who gets one may take it for a beginning.
    if ((flags & channelFlag.last) !== 0) this.#last = 'drop';
    return verdict;
  }
  #beginning(header: number, id: number | undefined): PduVerdict {
    const cmd = header >> 4;
    if (cmd === command.capabilities) return 'pass';
    if (cmd === command.create) return 'take';
    if (dataCommands.has(cmd) || cmd === command.close) return id !== undefined && this.#denied.has(id) ? 'drop' : 'pass';
    // Soft-Sync would move channels to UDP, which goes around the gateway.
    return 'drop';
  }
  /** The same from the client. */
  fromClient(userData: Uint8Array, mayType: boolean): PduVerdict {
    const { flags, header, id } = this.#read(userData);
    if ((flags & channelFlag.first) !== 0) {
      const isData = dataCommands.has(header >> 4);
      // The rest of the id would come unread, and with it what is typed.
      if (isData && id === undefined) throw new DecodeError('data of a dynamic channel without an id', 0);
      this.#lastOfClient = isData && id !== undefined && this.#input.has(id) && !mayType ? 'drop' : 'pass';
    }
    const verdict = this.#lastOfClient;
    if ((flags & channelFlag.last) !== 0) this.#lastOfClient = 'drop';
    return verdict;
  }
  #read(userData: Uint8Array) {
    const head = headOf(userData);
    if ((head.flags & channelFlag.compressed) !== 0) throw new DecodeError('a compressed chunk, which nobody agreed to', 0);
    return head;
  }
  /** A host's request to open a channel. @returns the answer to it where it is denied; undefined: the client is to answer */
  create(userData: Uint8Array): Uint8Array | undefined {
    const { flags, chunk } = decode(channelPdu, userData);
    if ((flags & channelFlag.last) === 0) throw new DecodeError('a request for a channel in several chunks', 0);
    const r = new ByteReader(chunk);
    const header = r.u8();
    const id = readId(r, header);
    if (id === undefined) throw new DecodeError('a dynamic channel without an id', 0);
    const octets = r.bytes();
    const end = octets.indexOf(0);
    if (end < 0 || MOST_NAME < end) throw new DecodeError('a name of a channel without an end', 0);
    const name = String.fromCharCode(...octets.subarray(0, end));
    for (const set of [this.#denied, this.#input]) {
      set.delete(id);
      if (MOST_CHANNELS <= set.size) throw new DecodeError('too many dynamic channels', 0);
    }
    if (allowsDynamic(this.#granted, name)) {
      if (name === INPUT_CHANNEL) this.#input.add(id);
      return undefined;
    }
    this.#denied.add(id);
    return refusedCreation(header, id);
  }
}
/** DYNVC_CREATE_RSP, 2.2.2.2, as a chunk. */
function refusedCreation(header: number, id: number): Uint8Array {
  const w = new ByteWriter();
  w.u8((command.create << 4) | (header & 3));
  idCodecs[header & 3]?.write(w, id);
  creation.write(w, { status: UNSUCCESSFUL });
  const chunk = w.finish();
  return encode(channelPdu, { length: chunk.length, flags: channelFlag.first | channelFlag.last, chunk });
}

import { decode } from '../wire/codec.ts';
import { channelFlag, channelPdu } from './virtual-channel.ts';

/** What became of a chunk. A refusal leaves nothing open; the connection it came from is no longer to be trusted. */
export type Reassembled =
  | { readonly kind: 'message'; readonly message: Uint8Array }
  | { readonly kind: 'incomplete' }
  /** The server wants us to be silent on the channel, or to speak again; nothing else was in the PDU. */
  | { readonly kind: 'flow'; readonly suspended: boolean }
  | { readonly kind: 'refused'; readonly reason: ChannelRefusal; readonly sentence: string };
export type ChannelRefusal = 'compressed' | 'too-long' | 'out-of-sequence' | 'wrong-length';

const sentences: Readonly<Record<ChannelRefusal, string>> = {
  compressed: 'a chunk of the channel was compressed, which nobody here agreed to',
  'too-long': 'a message of the channel is longer than is taken here',
  'out-of-sequence': 'the chunks of the channel are not in sequence',
  'wrong-length': 'a message of the channel has not the length it announced',
};
/** Room taken at first, however long a message says that it will be. */
const FIRST_ROOM = 4096;

/** Puts the chunks of one static channel, in one direction, together again, [MS-RDPBCGR] 3.1.5.2.2.1. */
export class ChannelReassembly {
  readonly #most: number;
  #suspended = false;
  /** Octets announced, and the first `#have` of them; none open without a buffer. */
  #total = 0;
  #have = 0;
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  /** @param most octets of one message */
  constructor(most: number) {
    this.#most = most;
  }
  /** Whether the server wants silence on the channel. */
  get suspended(): boolean {
    return this.#suspended;
  }
  /** Octets held for a message that is not complete. */
  get held(): number {
    return this.#buffer?.length ?? 0;
  }
  /** @param userData of one MCS data unit on the channel; a message of one chunk shares its memory. @throws DecodeError without a header */
  receive(userData: Uint8Array): Reassembled {
    const { length, flags, chunk } = decode(channelPdu, userData);
    if ((flags & channelFlag.compressed) !== 0) return this.#refuse('compressed');
    if ((flags & (channelFlag.suspend | channelFlag.resume)) !== 0) {
      this.#suspended = (flags & channelFlag.resume) === 0;
      if (chunk.length === 0) return { kind: 'flow', suspended: this.#suspended };
    }
    const last = (flags & channelFlag.last) !== 0;
    if ((flags & channelFlag.first) !== 0) {
      if (this.#buffer) return this.#refuse('out-of-sequence');
      if (this.#most < length) return this.#refuse('too-long');
      if (last) return chunk.length === length ? { kind: 'message', message: chunk } : this.#refuse('wrong-length');
      this.#total = length;
      this.#have = 0;
      this.#buffer = new Uint8Array(Math.min(length, FIRST_ROOM));
    }
    if (!this.#buffer) return this.#refuse('out-of-sequence');
    if (chunk.length === 0 && !last) return this.#refuse('out-of-sequence');
    if (this.#total < this.#have + chunk.length) return this.#refuse('wrong-length');
    this.#append(this.#buffer, chunk);
    if (!last) return { kind: 'incomplete' };
    if (this.#have !== this.#total) return this.#refuse('wrong-length');
    const message = this.#buffer.subarray(0, this.#total);
    this.#buffer = undefined;
    return { kind: 'message', message };
  }
  #append(buffer: Uint8Array<ArrayBuffer>, chunk: Uint8Array): void {
    const needed = this.#have + chunk.length;
    let room = buffer;
    if (room.length < needed) {
      room = new Uint8Array(Math.min(Math.max(room.length * 2, needed), this.#total));
      room.set(buffer.subarray(0, this.#have));
    }
    room.set(chunk, this.#have);
    this.#have = needed;
    this.#buffer = room;
  }
  #refuse(reason: ChannelRefusal): Reassembled {
    this.#buffer = undefined;
    return { kind: 'refused', reason, sentence: sentences[reason] };
  }
}

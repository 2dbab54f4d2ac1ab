import { encode } from '../wire/codec.ts';
import { ByteWriter } from '../wire/cursor.ts';
import { ChannelReassembly, type Reassembled } from './channel-reassembly.ts';
import { domainFrame } from './mcs-domain.ts';
import { HIGH_PRIORITY } from './mcs-send-data.ts';
import { CHANNEL_CHUNK_LENGTH } from './session-capabilities.ts';
import { channelFlag, channelPdu } from './virtual-channel.ts';

/** Which way a message goes: clients request, servers indicate. */
export type SendKind = 'send-data-request' | 'send-data-indication';
export interface ChannelSend {
  readonly kind: SendKind;
  readonly initiator: number;
  readonly channelId: number;
  /** Octets of a chunk; as the server's Virtual Channel capability says, otherwise 1600. */
  readonly chunkLength?: number;
  /** Flags besides FIRST and LAST; `showProtocol` for channels made with it. */
  readonly flags?: number;
}
/** A message as the user data of its chunks, headers and all. */
export function channelChunks(message: Uint8Array, chunkLength = CHANNEL_CHUNK_LENGTH, flags = 0): readonly Uint8Array[] {
  const count = Math.max(1, Math.ceil(message.length / chunkLength));
  return Array.from({ length: count }, (_, i) => {
    const ends = (i === 0 ? channelFlag.first : 0) | (i === count - 1 ? channelFlag.last : 0);
    const chunk = message.subarray(i * chunkLength, (i + 1) * chunkLength);
    return encode(channelPdu, { length: message.length, flags: (flags | ends) >>> 0, chunk });
  });
}
/**
 * All MCS PDUs of one message in one piece, to be written at once: chunks written one by one wait for each other's acknowledgement
 * (Nagle), 40 ms and more for every message over a chunk.
 */
export function channelMessage(message: Uint8Array, { kind, initiator, channelId, chunkLength, flags }: ChannelSend): Uint8Array {
  const w = new ByteWriter();
  for (const userData of channelChunks(message, chunkLength, flags)) {
    domainFrame.write(w, { kind, initiator, channelId, priority: HIGH_PRIORITY, userData });
  }
  return w.end();
}

/** Octets of a message on a channel that nothing else was said of. */
export const MOST_MESSAGE = 0x10_0000;
export interface StaticChannel {
  readonly name: string;
  readonly id: number;
  /** Bound of a received message, octets. */
  readonly most?: number;
}
export type ChannelReceived = Reassembled & { readonly channel: StaticChannel };

/** The static channels of one side of one connection, by name and id. */
export class StaticChannels {
  readonly #channels: readonly (readonly [StaticChannel, ChannelReassembly])[];
  readonly #send: Omit<ChannelSend, 'channelId'>;
  constructor(channels: readonly StaticChannel[], send: Omit<ChannelSend, 'channelId'>) {
    this.#channels = channels.map((channel) => [channel, new ChannelReassembly(channel.most ?? MOST_MESSAGE)] as const);
    this.#send = send;
  }
  named(name: string): StaticChannel | undefined {
    return this.#channels.find(([channel]) => channel.name === name)?.[0];
  }
  /** The octets to write for a message. */
  send({ id }: StaticChannel, message: Uint8Array): Uint8Array {
    return channelMessage(message, { ...this.#send, channelId: id });
  }
  /** What a data unit brings; `undefined` when the channel is not one of these. @throws DecodeError */
  receive(channelId: number, userData: Uint8Array): ChannelReceived | undefined {
    const found = this.#channels.find(([{ id }]) => id === channelId);
    return found && { channel: found[0], ...found[1].receive(userData) };
  }
}

import { ChannelReassembly } from '../rdp/channel-reassembly.ts';
import { type ChannelSend, channelMessage } from '../rdp/channels.ts';
import type { Connected } from '../rdp/connection-sequence.ts';
import { refusal, type SessionRefusal } from '../rdp/session-refusal.ts';
import { DecodeError } from '../wire/cursor.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { ReaderCard } from './card-connections.ts';
import { DeviceRedirection, type DeviceRedirectionPorts } from './device-redirection.ts';
import { SmartCardReader, type SmartCardReaderPorts } from './smart-card-reader.ts';

const CHANNEL = 'rdpdr';
/** Octets of a message: a call sends the card 64 KiB at most, and other devices more. */
const MOST_MESSAGE = 0x2_0000;
const MOST_OF_OTHERS = 0x10_0000;
/** Messages that wait for a host that wants silence, and octets of them. */
const MOST_HELD = 512;
const MOST_HELD_OCTETS = 0x10_0000;
/** Milliseconds for one command: what takes longer never ends. */
const COMMAND = 20_000;

/** Takes messages for the card, and for the host. */
export interface OtherEnds {
  readonly toCard: (message: Uint8Array) => void;
  readonly toHost: (message: Uint8Array) => void;
}
/** Devices beside the card: they see the host's messages before the card does, and those of the card before the host does. */
export interface OtherDevices {
  /** @throws DecodeError */
  readonly fromHost: (message: Uint8Array) => void;
  readonly merged: (message: Uint8Array) => Uint8Array;
}

export interface CardChannelPorts
  extends Pick<DeviceRedirectionPorts, 'computerName' | 'events' | 'cardHandle'>,
    Pick<SmartCardReaderPorts, 'random' | 'after'> {
  readonly connected: Pick<Connected, 'agreed' | 'ids'> & { readonly session: Pick<Connected['session'], 'chunkLength'> };
  readonly card: ReaderCard;
  /** Whoever else has devices on the channel. */
  readonly others?: ((ends: OtherEnds) => OtherDevices) | undefined;
  /** Takes PDUs to be written, whole. It does not throw. */
  readonly write: (octets: Uint8Array) => void;
}

/** The device redirection channel of one connection, and the card at this end of it: data units in, PDUs out. */
export class CardChannel {
  readonly #id: number | undefined;
  readonly #reassembly: ChannelReassembly;
  readonly #reader: SmartCardReader;
  readonly #after: SmartCardReaderPorts['after'];
  readonly #redirection: DeviceRedirection;
  readonly #write: (octets: Uint8Array) => void;
  readonly #send: ChannelSend;
  readonly #others: OtherDevices | undefined;
  #chunkLength: number;
  /** What was to be said while the host wanted silence. */
  #held: Uint8Array[] = [];
  #heldOctets = 0;

  constructor({ connected, card, random, after, write, others, ...ports }: CardChannelPorts) {
    const { agreed, ids, session } = connected;
    this.#id = agreed.channels.find(({ name }) => name === CHANNEL)?.channelId;
    this.#chunkLength = session.chunkLength;
    this.#reassembly = new ChannelReassembly(others ? MOST_OF_OTHERS : MOST_MESSAGE);
    this.#send = { kind: 'send-data-request', initiator: ids.userId, channelId: this.#id ?? 0 };
    this.#write = write;
    const reader = new SmartCardReader({ card: inTime(card, after), random, after });
    this.#reader = reader;
    this.#after = after;
    this.#redirection = new DeviceRedirection({
      ...ports,
      reader,
      send: (message) => this.#say(this.#others?.merged(message) ?? message),
    });
    const toCard = (message: Uint8Array) => this.#redirection.receive(message);
    this.#others = others?.({ toCard, toHost: (message) => this.#say(message) });
  }
  /** Why there is no card on this connection. */
  get refusal(): SessionRefusal | undefined {
    return this.#id === undefined ? refusal('channel-denied', `the host denies the channel ${CHANNEL}`) : undefined;
  }
  /** Octets of a chunk, after the host has demanded another activation. */
  set chunkLength(chunkLength: number) {
    this.#chunkLength = chunkLength;
  }
  /** A data unit of some channel; what is refused ends the connection. */
  receive(channelId: number, userData: Uint8Array): SessionRefusal | undefined {
    if (channelId !== this.#id) return undefined;
    try {
      const received = this.#reassembly.receive(userData);
      if (received.kind === 'refused') return refusal('malformed', received.sentence, received.reason);
      if (received.kind === 'message') this.#message(received.message);
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e;
      return refusal('malformed', `the host sent a chunk that cannot be read: ${e.message}`);
    }
    if (!this.#reassembly.suspended) {
      this.#heldOctets = 0;
      for (const message of this.#held.splice(0)) this.#say(message);
    }
    if (this.#held.length < MOST_HELD && this.#heldOctets <= MOST_HELD_OCTETS) return undefined;
    return refusal('too-much', 'the host asks and does not want to be answered');
  }
  /** Another card takes the place of the one in the reader; the host hears of it where it waits for that. */
  exchange(card: ReaderCard): void {
    this.#reader.exchange(inTime(card, this.#after));
  }
  /** Nothing is said any more, and nobody waits any longer. */
  end(): void {
    this.#redirection.end();
    this.#held = [];
  }
  #message(message: Uint8Array): void {
    if (this.#others) this.#others.fromHost(message);
    else this.#redirection.receive(message);
  }
  #say(message: Uint8Array): void {
    if (this.#reassembly.suspended) {
      this.#held.push(message);
      this.#heldOctets += message.length;
    } else this.#write(channelMessage(message, { ...this.#send, chunkLength: this.#chunkLength }));
  }
}
/** A card that does not answer is as good as none: whoever waits for it waits no longer. */
function inTime(card: ReaderCard, after: SmartCardReaderPorts['after']): ReaderCard {
  return {
    answerToReset: card.answerToReset,
    reset: () => card.reset(),
    transmit: (apdu) =>
      new Promise((resolve, reject) => {
        const late = () => reject(new MayflyError('card-silent', `the card did not answer in ${COMMAND} ms`));
        const callOff = after(COMMAND, late);
        card.transmit(apdu).then(resolve, reject).finally(callOff);
      }),
  };
}

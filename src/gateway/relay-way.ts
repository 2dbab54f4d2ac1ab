import type { Duplex } from 'node:stream';
import { type PduReader, PduStream, type Rest } from './pdu-stream.ts';
import type { RelaySide } from './relay.ts';

export interface RelayWayPorts {
  readonly from: RelaySide;
  readonly to: Duplex;
  readonly reader: PduReader;
  readonly count: (octets: number) => void;
  /** The sender is gone, or said what nobody can go on from. */
  readonly ended: (cause: unknown) => void;
  /** The receiver does not read. */
  readonly unread: () => void;
}
/** Octets that may wait for a side besides what the other says: it asks and does not read the answers. */
const MOST_UNREAD = 0x40_0000;
/** Milliseconds for which PDUs of one side are looked at in one turn of the event loop: who pours small ones takes no time that is others'. */
const MOST_IN_TURN = 4;

/** One way of a relay: from one side's stream to the other's, with what is said on top put between PDUs. */
export class RelayWay {
  readonly #ports: RelayWayPorts;
  readonly #pdus: PduStream;
  #hasBegun = false;
  #isFeeding = false;
  #isOver = false;
  #spent = 0;
  /** What was to be said in the middle of a PDU. */
  #waiting: Uint8Array[] = [];
  #waitingOctets = 0;
  #finishing: Promise<boolean> | undefined;
  #isWhole: (isIt: boolean) => void = () => undefined;

  constructor(ports: RelayWayPorts) {
    this.#ports = ports;
    this.#pdus = new PduStream(ports.reader, ports.from.skip);
  }
  begin(): void {
    const { from, to, ended } = this.#ports;
    const { stream, held } = from;
    this.#hasBegun = true;
    stream.on('error', (cause) => this.#gone(cause));
    stream.on('end', this.#onEnd).on('close', this.#onEnd);
    to.on('drain', this.#onDrain);
    if (held.length > 0) this.#feed(held);
    stream.on('data', this.#feed);
    if (stream.destroyed || stream.readableEnded) ended(undefined);
    else if (!to.writableNeedDrain) stream.resume();
  }
  /** Octets for the receiver: what the sender said, or whole PDUs besides. */
  write(octets: Uint8Array): void {
    const { to, unread } = this.#ports;
    if (this.#isOver || to.destroyed) return;
    if (this.#isFeeding || this.#pdus.owed === 0) to.write(octets);
    else {
      this.#waiting.push(octets);
      this.#waitingOctets += octets.length;
    }
    if (MOST_UNREAD < to.writableLength + this.#waitingOctets) unread();
  }
  /** Nothing is listened to any more; the sender waits. @returns what of it is left */
  leave(): Rest {
    const { from, to } = this.#ports;
    this.#isOver = true;
    from.stream.off('data', this.#feed).off('end', this.#onEnd).off('close', this.#onEnd);
    to.off('drain', this.#onDrain);
    from.stream.pause();
    this.#isWhole(this.#pdus.owed === 0);
    const { held, skip = 0 } = from;
    return this.#hasBegun ? this.#pdus.rest : { held, skip };
  }
  /** Nothing new is passed on; resolves when the receiver has nothing but whole PDUs, or when it will not: with which of both. */
  whole(): Promise<boolean> {
    this.#finishing ??= new Promise((resolve) => {
      this.#isWhole = resolve;
      this.#pdus.end();
      if (this.#isOver || this.#pdus.owed === 0) this.leave();
    });
    return this.#finishing;
  }
  readonly #onEnd = () => this.#gone(undefined);
  #gone(cause: unknown): void {
    this.#isWhole(this.#pdus.owed === 0);
    if (!this.#isOver) this.#ports.ended(cause);
  }
  readonly #onDrain = () => {
    if (!this.#isOver) this.#ports.from.stream.resume();
  };
  readonly #nextTurn = () => {
    this.#spent = 0;
    if (!this.#isOver && !this.#ports.to.writableNeedDrain) this.#ports.from.stream.resume();
  };
  readonly #feed = (chunk: Uint8Array) => {
    if (this.#isOver) return;
    const { from, to, count, ended } = this.#ports;
    count(chunk.length);
    const began = performance.now();
    // What is told PDU by PDU leaves in one piece: one write for each costs more than all the rest.
    to.cork();
    this.#isFeeding = true;
    try {
      this.#pdus.feed(chunk);
    } catch (e) {
      ended(e);
    } finally {
      this.#isFeeding = false;
      to.uncork();
    }
    if (this.#pdus.owed === 0) this.#sayWhatWaits();
    // Chunks of one turn count together.
    this.#spent += performance.now() - began;
    if (to.writableNeedDrain || MOST_IN_TURN < this.#spent) from.stream.pause();
    if (MOST_IN_TURN < this.#spent) setImmediate(this.#nextTurn);
  };
  #sayWhatWaits(): void {
    this.#isWhole(true);
    this.#waitingOctets = 0;
    for (const octets of this.#waiting.splice(0)) this.write(octets);
  }
}

import type { Duplex } from 'node:stream';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type PduReader, PduStream } from './pdu-stream.ts';

/** One end of a relay: a stream under TLS, and what came on it before it was taken over. */
export interface RelaySide {
  readonly stream: Duplex;
  readonly held: Uint8Array;
}
export interface RelayPorts {
  readonly client: RelaySide;
  readonly host: RelaySide;
  readonly fromClient: PduReader;
  readonly fromHost: PduReader;
  /** One side is gone, or said what nobody can go on from; told once. */
  readonly ended: (side: 'client' | 'host', cause: unknown) => void;
}
/** Octets that may wait for a side besides what the other says: it asks and does not read the answers. */
const MOST_UNREAD = 0x40_0000;

/** Milliseconds for which PDUs of one side are looked at in one turn of the event loop: who pours small ones takes no time that is others'. */
const MOST_IN_TURN = 4;

/** Two connections made one. Who reads slowly slows down whoever sends; nothing is held without limit. */
export class Relay {
  readonly #ports: RelayPorts;
  #isOver = false;
  /** Octets that came from each side. */
  fromClient = 0;
  fromHost = 0;
  constructor(ports: RelayPorts) {
    this.#ports = ports;
  }
  begin(): void {
    const { client, host, fromClient, fromHost } = this.#ports;
    this.#join('client', client, host, fromClient, (octets) => {
      this.fromClient += octets;
    });
    this.#join('host', host, client, fromHost, (octets) => {
      this.fromHost += octets;
    });
  }
  toClient(octets: Uint8Array): void {
    const { stream } = this.#ports.client;
    this.#write(stream, octets);
    if (MOST_UNREAD < stream.writableLength) this.#end('client', new MayflyError('relay-unread', 'the client does not read'));
  }
  toHost(octets: Uint8Array): void {
    const { stream } = this.#ports.host;
    this.#write(stream, octets);
    if (MOST_UNREAD < stream.writableLength) this.#end('host', new MayflyError('relay-unread', 'the host does not read'));
  }
  /** Nothing is passed on any more. */
  end(): void {
    this.#isOver = true;
  }
  #join(side: 'client' | 'host', from: RelaySide, to: RelaySide, reader: PduReader, count: (octets: number) => void): void {
    const pdus = new PduStream(reader);
    let spent = 0;
    const nextTurn = () => {
      spent = 0;
      if (!to.stream.writableNeedDrain) from.stream.resume();
    };
    const feed = (chunk: Uint8Array) => {
      if (this.#isOver) return;
      count(chunk.length);
      const began = performance.now();
      // What is told PDU by PDU leaves in one piece: one write for each costs more than all the rest.
      to.stream.cork();
      try {
        pdus.feed(chunk);
      } catch (e) {
        this.#end(side, e);
      } finally {
        to.stream.uncork();
      }
      // Chunks of one turn count together.
      spent += performance.now() - began;
      if (to.stream.writableNeedDrain || MOST_IN_TURN < spent) from.stream.pause();
      if (MOST_IN_TURN < spent) setImmediate(nextTurn);
    };
    const gone = (cause?: unknown) => this.#end(side, cause);
    from.stream.on('error', gone);
    from.stream.on('end', () => gone());
    from.stream.on('close', () => gone());
    to.stream.on('drain', () => from.stream.resume());
    if (from.held.length > 0) feed(from.held);
    from.stream.on('data', feed);
    if (from.stream.destroyed || from.stream.readableEnded) gone();
    else if (!to.stream.writableNeedDrain) from.stream.resume();
  }
  #write(stream: Duplex, octets: Uint8Array): void {
    if (!this.#isOver && !stream.destroyed) stream.write(octets);
  }
  #end(side: 'client' | 'host', cause: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ports.ended(side, cause);
  }
}

import type { Duplex } from 'node:stream';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { PduReader, Rest } from './pdu-stream.ts';
import { RelayWay } from './relay-way.ts';

/** One end of a relay: a stream under TLS, and what came on it before it was taken over. */
export interface RelaySide extends Partial<Rest> {
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
const unread = (side: 'client' | 'host') => new MayflyError('relay-unread', `the ${side} does not read`);

/** Two connections made one. Who reads slowly slows down whoever sends; nothing is held without limit. */
export class Relay {
  readonly #ports: RelayPorts;
  readonly #up: RelayWay;
  readonly #down: RelayWay;
  #isOver = false;
  /** Octets that came from each side. */
  fromClient = 0;
  fromHost = 0;
  constructor(ports: RelayPorts) {
    this.#ports = ports;
    const { client, host, fromClient, fromHost } = ports;
    this.#up = new RelayWay({
      ...{ from: client, to: host.stream, reader: fromClient },
      count: (octets) => {
        this.fromClient += octets;
      },
      ended: (cause) => this.#end('client', cause),
      unread: () => this.#end('host', unread('host')),
    });
    this.#down = new RelayWay({
      ...{ from: host, to: client.stream, reader: fromHost },
      count: (octets) => {
        this.fromHost += octets;
      },
      ended: (cause) => this.#end('host', cause),
      unread: () => this.#end('client', unread('client')),
    });
  }
  begin(): void {
    this.#up.begin();
    this.#down.begin();
  }
  toClient(octets: Uint8Array): void {
    this.#down.write(octets);
  }
  toHost(octets: Uint8Array): void {
    this.#up.write(octets);
  }
  /** The client is left alone, and has been told whole PDUs if it can be: whether that is so. The host may still end one that it has begun. */
  async leaveClient(patience: Promise<unknown>): Promise<Rest & { readonly isWhole: boolean }> {
    this.#isOver = true;
    const rest = this.#up.leave();
    const isWhole = await Promise.race([this.#down.whole(), patience.then(() => false)]);
    this.#down.leave();
    return { ...rest, isWhole };
  }
  #end(side: 'client' | 'host', cause: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#up.leave();
    if (side === 'host') this.#down.leave();
    else void this.#down.whole();
    this.#ports.ended(side, cause);
  }
}

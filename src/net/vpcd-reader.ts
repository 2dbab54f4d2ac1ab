import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { MayflyError } from '../wire/mayfly-error.ts';

/** What sits in the reader. */
export interface ReaderCard {
  readonly answerToReset: Uint8Array;
  transmit(apdu: Uint8Array): Promise<Uint8Array>;
  /** Powered off, powered on or reset: whoever had the card has let it go. */
  reset(): void;
}
export interface ReaderEvents {
  /** The reader has asked for the card's answer to reset: it is in. */
  readonly attached: () => void;
  /** The connection is gone, or there was none, and it will be tried again; `reason` is one clause, told when it is another. */
  readonly detached: (reason: string) => void;
}
/** One octet from the reader is one of these, not an APDU (vsmartcard, vpcd). */
const CONTROL = { powerOff: 0, powerOn: 1, reset: 2, answerToReset: 4 } as const;
const HEADER = 2;
/** Milliseconds: between attempts, until a connection stands, and until a reader that says nothing is given up on. */
export interface ReaderTiming {
  readonly pause: number;
  readonly connect: number;
  readonly silence: number;
}
const usual: ReaderTiming = { pause: 500, connect: 5000, silence: 15_000 };

export interface ReaderAddress {
  readonly host: string;
  readonly port: number;
  readonly timing?: ReaderTiming;
}
/** One clause; where several addresses were tried, each failure is named, for the error around them says nothing. */
function reasonOf(e: unknown): string {
  if (e instanceof AggregateError) return e.errors.map(reasonOf).join(', ');
  return e instanceof Error ? e.message : 'unknown cause';
}

/** The card's side of vpcd's protocol: a TCP connection, each message behind its length in two octets, big-endian. */
export class VpcdReader {
  readonly #host: string;
  readonly #port: number;
  readonly #timing: ReaderTiming;
  readonly #card: ReaderCard;
  readonly #events: ReaderEvents;
  readonly #stopped = new AbortController();
  #socket: Socket | undefined;
  /** Whether any reader has asked for the card yet. */
  wasAttached = false;
  /** Why the card was out of the reader, as told last. */
  #told: string | undefined;

  constructor({ host, port, timing = usual }: ReaderAddress, card: ReaderCard, events: ReaderEvents) {
    this.#host = host;
    this.#port = port;
    this.#timing = timing;
    this.#card = card;
    this.#events = events;
  }
  /** Stays in the reader, through restarts of pcscd, until it is told to leave. */
  async stay(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const reason = await this.#once().then(() => 'the reader closed the connection', reasonOf);
      this.#card.reset();
      if (signal.aborted) return;
      if (reason !== this.#told) this.#events.detached(reason);
      this.#told = reason;
      await sleep(this.#timing.pause, undefined, { signal }).catch(() => undefined);
    }
  }
  /** Pulls the card. */
  leave(): void {
    this.#stopped.abort();
    this.#socket?.destroy();
  }
  async #once(): Promise<void> {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    this.#socket = socket;
    // Before it is connected, the time limit is that of connecting; afterwards pcscd asks for the ATR twice a second.
    const { connect: connecting, silence } = this.#timing;
    socket.setTimeout(connecting, () => socket.destroy(new MayflyError('reader-silent', 'the reader says nothing')));
    socket.once('connect', () => socket.setTimeout(silence));
    try {
      await this.#serve(socket);
    } finally {
      socket.destroy();
    }
  }
  async #serve(socket: Socket): Promise<void> {
    let isAttached = false;
    let held: Buffer = Buffer.alloc(0);
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      held = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
      // What a reader asked that has gone since is not worked off: nobody would get the answers.
      while (!socket.destroyed && held.length >= HEADER && held.length >= HEADER + held.readUInt16BE()) {
        const end = HEADER + held.readUInt16BE();
        const message = new Uint8Array(held.subarray(HEADER, end));
        held = held.subarray(end);
        const answer = message.length === 1 ? this.#control(message[0]) : await this.#card.transmit(message);
        if (!answer) continue;
        await this.#send(socket, answer);
        if (isAttached || message.length !== 1) continue;
        isAttached = true;
        this.wasAttached = true;
        this.#told = undefined;
        this.#events.attached();
      }
    }
  }
  #control(code: number | undefined): Uint8Array | undefined {
    if (code === CONTROL.answerToReset) return this.#card.answerToReset;
    if (code === CONTROL.powerOff || code === CONTROL.powerOn || code === CONTROL.reset) this.#card.reset();
    return undefined;
  }
  /** Length and body in one write: two would wait for each other's acknowledgement (Nagle), 40 ms an APDU. */
  async #send(socket: Socket, answer: Uint8Array): Promise<void> {
    const framed = Buffer.allocUnsafe(HEADER + answer.length);
    framed.writeUInt16BE(answer.length);
    framed.set(answer, HEADER);
    // Called when the answer is out and when the socket is closed or closes before: a reader that does not read is waited for.
    await new Promise<void>((resolve) => {
      socket.write(framed, () => resolve());
    });
  }
}

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ReaderCard, type ReaderTiming, VpcdReader } from '../../src/net/vpcd-reader.ts';

/** A message behind its length, as vpcd frames it. */
export const message = (...octets: readonly number[]): Buffer =>
  Buffer.from([octets.length >> 8, octets.length & 0xff, ...octets]);
export const powerOff: Buffer = message(0);
export const powerOn: Buffer = message(1);
export const reset: Buffer = message(2);
export const answerToReset: Buffer = message(4);

export interface Connection {
  readonly socket: Socket;
  /** What the card's side has written, one entry per read of ours. */
  readonly chunks: readonly Buffer[];
  /** The next whole message; waits for it. */
  readonly next: () => Promise<Buffer>;
  readonly closed: Promise<void>;
}
function connection(socket: Socket): Connection {
  const chunks: Buffer[] = [];
  let held = Buffer.alloc(0);
  let woken: () => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    held = Buffer.concat([held, chunk]);
    woken();
  });
  socket.on('error', () => undefined);
  // Not by `once`, which would report an error that came before.
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      woken();
      resolve();
    });
  });
  const next = async () => {
    for (;;) {
      if (held.length >= 2 && held.length >= 2 + held.readUInt16BE()) {
        const end = 2 + held.readUInt16BE();
        const whole = held.subarray(2, end);
        held = held.subarray(end);
        return whole;
      }
      if (socket.destroyed) throw new Error('closed before a whole message came');
      await new Promise<void>((resolve) => {
        woken = resolve;
      });
    }
  };
  return { socket, chunks, next, closed };
}
/** pcscd's side of vpcd, by hand: it listens, and the card comes to it. */
export class ScriptedReader {
  readonly #server: Server;
  readonly #waiting: ((c: Connection) => void)[] = [];
  readonly #come: Connection[] = [];
  connections = 0;
  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.connections++;
      const c = connection(socket);
      const waiter = this.#waiting.shift();
      if (waiter) waiter(c);
      else this.#come.push(c);
    });
  }
  static async listen(port = 0): Promise<ScriptedReader> {
    const server = createServer({ noDelay: true });
    const listening = () =>
      new Promise<Error | undefined>((resolve) => {
        server.once('error', resolve).listen(port, '127.0.0.1', () => resolve(undefined));
      });
    // A port that was free may be another connection's for a moment.
    for (let failure = await listening(), tries = 1; failure !== undefined; failure = await listening(), tries++) {
      if (tries === 100) throw failure;
      await sleep(100);
    }
    return new ScriptedReader(server);
  }
  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return address.port;
  }
  /** The next connection of a card. */
  async accept(): Promise<Connection> {
    const [first] = this.#come.splice(0, 1);
    if (first) return first;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }
}

/** A card that tells back what it was sent, `90 00` behind it. */
export function echoCard(): ReaderCard & { readonly sent: Uint8Array[]; resets: number } {
  const sent: Uint8Array[] = [];
  return {
    sent,
    resets: 0,
    answerToReset: Uint8Array.of(0x3b, 0x80, 0x80, 0x01, 0x01),
    transmit: async (apdu) => {
      sent.push(apdu);
      return Uint8Array.of(...apdu.subarray(0, 200), 0x90, 0x00);
    },
    reset() {
      this.resets++;
    },
  };
}
export interface Inserted {
  readonly reader: VpcdReader;
  readonly events: string[];
  /** Resolves when `stay` has. */
  readonly left: Promise<void>;
}
/** Back quickly, so that tests are quick; patient with a busy machine. */
export const quick: ReaderTiming = { pause: 20, connect: 60_000, silence: 60_000 };
export const impatient: ReaderTiming = { ...quick, silence: 300 };
export function insert(card: ReaderCard, port: number, host = '127.0.0.1', timing = quick): Inserted {
  const events: string[] = [];
  const reader = new VpcdReader({ host, port, timing }, card, {
    attached: () => events.push('attached'),
    detached: (reason) => events.push(`detached: ${reason}`),
  });
  return { reader, events, left: reader.stay() };
}

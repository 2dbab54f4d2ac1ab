import { connect, type Socket } from 'node:net';
import { ByteReader, ByteWriter } from '../../src/wire/cursor.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';

/** Commands of the socket that xrdp's channel server opens in the session for programs that want a card: a protocol of its own. */
const command = {
  establishContext: 1,
  releaseContext: 2,
  listReaders: 3,
  connect: 4,
  disconnect: 6,
  beginTransaction: 7,
  endTransaction: 8,
  transmit: 9,
  control: 10,
  status: 11,
  getStatusChange: 12,
  cancel: 13,
} as const;
const NAME = 100;
const ATR = 36;
const HEADER = 8;
const MOST_BODY = 0x1_0000;
const PATIENCE_MS = 60_000;

/** What programs see of a reader. */
export interface ReaderSeen {
  readonly current: number;
  readonly event: number;
  readonly atr: Uint8Array;
}
export interface CardSeen {
  readonly reader: string;
  readonly state: number;
  readonly protocol: number;
  readonly atr: Uint8Array;
}
interface Waiter {
  readonly code: number;
  readonly resolve: (body: ByteReader) => void;
  readonly reject: (error: Error) => void;
}
const words = (...values: readonly number[]): Uint8Array => {
  const w = new ByteWriter();
  for (const value of values) w.u32(value >>> 0, true);
  return w.finish();
};
const named = (name: string) => {
  const field = new Uint8Array(NAME);
  field.set(new TextEncoder().encode(name).subarray(0, NAME - 1));
  return field;
};
const text = (field: Uint8Array) => new TextDecoder('latin1').decode(field).replace(/\0.*$/s, '');
const atrOf = (r: ByteReader, length: number) => r.bytes(ATR).subarray(0, Math.min(length, ATR));

/**
 * A program in an xrdp session that uses the card at the other end of the RDP connection. The status that the channel server hands on is
 * that of the I/O completion: what the card service said is told by data that is there or is not.
 */
export class ChansrvSocket {
  readonly #socket: Socket;
  readonly #waiters: Waiter[] = [];
  #held: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const { reject } of this.#waiters.splice(0))
        reject(new MayflyError('lab-chansrv', 'the channel server closed its socket'));
    });
  }
  static connect(path: string): Promise<ChansrvSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new ChansrvSocket(socket));
      });
    });
  }
  close(): void {
    this.#socket.destroy();
  }
  async establishContext(scope = 2): Promise<number> {
    return (await this.#call(command.establishContext, [words(scope)])).u32(true);
  }
  async releaseContext(context: number): Promise<void> {
    await this.#call(command.releaseContext, [words(context)]);
  }
  async listReaders(context: number): Promise<readonly string[]> {
    const r = await this.#call(command.listReaders, [words(context, 0, 8192)]);
    r.u32(true); // octets of the multi-string that it made of this
    return Array.from({ length: Math.min(r.u32(true), 16) }, () => text(r.bytes(NAME)));
  }
  /** Shared, T=0 or T=1. */
  async connect(context: number, reader: string): Promise<{ readonly card: number; readonly protocol: number }> {
    const r = await this.#call(command.connect, [words(context), named(reader), words(2, 3)]);
    return { card: r.u32(true), protocol: r.u32(true) };
  }
  async disconnect(card: number, disposition = 0): Promise<void> {
    await this.#call(command.disconnect, [words(card, disposition)]);
  }
  async beginTransaction(card: number): Promise<void> {
    await this.#call(command.beginTransaction, [words(card)]);
  }
  async endTransaction(card: number, disposition = 0): Promise<void> {
    await this.#call(command.endTransaction, [words(card, disposition)]);
  }
  /** @param most octets of the answer, status word and all */
  async transmit(
    { card, protocol }: { readonly card: number; readonly protocol: number },
    apdu: Uint8Array,
    most = 258,
  ): Promise<Uint8Array> {
    const r = await this.#call(command.transmit, [words(card, protocol, 8, 0, apdu.length), apdu, words(0, 0, 0, most)]);
    r.u32(true); // protocol
    r.u32(true); // octets of its control information
    r.bytes(r.u32(true));
    return r.bytes(r.u32(true));
  }
  async control(card: number, code: number, input: Uint8Array): Promise<Uint8Array> {
    const r = await this.#call(command.control, [words(card, code, input.length), input, words(256)]);
    return r.bytes(r.u32(true));
  }
  async status(card: number): Promise<CardSeen> {
    const r = await this.#call(command.status, [words(card, NAME, ATR)]);
    const reader = text(r.bytes(r.u32(true)));
    const [state, protocol, length] = [r.u32(true), r.u32(true), r.u32(true)];
    return { reader, state, protocol, atr: r.bytes(length) };
  }
  /** @param timeout milliseconds; -1 never ends by itself */
  async getStatusChange(context: number, timeout: number, reader: string, current: number): Promise<readonly ReaderSeen[]> {
    const state = [named(reader), words(current, 0, 0), new Uint8Array(ATR)];
    const patience = timeout < 0 ? undefined : timeout + PATIENCE_MS;
    const r = await this.#call(command.getStatusChange, [words(context, timeout, 1), ...state], patience);
    return Array.from({ length: Math.min(r.u32(true), 16) }, () => {
      const [seen, event, length] = [r.u32(true), r.u32(true), r.u32(true)];
      return { current: seen, event, atr: atrOf(r, length) };
    });
  }
  async cancel(context: number): Promise<void> {
    await this.#call(command.cancel, [words(context)]);
  }
  #call(code: number, body: readonly Uint8Array[], patience: number | undefined = PATIENCE_MS): Promise<ByteReader> {
    const length = body.reduce((sum, part) => sum + part.length, 0);
    return new Promise((resolve, reject) => {
      const late = () => waiter.reject(new MayflyError('lab-chansrv', `command ${code} was not answered in ${patience} ms`));
      const timer = patience === undefined ? undefined : setTimeout(late, patience);
      const waiter: Waiter = {
        code,
        resolve: (r) => {
          clearTimeout(timer);
          resolve(r);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#waiters.push(waiter);
      this.#socket.write(Buffer.concat([words(length, code), ...body]));
    });
  }
  #take(chunk: Buffer): void {
    this.#held = Buffer.concat([this.#held, chunk]);
    while (this.#held.length >= HEADER) {
      const length = this.#held.readUInt32LE(0);
      if (MOST_BODY < length) {
        this.#socket.destroy();
        return;
      }
      if (this.#held.length < HEADER + length) return;
      const code = this.#held.readUInt32LE(4);
      const body = new Uint8Array(this.#held.subarray(HEADER, HEADER + length));
      this.#held = this.#held.subarray(HEADER + length);
      const at = this.#waiters.findIndex((waiter) => waiter.code === code);
      const [waiter] = at < 0 ? [] : this.#waiters.splice(at, 1);
      waiter?.resolve(new ByteReader(body));
    }
  }
}

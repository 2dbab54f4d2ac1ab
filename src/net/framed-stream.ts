import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Frame } from '../wire/conversation.ts';
import { DecodeError } from '../wire/cursor.ts';
import { MayflyError } from '../wire/mayfly-error.ts';

/** Words for the errors of one protocol: `rdp` makes `rdp-timeout`, `rdp-closed`. */
export interface StreamSettings {
  readonly protocol: string;
  /** Who is at the other end, for messages. */
  readonly peer: string;
  /** Milliseconds that one unit may take to come, and one write to leave. */
  readonly patience: number;
}
/** Octets that are held for units nobody has asked for yet; then the peer waits. */
const MOST_HELD = 0x4_0000;
/** Units that are given in one turn of the event loop: a peer that pours small ones takes no time that is others'. */
const MOST_IN_TURN = 64;

/** Octets that came and were not taken. Room is doubled, so that a peer that drips costs no more than one that pours. */
class Held {
  #room = new Uint8Array(1024);
  #start = 0;
  #end = 0;
  get octets(): Uint8Array {
    return this.#room.subarray(this.#start, this.#end);
  }
  put(chunk: Uint8Array): void {
    if (this.#room.length < this.#end + chunk.length) {
      const { octets } = this;
      const needed = octets.length + chunk.length;
      const room = needed * 2 <= this.#room.length ? this.#room : new Uint8Array(needed * 2);
      room.set(octets);
      this.#room = room;
      this.#start = 0;
      this.#end = octets.length;
    }
    this.#room.set(chunk, this.#end);
    this.#end += chunk.length;
  }
  /** Copied: what is handed out is its taker's. */
  take(length: number): Uint8Array {
    const unit = this.#room.slice(this.#start, this.#start + length);
    this.#start += length;
    if (this.#start === this.#end) {
      this.#start = 0;
      this.#end = 0;
    }
    return unit;
  }
}

/** A byte stream read in units, one asker at a time. Whatever the peer does, a wait ends, and nothing is held without limit. */
export class FramedStream {
  readonly #stream: Duplex;
  readonly #settings: StreamSettings;
  readonly #held = new Held();
  #failure: MayflyError | undefined;
  #givenInTurn = 0;
  #wake: () => void = () => undefined;
  readonly #onData = (chunk: Buffer) => {
    this.#held.put(chunk);
    if (MOST_HELD < this.#held.octets.length) this.#stream.pause();
    this.#wake();
  };
  readonly #onError = (cause: unknown) => this.#fail('closed', 'the connection broke', cause);
  readonly #onEnd = () => this.#fail('closed', 'the peer closed the connection');

  /** @param held what came on it before */
  constructor(stream: Duplex, settings: StreamSettings, held?: Uint8Array) {
    this.#stream = stream;
    this.#settings = settings;
    if (held) this.#held.put(held);
    stream.on('data', this.#onData).on('error', this.#onError).on('end', this.#onEnd).on('close', this.#onEnd);
  }
  #error(code: string, what: string, cause?: unknown): MayflyError {
    const { protocol, peer } = this.#settings;
    return new MayflyError(`${protocol}-${code}`, `${peer}: ${what}`, cause === undefined ? {} : { cause });
  }
  #fail(code: string, what: string, cause?: unknown): void {
    this.#failure ??= this.#error(code, what, cause);
    this.#wake();
  }
  /** Resolves when the octets have left, so that a peer that does not read holds up its sender. */
  async send(bytes: Uint8Array): Promise<void> {
    if (this.#failure) throw this.#failure;
    if (this.#stream.write(bytes)) return;
    if (!(await this.#within(this.#drained()))) throw this.#error('timeout', 'what is sent to it is not read');
    if (this.#stream.destroyed) throw this.#failure ?? this.#error('closed', 'the connection is closed');
  }
  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#stream.off('drain', done).off('close', done);
        resolve();
      };
      this.#stream.on('drain', done).on('close', done);
    });
  }
  /**
   * The next unit.
   * @param silence milliseconds until its first octet, where that may be another time than the usual one, or any; it must be whole in the usual time
   * @throws MayflyError `…-closed`, `…-timeout`; DecodeError when the stream holds no such unit
   */
  async receive(frame: Frame, silence: number = this.#settings.patience): Promise<Uint8Array> {
    let until = performance.now() + silence;
    let isBegun = false;
    for (;;) {
      const { octets } = this.#held;
      if (!isBegun && octets.length > 0) {
        isBegun = true;
        until = Math.min(until, performance.now() + this.#settings.patience);
      }
      const length = isBegun ? frame(octets) : undefined;
      if (length !== undefined && length <= octets.length) {
        // Counted on while the peer makes us wait: what it sends may all come in one turn.
        if (MOST_IN_TURN <= ++this.#givenInTurn) await this.#nextTurn();
        return this.#take(length);
      }
      if (this.#failure) throw this.#failure;
      if (length !== undefined && MOST_HELD < length) throw new DecodeError(`unit of ${length} octets`, 0);
      this.#stream.resume();
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      if (!(await this.#within(woken, until - performance.now()))) throw this.#error('timeout', 'it did not answer in time');
    }
  }
  async #nextTurn(): Promise<void> {
    await nextTurn();
    this.#givenInTurn = 0;
  }
  #take(length: number): Uint8Array {
    const unit = this.#held.take(length);
    if (this.#held.octets.length <= MOST_HELD) this.#stream.resume();
    return unit;
  }
  async #within(work: Promise<void>, ms = this.#settings.patience): Promise<boolean> {
    if (ms === Number.POSITIVE_INFINITY) return work.then(() => true);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), Math.max(0, ms));
    });
    const inTime = await Promise.race([work.then(() => true as const), late]);
    clearTimeout(timer);
    return inTime;
  }
  /**
   * Gives the stream back, for TLS to go on with. Octets that came before it was asked for are none of TLS: a peer that sends them is
   * not the peer that answered (the injection of STARTTLS, CVE-2011-0411).
   */
  release(): Duplex {
    this.#leave();
    if (this.#held.octets.length > 0) throw this.#error('early', 'it sent octets between its answer and TLS');
    return this.#stream;
  }
  /** Gives the stream to whoever reads it as it comes, with what has come already; it is paused. */
  handOver(): { readonly stream: Duplex; readonly held: Uint8Array } {
    this.#leave();
    this.#stream.pause();
    return { stream: this.#stream, held: this.#held.take(this.#held.octets.length) };
  }
  #leave(): void {
    this.#stream.off('data', this.#onData).off('error', this.#onError).off('end', this.#onEnd).off('close', this.#onEnd);
  }
  close(): void {
    this.#stream.destroy();
  }
}

import type { ServerResponse } from 'node:http';
import { sessionError } from '../session/session-error.ts';

/** Streams at once, in all and of one caller. */
const MOST = 1000;
const MOST_PER_CALLER = 64;
/** Milliseconds between signs of life; octets that a reader may leave unread. */
const HEARTBEAT = 15_000;
const MOST_UNREAD = 65_536;

/** One open stream of server-sent events (HTML Living Standard 9.2). */
export class EventStream {
  readonly #raw: ServerResponse;
  readonly #heartbeat: NodeJS.Timeout;
  constructor(raw: ServerResponse, closed: () => void) {
    this.#raw = raw;
    this.#heartbeat = setInterval(() => this.#write(': \n\n'), HEARTBEAT);
    const leave = () => {
      clearInterval(this.#heartbeat);
      closed();
    };
    // A connection that broke off while its token was looked at has said so before.
    if (raw.destroyed) queueMicrotask(leave);
    else raw.on('close', leave);
  }
  send(event: string, data: string): void {
    this.#write(`event: ${event}\ndata: ${data}\n\n`);
  }
  #write(text: string): void {
    // Whoever does not read is not waited for.
    if (MOST_UNREAD < this.#raw.writableLength) this.#raw.destroy();
    else if (!this.#raw.writableEnded) this.#raw.write(text);
  }
  end(): void {
    clearInterval(this.#heartbeat);
    this.#raw.end();
  }
}
/** All of them: few enough to hold, and ended with the service. */
export class EventStreams {
  readonly #open = new Map<EventStream, string>();

  /** @throws MayflyError `too-many-requests` */
  admit(caller: string): void {
    const own = [...this.#open.values()].filter((of) => of === caller).length;
    if (MOST <= this.#open.size || MOST_PER_CALLER <= own) throw sessionError('too-many-requests');
  }
  open(caller: string, raw: ServerResponse, closed: () => void): EventStream {
    const stream = new EventStream(raw, () => {
      this.#open.delete(stream);
      closed();
    });
    this.#open.set(stream, caller);
    return stream;
  }
  endAll(): void {
    for (const stream of this.#open.keys()) stream.end();
  }
}

import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type SecureContext, TLSSocket } from 'node:tls';
import type { Conversation } from '../wire/conversation.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type Answers, converse } from './converse.ts';
import { FramedStream } from './framed-stream.ts';

export interface RdpGuestSettings {
  readonly secureContext: SecureContext;
  /** Milliseconds for each PDU, and for all of them until somebody takes the connection over. */
  readonly patience: number;
  readonly deadline: number;
}

/** One TCP connection of an RDP client, later under TLS: the other side of `RdpTransport`. Whatever the client does, it ends in time. */
export class RdpGuest {
  readonly address: string;
  readonly #settings: RdpGuestSettings;
  readonly #plain: Socket;
  readonly #timer: NodeJS.Timeout;
  #top: Socket;
  #stream: FramedStream;

  constructor(socket: Socket, settings: RdpGuestSettings) {
    this.#settings = settings;
    this.#plain = socket;
    this.#top = socket;
    this.address = socket.remoteAddress ?? '';
    socket.on('error', () => undefined);
    this.#stream = this.#framed(socket);
    this.#timer = setTimeout(() => this.close(), settings.deadline);
  }
  #framed(stream: Duplex, held?: Uint8Array): FramedStream {
    return new FramedStream(stream, { protocol: 'guest', peer: 'the client', patience: this.#settings.patience }, held);
  }
  /** @param silence milliseconds that the client may say nothing for */
  converse<T>(talk: Conversation<T>, silence?: number): Promise<T> {
    const answers: Answers = {
      send: ({ bytes }) => this.#stream.send(bytes).then(() => undefined),
      receive: ({ frame }) => this.#stream.receive(frame, silence),
      'start-tls': () => this.#startTls(),
    };
    return converse(talk, answers);
  }
  async #startTls(): Promise<Uint8Array> {
    this.#stream.release();
    const { secureContext } = this.#settings;
    const tls = new TLSSocket(this.#plain, { isServer: true, secureContext });
    tls.on('error', () => undefined);
    // Of a socket that no `tls.Server` made, Node tells here alone that TLS has broken, and leaves it open.
    tls.on('_tlsError', (e: Error) => tls.destroy(e));
    this.#top = tls;
    this.#stream = this.#framed(tls);
    await new Promise<void>((resolve, reject) => {
      const gone = () => reject(new MayflyError('guest-tls', 'the client did not come through TLS'));
      tls.once('secure', resolve).once('close', gone);
    });
    return new Uint8Array();
  }
  /** What is under TLS and what has come on it, for whoever takes it over; it may last from now on. */
  release(): { readonly stream: Duplex; readonly held: Uint8Array } {
    clearTimeout(this.#timer);
    return this.#stream.handOver();
  }
  /** From whoever took it over, with what that one did not read. */
  takeBack(held: Uint8Array): void {
    this.#stream = this.#framed(this.#top, held);
  }
  /** It is known, and may wait for longer. */
  stay(): void {
    clearTimeout(this.#timer);
  }
  onClose(f: () => void): void {
    if (this.#plain.destroyed) f();
    else this.#plain.once('close', f);
  }
  /** Sends the last there is to say, and closes when the client has closed, or after so many milliseconds. */
  async leave(last: Uint8Array, patience: number): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#top.destroyed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patience);
      this.#plain.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      this.#top.resume();
      this.#top.end(last);
    });
    this.close();
  }
  close(): void {
    clearTimeout(this.#timer);
    this.#top.destroy();
    this.#plain.destroy();
  }
}

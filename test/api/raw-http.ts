import { connect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { inTime } from '../in-time.ts';

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}
/** A socket on which anything may be written, and all that came back. */
export class RawHttp {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  #received = '';
  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#received += text;
    });
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()));
  }
  /** @param ca over TLS where it is given, PEM */
  static async open(port: number, ca?: string): Promise<RawHttp> {
    const options = { host: '127.0.0.1', port };
    const socket = ca === undefined ? connect(options) : tlsConnect({ ...options, ca });
    const raw = new RawHttp(socket);
    await new Promise((resolve, reject) => {
      socket.once(ca === undefined ? 'connect' : 'secureConnect', resolve);
      socket.once('error', reject);
    });
    return raw;
  }
  get received(): string {
    return this.#received;
  }
  /** Every answer so far, in order; interim ones too. */
  get answers(): readonly RawAnswer[] {
    const found: RawAnswer[] = [];
    let rest = this.#received;
    for (;;) {
      const [whole, status] = /^HTTP\/1\.1 (\d{3})[\s\S]*?\r\n\r\n/.exec(rest) ?? [];
      if (whole === undefined || status === undefined) return found;
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(whole)?.[1] ?? 0);
      found.push({ status: Number(status), head: whole, body: rest.slice(whole.length, whole.length + length) });
      rest = rest.slice(whole.length + length);
    }
  }
  write(text: string): void {
    this.socket.write(text, 'latin1');
  }
  end(): Promise<void> {
    this.socket.destroy();
    return this.closed;
  }
}
/** Writes all of it, and waits until the other side has closed. */
export async function sentRaw(port: number, text: string, ca?: string): Promise<readonly RawAnswer[]> {
  const raw = await RawHttp.open(port, ca);
  raw.write(text);
  await inTime(raw.closed, `the end of ${JSON.stringify(text.slice(0, 100))}`);
  return raw.answers;
}

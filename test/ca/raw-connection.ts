import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { LogonRequest } from '../../src/pki/issue.ts';
import { inTime } from '../in-time.ts';

/** The CA's protocol written by hand, so that nothing of the client stands between a forged request and the CA. */
export function tlv(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const length =
    body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Uint8Array.of(tag, ...length), body]);
}
export const utf8 = (text: string): Buffer => tlv(0x0c, Buffer.from(text));
export function integer(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeInt32BE(value);
  let start = 0;
  while (
    start < 3 &&
    ((octets[start] === 0 && (octets[start + 1] ?? 0) < 0x80) || (octets[start] === 0xff && (octets[start + 1] ?? 0) >= 0x80))
  )
    start++;
  return tlv(0x02, octets.subarray(start));
}
/** An `issue` request; `more` stands behind the last field that the protocol knows. */
export const issueRequest = (r: LogonRequest, ...more: readonly Uint8Array[]): Buffer =>
  tlv(
    0xa0,
    tlv(
      0x30,
      utf8(r.cardId),
      utf8(r.account),
      utf8(r.userPrincipalName),
      utf8(r.sid),
      tlv(0x04, r.subjectPublicKeyInfo),
      integer(r.lifetime),
      ...more,
    ),
  );
export const revokeRequest = (serialNumber: string, reason = 0): Buffer =>
  tlv(0xa1, tlv(0x30, tlv(0x04, Buffer.from(serialNumber, 'hex')), tlv(0x0a, Uint8Array.of(reason))));
export const crlRequest = (fresh: boolean): Buffer => tlv(0xa2, tlv(0x01, Uint8Array.of(fresh ? 0xff : 0)));
export const describeRequest: Buffer = tlv(0xa3, tlv(0x05));

export function framed(message: Uint8Array): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(message.length);
  return Buffer.concat([header, message]);
}
/** A reply by its outer tag: 0xa0 issued, 0xa1 revoked, 0xa2 crl, 0xa3 description, 0xa4 refused, 0xa5 failed. */
export interface RawReply {
  readonly tag: number;
  readonly bytes: Buffer;
  /** Printable runs, to look for a reason. */
  readonly text: string;
}
export class RawConnection {
  readonly socket: Socket;
  #held: Buffer = Buffer.alloc(0);
  #woken: () => void = () => undefined;
  #ended = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#held = Buffer.concat([this.#held, chunk]);
      this.#woken();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#ended = true;
      this.#woken();
    });
  }
  static async open(path: string): Promise<RawConnection> {
    const socket = connect(path);
    await inTime(once(socket, 'connect'), 'the CA to be reached');
    return new RawConnection(socket);
  }
  send(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }
  /** The next reply; `undefined` when the CA hung up. */
  reply(): Promise<RawReply | undefined> {
    return inTime(this.#next(), 'an answer of the CA');
  }
  async #next(): Promise<RawReply | undefined> {
    for (;;) {
      if (this.#held.length >= 4) {
        const length = this.#held.readUInt32BE();
        if (this.#held.length >= 4 + length) {
          const bytes = Buffer.from(this.#held.subarray(4, 4 + length));
          this.#held = this.#held.subarray(4 + length);
          return { tag: bytes[0] ?? 0, bytes, text: bytes.toString('latin1').replaceAll(/[^ -~]+/g, ' ') };
        }
      }
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#woken = resolve;
      });
    }
  }
  async ask(message: Uint8Array): Promise<RawReply | undefined> {
    this.send(framed(message));
    return this.reply();
  }
  /** Resolves when the CA has hung up. */
  async end(): Promise<void> {
    if (this.#ended) return;
    // Not by `once`, which would report an error that came before: being hung up on is one.
    const closed = new Promise<void>((resolve) => {
      this.socket.once('close', () => resolve());
    });
    await inTime(closed, 'the CA to hang up');
  }
  close(): void {
    this.socket.destroy();
  }
}

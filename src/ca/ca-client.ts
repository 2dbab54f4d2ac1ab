import { connect, type Socket } from 'node:net';
import type { LogonRequest } from '../pki/issue.ts';
import type { Fault } from '../pki/lint.ts';
import { decode, encode } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { fromHex, toHex } from '../wire/hex.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type RevocationReason, revocationReasons } from '../x509/crl.ts';
import {
  type CaDescription,
  type CaReply,
  type CaRequest,
  caReply,
  caRequest,
  LONGEST_REPLY,
  MESSAGE_PATIENCE,
  REPLY_PATIENCE,
} from './ca-protocol.ts';
import { frame, messages } from './message-stream.ts';

/** What was asked for, or the rules that stood against it. */
export type Asked<T> = { readonly ok: true; readonly reply: T } | { readonly ok: false; readonly refused: readonly Fault[] };
export interface IssuedCertificate {
  /** DER. */
  readonly certificate: Uint8Array;
  /** Lower-case hex. */
  readonly serialNumber: string;
  readonly notAfter: UnixSeconds;
}
type ReplyKind = Exclude<CaReply['kind'], 'refused' | 'failed'>;
type ReplyValue<K extends ReplyKind> = Extract<CaReply, { kind: K }>['value'];

/** Talks to one CA process over its socket; one question at a time. */
export class CaClient {
  readonly #socket: Socket;
  readonly #incoming: AsyncGenerator<Uint8Array, void, undefined>;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(socket: Socket) {
    this.#socket = socket;
    // An exchange reports the errors it meets; between exchanges the next one will.
    socket.on('error', () => undefined);
    this.#incoming = messages(socket, LONGEST_REPLY, MESSAGE_PATIENCE);
  }
  /** @throws MayflyError `ca-unreachable` */
  static async connect(path: string): Promise<CaClient> {
    const socket = connect(path);
    await new Promise<void>((resolve, reject) => {
      const next = 'start it with `mayfly ca serve`';
      socket.once('connect', resolve);
      // A process that hangs leaves callers waiting in the queue of its socket.
      socket.setTimeout(MESSAGE_PATIENCE, () => socket.destroy(new Error('it does not accept the connection')));
      socket.once('error', (cause) =>
        reject(new MayflyError('ca-unreachable', `no CA process answers on ${path}`, { cause, next })),
      );
    });
    socket.setTimeout(0);
    return new CaClient(socket);
  }
  /** False once the CA process has gone or has let its caller go: another connection is needed then. */
  get isOpen(): boolean {
    return this.#socket.readyState === 'open';
  }
  #ask<K extends ReplyKind>(request: CaRequest, kind: K): Promise<Asked<ReplyValue<K>>> {
    const work = this.#turn.then(() => this.#exchange(request, kind));
    this.#turn = work.catch(() => undefined);
    return work;
  }
  async #exchange<K extends ReplyKind>(request: CaRequest, kind: K): Promise<Asked<ReplyValue<K>>> {
    const timer = setTimeout(() => this.#socket.destroy(), REPLY_PATIENCE);
    try {
      this.#socket.write(frame(encode(caRequest, request)));
      const { value: message } = await this.#incoming.next();
      if (!message) throw new Error('end of stream');
      return opened(decode(caReply, message), kind);
    } catch (cause) {
      if (cause instanceof DecodeError)
        throw new MayflyError('ca-reply', 'the CA process answered something else than a reply', { cause });
      if (cause instanceof MayflyError) throw cause;
      const next = 'look at the output of `mayfly ca serve`';
      throw new MayflyError('ca-gone', 'the CA process closed the connection or did not answer in time', { cause, next });
    } finally {
      clearTimeout(timer);
    }
  }
  async issue(request: LogonRequest): Promise<Asked<IssuedCertificate>> {
    const asked = await this.#ask({ kind: 'issue', value: { ...request } }, 'issued');
    return asked.ok ? { ok: true, reply: { ...asked.reply, serialNumber: toHex(asked.reply.serialNumber) } } : asked;
  }
  /** @param serialNumber hex */
  revoke(serialNumber: string, reason: RevocationReason): Promise<Asked<{ readonly crlNumber: number }>> {
    return this.#ask(
      { kind: 'revoke', value: { serialNumber: fromHex(serialNumber), reason: revocationReasons[reason] } },
      'revoked',
    );
  }
  /** The CRL, DER; `fresh` makes a new one first. */
  async crl(fresh: boolean): Promise<Uint8Array> {
    return granted(await this.#ask({ kind: 'crl', value: fresh }, 'crl'));
  }
  async describe(): Promise<CaDescription> {
    return granted(await this.#ask({ kind: 'describe', value: null }, 'description'));
  }
  close(): void {
    this.#socket.destroy();
  }
}
function opened<K extends ReplyKind>(reply: CaReply, kind: K): Asked<ReplyValue<K>> {
  if (reply.kind === 'refused') return { ok: false, refused: reply.value };
  if (reply.kind === 'failed') {
    const { code, message, next } = reply.value;
    throw new MayflyError(code, message, next === undefined ? {} : { next });
  }
  if (reply.kind !== kind) throw new MayflyError('ca-reply', 'the CA process answered another question');
  return { ok: true, reply: reply.value as ReplyValue<K> };
}
function granted<T>(asked: Asked<T>): T {
  if (asked.ok) return asked.reply;
  throw new MayflyError('ca-refused', asked.refused.map(({ reason }) => reason).join('; '));
}

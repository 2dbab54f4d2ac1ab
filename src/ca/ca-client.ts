import { connect, type Socket } from 'node:net';
import { Check } from 'typebox/value';
import type { LogonRequest } from '../pki/issue.ts';
import type { Fault } from '../pki/lint.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { RevocationReason } from '../x509/crl.ts';
import { type CaRequest, type Envelope, envelope, LONGEST_REPLY, MESSAGE_PATIENCE, REPLY_PATIENCE, type ReplyBody, type RequestBody, replies } from './ca-protocol.ts';
import { frame, messages } from './message-stream.ts';

export type Asked<T> = { readonly ok: true; readonly reply: T } | { readonly ok: false; readonly refused: readonly Fault[] };
export interface IssuedCertificate {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly serialNumber: string;
  readonly notAfter: UnixSeconds;
}

/** Talks to one CA process over its socket; one question at a time. */
export class CaClient {
  readonly #socket: Socket;
  readonly #incoming: AsyncGenerator<unknown, void, undefined>;
  #nextId = 1;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#incoming = messages(socket, LONGEST_REPLY, MESSAGE_PATIENCE);
  }
  /** @throws MayflyError `ca-unreachable` */
  static async connect(path: string): Promise<CaClient> {
    const socket = connect(path);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', (cause) => reject(new MayflyError('ca-unreachable', `no CA process answers on ${path}`, { cause, next: 'start it with `mayfly ca serve`' })));
    });
    return new CaClient(socket);
  }
  async #ask<K extends CaRequest['do']>(kind: K, body: RequestBody<K>): Promise<Asked<ReplyBody<K>>> {
    const work = this.#turn.then(() => this.#exchange(kind, body));
    this.#turn = work.catch(() => undefined);
    return work;
  }
  async #exchange<K extends CaRequest['do']>(kind: K, body: RequestBody<K>): Promise<Asked<ReplyBody<K>>> {
    const id = this.#nextId++;
    const timer = setTimeout(() => this.#socket.destroy(), REPLY_PATIENCE);
    try {
      this.#socket.write(frame({ id, do: kind, ...body }));
      const { value } = await this.#incoming.next();
      return this.#open(kind, id, value);
    } catch (cause) {
      if (cause instanceof MayflyError) throw cause;
      throw gone(cause);
    } finally {
      clearTimeout(timer);
    }
  }
  #open<K extends CaRequest['do']>(kind: K, id: number, value: unknown): Asked<ReplyBody<K>> {
    if (value === undefined) throw gone(undefined);
    if (!Check(envelope, value)) throw new MayflyError('ca-reply', 'the CA process answered with something else than a reply');
    const { id: answered }: Envelope = value;
    if (answered !== id) throw new MayflyError('ca-reply', 'the CA process answered another question');
    if (value.ok) {
      const { reply } = value;
      if (!Check(replies[kind], reply)) throw new MayflyError('ca-reply', `the CA process's answer to ${kind} is not as it must be`);
      return { ok: true, reply: reply as ReplyBody<K> };
    }
    if ('refused' in value) return { ok: false, refused: value.refused };
    const { code, message, next } = value.failed;
    throw new MayflyError(code, message, next === undefined ? {} : { next });
  }
  async issue(request: LogonRequest): Promise<Asked<IssuedCertificate>> {
    const { subjectPublicKeyInfo: spki, ...rest } = request;
    const asked = await this.#ask('issue', { ...rest, subjectPublicKeyInfo: Buffer.from(spki).toString('base64') });
    if (!asked.ok) return asked;
    const { certificate, serialNumber, notAfter } = asked.reply;
    return { ok: true, reply: { certificate: new Uint8Array(Buffer.from(certificate, 'base64')), serialNumber, notAfter } };
  }
  revoke(serialNumber: string, reason: RevocationReason): Promise<Asked<ReplyBody<'revoke'>>> {
    return this.#ask('revoke', { serialNumber, reason });
  }
  /** The CRL, DER; `fresh` makes a new one first. */
  async crl(fresh: boolean): Promise<Uint8Array> {
    const asked = await this.#ask('crl', { fresh });
    if (!asked.ok) throw new MayflyError('ca-reply', 'the CA process refused to hand out its CRL');
    return new Uint8Array(Buffer.from(asked.reply.crl, 'base64'));
  }
  async describe(): Promise<ReplyBody<'describe'>> {
    const asked = await this.#ask('describe', {});
    if (!asked.ok) throw new MayflyError('ca-reply', 'the CA process refused to describe itself');
    return asked.reply;
  }
  close(): void {
    this.#socket.destroy();
  }
}
const gone = (cause: unknown) => new MayflyError('ca-gone', 'the CA process closed the connection or did not answer in time', { cause, next: 'look at the output of `mayfly ca serve`' });

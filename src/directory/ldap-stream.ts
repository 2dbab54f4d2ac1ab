import type { Duplex } from 'node:stream';
import { DecodeError } from '../wire/cursor.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type LdapEntry, type LdapReply, type LdapResult, messageLength, readLdapReply } from './ldap-reply.ts';
import { diagnosticText } from './ldap-result.ts';

/** A request as ldapts writes it; the stream gives it its number. */
export interface LdapRequest {
  messageId: number;
  write(): Uint8Array;
}
/** All that came for one request. */
export interface LdapAnswer {
  readonly result: LdapResult;
  readonly entries: readonly LdapEntry[];
  /** URLs at which a search would have to go on. */
  readonly references: readonly string[];
}
export interface LdapLimits {
  /** Milliseconds for all of an answer. */
  readonly patience: number;
  /** For one request. */
  readonly entries: number;
  readonly octets: number;
}
export const ldapLimits: LdapLimits = { patience: 10_000, entries: 5000, octets: 32 * 1024 * 1024 };
/** Requests on one connection that wait for their answers. */
const MOST_WAITING = 1000;
const MOST_REFERENCES = 1000;
const LONGEST_HEADER = 6;

interface Waiting {
  readonly entries: LdapEntry[];
  readonly references: string[];
  octets: number;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (answer: LdapAnswer) => void;
  readonly reject: (error: MayflyError) => void;
}

/**
 * Requests and answers on one connection, several at a time. Whatever the server does, it holds no more than its limits allow and
 * every request ends: in time, or with the connection, which no damaged, unasked-for or endless answer outlives.
 */
export class LdapStream {
  readonly #stream: Duplex;
  readonly #peer: string;
  readonly #limits: LdapLimits;
  readonly #waiting = new Map<number, Waiting>();
  #chunks: Uint8Array[] = [];
  #held = 0;
  /** Octets of the message that has begun, once they are known. */
  #needed: number | undefined;
  #messageId = 0;
  #failure: MayflyError | undefined;
  readonly #onData = (chunk: Buffer) => this.#take(chunk);
  readonly #onError = (cause: unknown) => this.#fail('directory-lost', 'the connection broke', cause);
  readonly #onEnd = () => this.#fail('directory-lost', 'the server closed the connection');

  /** @param peer who is at the other end, for messages */
  constructor(stream: Duplex, peer: string, limits: LdapLimits = ldapLimits) {
    this.#stream = stream;
    this.#peer = peer;
    this.#limits = limits;
    stream.on('data', this.#onData).on('error', this.#onError).on('end', this.#onEnd).on('close', this.#onEnd);
  }
  /** Why it can be used no more. */
  get failure(): MayflyError | undefined {
    return this.#failure;
  }
  /** @throws MayflyError `directory-lost`, `directory-late`, `directory-reply`, `directory-busy`: the connection, not the request */
  async ask(request: LdapRequest, patience = this.#limits.patience): Promise<LdapAnswer> {
    if (this.#failure) throw this.#failure;
    if (MOST_WAITING <= this.#waiting.size) throw this.#error('directory-busy', 'too many requests wait for their answers');
    this.#messageId = (this.#messageId % 0x7fff_fffe) + 1;
    request.messageId = this.#messageId;
    const octets = request.write();
    return new Promise<LdapAnswer>((resolve, reject) => {
      const late = () => this.#fail('directory-late', `no answer within ${patience} ms`);
      const timer = setTimeout(late, patience);
      this.#waiting.set(request.messageId, { entries: [], references: [], octets: 0, timer, resolve, reject });
      this.#stream.write(octets);
    });
  }
  /** Says something that has no answer. */
  tell(request: LdapRequest): void {
    this.#messageId = (this.#messageId % 0x7fff_fffe) + 1;
    request.messageId = this.#messageId;
    if (!this.#failure) this.#stream.write(request.write());
  }
  close(): void {
    this.#fail('directory-lost', 'the connection was closed');
  }
  /** Lets go of the connection, for another protocol on it. @throws MayflyError `directory-reply` when something came too early */
  release(): Duplex {
    if (0 < this.#held) this.#fail('directory-reply', 'more came than was asked for');
    const failure = this.failure;
    if (failure) throw failure;
    this.#stream.off('data', this.#onData).off('error', this.#onError).off('end', this.#onEnd).off('close', this.#onEnd);
    this.#stream.pause();
    this.#failure = this.#error('directory-lost', 'the connection was handed on');
    return this.#stream;
  }
  #error(code: string, what: string, cause?: unknown): MayflyError {
    return new MayflyError(code, `${this.#peer}: ${what}`, {
      ...(cause === undefined ? {} : { cause }),
      next: 'see whether that server is well; another one is asked meanwhile, where there is one',
    });
  }
  #fail(code: string, what: string, cause?: unknown): void {
    if (this.#failure) return;
    const failure = this.#error(code, what, cause);
    this.#failure = failure;
    this.#chunks = [];
    this.#held = 0;
    // One that comes after this has nobody left to tell.
    this.#stream.off('data', this.#onData).on('error', () => undefined);
    this.#stream.destroy();
    for (const waiting of this.#waiting.values()) {
      clearTimeout(waiting.timer);
      waiting.reject(failure);
    }
    this.#waiting.clear();
  }
  #take(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    try {
      for (let message = this.#next(); message !== undefined; message = this.#next())
        this.#answered(readLdapReply(message), message.length);
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e;
      this.#fail('directory-reply', 'the answer is no LDAP message', e);
    }
  }
  /** The next whole message. Chunks are joined once for it, however small they come. */
  #next(): Uint8Array | undefined {
    if (this.#failure) return undefined;
    this.#needed ??= messageLength(this.#start());
    if (this.#needed === undefined || this.#held < this.#needed) return undefined;
    const all = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    if (all === undefined) return undefined;
    const message = new Uint8Array(all.buffer, all.byteOffset, this.#needed);
    this.#chunks = this.#needed < all.length ? [all.subarray(this.#needed)] : [];
    this.#held -= this.#needed;
    this.#needed = undefined;
    return message;
  }
  #start(): Uint8Array {
    const [first] = this.#chunks;
    if (first && LONGEST_HEADER <= first.length) return first.subarray(0, LONGEST_HEADER);
    if (1 < this.#chunks.length) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]?.subarray(0, LONGEST_HEADER) ?? new Uint8Array(0);
  }
  #answered(reply: LdapReply, octets: number): void {
    const waiting = this.#waiting.get(reply.messageId);
    if (!waiting) {
      // Notice of disconnection, RFC 4511 4.4.1, and whatever else nobody has asked for.
      const said =
        reply.kind === 'result' && reply.messageId === 0
          ? `the server ended it (${diagnosticText(reply.diagnostic)})`
          : undefined;
      this.#fail(said ? 'directory-lost' : 'directory-reply', said ?? 'an answer came that nobody asked for');
      return;
    }
    waiting.octets += octets;
    if (reply.kind === 'entry') waiting.entries.push(reply);
    if (reply.kind === 'reference') waiting.references.push(...reply.urls);
    const isTooMuch =
      this.#limits.octets < waiting.octets ||
      this.#limits.entries < waiting.entries.length ||
      MOST_REFERENCES < waiting.references.length;
    if (isTooMuch) {
      this.#fail('directory-reply', 'the answer does not end');
      return;
    }
    if (reply.kind !== 'result') return;
    this.#waiting.delete(reply.messageId);
    clearTimeout(waiting.timer);
    waiting.resolve({ result: reply, entries: waiting.entries, references: waiting.references });
  }
}

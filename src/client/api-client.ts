import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { MayflyError } from '../wire/mayfly-error.ts';
import { refusalOf } from './api-refusal.ts';
import { type Operations, operations, type Session, type Stream } from './operations.ts';
import { serverSentEvents } from './server-sent-events.ts';

export interface ApiClientOptions {
  /** `https://HOST:PORT` */
  readonly url: string;
  readonly token: string;
  /** PEM of the CA of its certificate, or the certificate itself where it is its own; the system's trusted roots unless given. */
  readonly ca?: string | undefined;
  /** Milliseconds that the service may be silent, which has a sign of life every 15 s where it has nothing to say; 30 s unless given. */
  readonly patience?: number | undefined;
}
/** Path parameters, query, headers, body, each where the operation has one. */
interface Input {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
}
type Name = keyof Operations;
type Given<Of extends Name> = Operations[Of]['input'];
type Streaming = { [Of in Name]: Operations[Of]['answer'] extends Stream<string> ? Of : never }[Name];
type Answering = Exclude<Name, Streaming | 'attachCard'>;

/** Octets of an answer that is read as a whole: a page of a thousand journal entries has less. */
const MOST_ANSWER = 8 * 1024 * 1024;

/** The API of a Mayfly service, as its OpenAPI document has it. */
export class ApiClient {
  readonly base: URL;
  readonly ca: string | undefined;
  readonly patience: number;
  readonly #token: string;
  readonly #agent: Agent;

  /** @throws MayflyError `api-url` */
  constructor({ url, token, ca, patience = 30_000 }: ApiClientOptions) {
    const base = URL.parse(url);
    if (base?.protocol !== 'https:' || base.username !== '' || base.search !== '' || base.hash !== '')
      throw new MayflyError('api-url', 'this is no address of a Mayfly service', { next: 'write https://HOST:PORT' });
    this.base = base;
    this.ca = ca;
    this.patience = patience;
    this.#token = token;
    // Said, because the environment could say otherwise (NODE_TLS_REJECT_UNAUTHORIZED).
    this.#agent = new Agent({ keepAlive: true, rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) });
  }
  /** Of every request. */
  get authorization(): string {
    return `Bearer ${this.#token}`;
  }
  /** @throws ApiRefusal; MayflyError `api-unreachable`, `api-answer` */
  async call<Of extends Answering>(name: Of, input: Given<Of>): Promise<Operations[Of]['answer']> {
    const text = await textOf(await this.#answer(name, input));
    try {
      const answer: unknown = JSON.parse(text);
      // The service's own schemas have shaped it.
      return answer as Operations[Of]['answer'];
    } catch (cause) {
      throw new MayflyError('api-answer', 'the service sent what is no JSON', { cause });
    }
  }
  /** Text in pieces, as it comes. @throws as `call` does */
  async *stream<Of extends Streaming>(name: Of, input: Given<Of>): AsyncGenerator<string> {
    const response = await this.#answer(name, input);
    response.setEncoding('utf8');
    try {
      for await (const piece of response as AsyncIterable<string>) yield piece;
    } catch (cause) {
      throw cause instanceof MayflyError ? cause : unreachable(this.base, cause);
    } finally {
      response.destroy();
    }
  }
  /** A session as it is and as it changes, until it is over. @throws as `call` does */
  async *watch(id: string): AsyncGenerator<Session> {
    for await (const { event, data } of serverSentEvents(this.stream('watchSession', { params: { id } })))
      if (event === 'session') yield JSON.parse(data) as Session;
  }
  urlOf(name: Name, { params = {}, query = {} }: Input): URL {
    const path = operations[name].path.replaceAll(/\{(\w+)\}/g, (_, of: string) => encodeURIComponent(params[of] ?? ''));
    const url = new URL(this.base);
    url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`;
    for (const [of, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(of, value);
    return url;
  }
  /** Ends connections that wait for more requests. */
  close(): void {
    this.#agent.destroy();
  }

  async #answer(name: Name, input: Input): Promise<IncomingMessage> {
    const url = this.urlOf(name, input);
    const body = input.body === undefined ? undefined : JSON.stringify(input.body);
    const headers = Object.entries(input.headers ?? {}).filter(([, value]) => value !== undefined);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = httpsRequest(url, {
        method: operations[name].method,
        agent: this.#agent,
        timeout: this.patience,
        headers: {
          authorization: this.authorization,
          accept: 'application/json, application/problem+json, */*',
          ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          ...Object.fromEntries(headers),
        },
      });
      let answer: IncomingMessage | undefined;
      sent.on('response', (begun) => {
        answer = begun;
        resolve(begun);
      });
      sent.on('error', reject);
      sent.on('timeout', () => (answer ?? sent).destroy(new MayflyError('api-unreachable', 'the service does not answer')));
      sent.end(body);
    }).catch((cause: unknown) => {
      throw cause instanceof MayflyError ? cause : unreachable(url, cause);
    });
    const status = response.statusCode ?? 0;
    // Not ready is an answer, and says why.
    if ((200 <= status && status < 300) || (name === 'isReady' && status === 503)) return response;
    throw refusalOf(status, await textOf(response), response.headers['retry-after']);
  }
}
async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (MOST_ANSWER < length) throw new MayflyError('api-answer', `the service sent more than ${MOST_ANSWER} octets`);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw cause instanceof MayflyError ? cause : new MayflyError('api-answer', 'the answer of the service broke off', { cause });
  }
  return Buffer.concat(chunks).toString('utf8');
}
/** @param cause what the system or TLS said */
export function unreachable({ host }: URL, cause: unknown): MayflyError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown cause';
  const isTls = /^(?:DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|ERR_TLS)/.test(code);
  return new MayflyError('api-unreachable', `the service at ${host} cannot be reached (${code})`, {
    cause,
    next: isTls ? "name the service's certificate, or the CA of it" : 'see that the service runs, and its address',
  });
}

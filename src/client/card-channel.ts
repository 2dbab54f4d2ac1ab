import type { IncomingMessage } from 'node:http';
import { type RawData, WebSocket } from 'ws';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type ApiClient, unreachable } from './api-client.ts';
import { refusalOf } from './api-refusal.ts';
import type { AttachedCard } from './operations.ts';

/** Octets: the longest response of a card, and its status word, with room. */
const MOST_MESSAGE = 128 * 1024;
const MOST_REFUSAL = 65_536;
/** Milliseconds for an answer of the card; RSA takes a few. */
const PATIENCE = 30_000;

interface Waiting {
  readonly resolve: (response: Uint8Array) => void;
  readonly reject: (e: MayflyError) => void;
}
const isCard = (value: unknown): value is AttachedCard =>
  typeof value === 'object' &&
  value !== null &&
  ['card', 'pin', 'answerToReset', 'certificate', 'notAfter'].every((name) => typeof Reflect.get(value, name) === 'string');

function refusedHandshake(response: IncomingMessage): Promise<MayflyError> {
  return new Promise((resolve) => {
    let body = '';
    const end = () => resolve(refusalOf(response.statusCode ?? 0, body, response.headers['retry-after']));
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      body += text;
      if (MOST_REFUSAL < body.length) response.destroy();
    });
    response.on('close', end);
  });
}

/** A session's card at the other end of a WebSocket. It lives as long as this does. */
export class CardChannel {
  /** With the PIN. */
  readonly card: AttachedCard;
  /** Why it ended, a word or a clause of the service; resolves once, and never rejects. */
  readonly ended: Promise<string>;
  readonly #socket: WebSocket;
  readonly #waiting: Waiting[] = [];
  #isOver = false;

  private constructor(socket: WebSocket, card: AttachedCard) {
    this.card = card;
    this.#socket = socket;
    this.ended = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.#isOver = true;
        const why = reason.length > 0 ? reason.toString('utf8') : `connection lost (${code})`;
        for (const { reject } of this.#waiting.splice(0)) reject(new MayflyError('card-over', `the card has ended: ${why}`));
        resolve(why);
      });
    });
    socket.on('message', (data: RawData, isBinary) => {
      const first = isBinary ? this.#waiting.shift() : undefined;
      if (first && data instanceof Buffer) first.resolve(new Uint8Array(data));
      else socket.terminate();
    });
  }
  /** Mints the card of a granted session. @throws ApiRefusal; MayflyError `api-unreachable`, `api-answer` */
  static attach(client: ApiClient, session: string): Promise<CardChannel> {
    const url = client.urlOf('attachCard', { params: { id: session } });
    url.protocol = 'wss:';
    const socket = new WebSocket(url, {
      headers: { authorization: client.authorization },
      rejectUnauthorized: true,
      handshakeTimeout: client.patience,
      maxPayload: MOST_MESSAGE,
      perMessageDeflate: false,
      followRedirects: false,
      ...(client.ca === undefined ? {} : { ca: client.ca }),
    });
    return new Promise((resolve, reject) => {
      const fail = (e: MayflyError) => {
        clearTimeout(late);
        reject(e);
        socket.terminate();
      };
      const late = setTimeout(() => fail(new MayflyError('api-unreachable', 'the service does not answer')), client.patience);
      socket.on('error', (cause) => fail(unreachable(client.base, cause)));
      socket.once('unexpected-response', (_, response) => void refusedHandshake(response).then(fail));
      socket.once('close', () => fail(new MayflyError('api-unreachable', 'the service has ended the connection')));
      socket.once('message', (data: RawData, isBinary) => {
        const text = data instanceof Buffer && !isBinary ? data.toString('utf8') : '';
        const first = parsed(text);
        if (!isCard(first)) return fail(refusalOf(Number(statusOf(first)), text));
        clearTimeout(late);
        resolve(new CardChannel(socket, first));
      });
    });
  }
  /** @param command an APDU. @throws MayflyError `card-over` */
  transmit(command: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) return reject(new MayflyError('card-over', 'the card has ended'));
      const late = setTimeout(() => this.#socket.terminate(), PATIENCE);
      this.#waiting.push({
        resolve(response) {
          clearTimeout(late);
          resolve(response);
        },
        reject(e) {
          clearTimeout(late);
          reject(e);
        },
      });
      this.#socket.send(command);
    });
  }
  reset(): void {
    if (!this.#isOver) this.#socket.send('reset');
  }
  /** Ends the card; resolves with what the service said. */
  async release(): Promise<string> {
    if (!this.#isOver) this.#socket.send('release');
    const late = setTimeout(() => this.#socket.terminate(), PATIENCE);
    return this.ended.finally(() => clearTimeout(late));
  }
}
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
const statusOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'status' in value ? value.status : 0;

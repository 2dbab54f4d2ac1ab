import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import type { SessionCard } from '../session/session-cards.ts';
import { isoTime } from '../wire/der-time.ts';
import { toHex } from '../wire/hex.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { cardProtocol } from './api-document.ts';
import type { ApiPorts } from './api-ports.ts';
import { admit, callerOf } from './caller.ts';
import { problemOf } from './problem.ts';
import { problemResponses } from './responses.ts';
import { sessionParams } from './schemas.ts';

export const CARD_PATH = '/v1/sessions/:id/card';
/** Octets. A command APDU without extended length has 261. */
export const MOST_FRAME = 4096;
/** Messages that may wait for the card; a PC/SC client sends one at a time. */
const MOST_WAITING = 16;
const MOST_UNREAD = 65_536;
/** Milliseconds between pings, and for the other side to close. */
const PING = 15_000;
const CLOSING = 2000;
/** RFC 6455 7.4.1, and 1013 of the registry of its 11.7. */
const CLOSED = { normal: 1000, policy: 1008, later: 1013 } as const;

const idOf = (request: FastifyRequest) => (request.params as { readonly id: string }).id;

/** Card mode: a WebSocket on which APDUs reach the session's card, as `cardProtocol` tells. */
export function cardSocket(app: FastifyInstance, ports: ApiPorts): void {
  app.route({
    method: 'GET',
    url: CARD_PATH,
    onRequest: (request: FastifyRequest) => admit(request, ports, 'sessions'),
    // Whose session it is not is told so before there is a socket.
    preHandler: async (request) => void ports.sessions.get(callerOf(request), idOf(request)),
    schema: {
      operationId: 'attachCard',
      summary: "A WebSocket on which APDUs reach the session's card",
      description: cardProtocol,
      params: sessionParams,
      response: { 101: { description: 'The WebSocket is open', type: 'null' }, ...problemResponses },
    },
    handler: async (_, reply) => {
      void reply.header('upgrade', 'websocket').header('connection', 'upgrade');
      throw new MayflyError('upgrade-required', 'a card is attached to a WebSocket', {
        next: 'ask for an upgrade, RFC 6455 4.1',
      });
    },
    wsHandler: (socket, request) => {
      // Messages that come before the card is there wait in the socket.
      socket.pause();
      socket.on('error', () => undefined);
      void attach(socket, request, ports);
    },
  });
}
async function attach(socket: WebSocket, request: FastifyRequest, ports: ApiPorts): Promise<void> {
  try {
    const held = await ports.sessions.openCard(callerOf(request), idOf(request), 'card', request.ip);
    // A connection may break off while it is paused, and tells that once.
    if (socket.readyState === socket.OPEN) serve(socket, held);
    else await held.card.destroy('client-left');
  } catch (e) {
    const { problem, isOurs } = problemOf(e, request.id);
    if (isOurs) ports.log(request.id, e);
    socket.send(JSON.stringify(problem));
    close(socket, problem.status < 500 ? CLOSED.policy : CLOSED.later, problem.code);
  }
  socket.resume();
}
/** Whoever floods or is gone does not answer a close either. */
function close(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  setTimeout(() => socket.terminate(), CLOSING).unref();
}
function serve(socket: WebSocket, { id, card, certificate, notAfter, ended }: SessionCard): void {
  let waiting = 0;
  let isAlive = true;
  /** Commands and resets reach the card in the order in which they came. */
  let turn: Promise<void> = Promise.resolve();
  const pinging = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, PING);
  const refuse = (reason: string) => {
    close(socket, CLOSED.policy, reason);
    void card.destroy('client-left');
  };
  const work = async (command: Uint8Array | 'reset'): Promise<void> => {
    if (command === 'reset') return card.reset();
    const response = await card.transmit(command);
    if (socket.readyState === socket.OPEN) socket.send(response);
  };
  const take = (command: Uint8Array | 'reset') => {
    if (MOST_WAITING <= waiting || MOST_UNREAD < socket.bufferedAmount) return refuse('too many commands at once');
    waiting++;
    turn = turn
      .then(() => work(command))
      .catch(() => refuse('the card could not answer'))
      .finally(() => waiting--);
  };
  socket.on('pong', () => {
    isAlive = true;
  });
  socket.on('close', () => {
    clearInterval(pinging);
    void card.destroy('client-left');
  });
  socket.on('message', (data: Buffer, isBinary) => {
    isAlive = true;
    if (socket.readyState !== socket.OPEN) return;
    const word = isBinary ? undefined : data.toString('latin1');
    if (word === undefined) take(new Uint8Array(data));
    else if (word === 'reset') take(word);
    else if (word === 'release') void card.destroy('released');
    else refuse('neither an APDU nor a word that is known');
  });
  // The answer that spends the card is given first.
  const leave = async () => {
    const cause = await ended;
    await turn;
    if (socket.readyState === socket.OPEN) close(socket, CLOSED.normal, cause);
  };
  void leave();
  const pin = new TextDecoder().decode(card.pin);
  const answerToReset = toHex(card.answerToReset);
  const first = { card: id, pin, answerToReset, certificate: Buffer.from(certificate).toString('base64') };
  socket.send(JSON.stringify({ ...first, notAfter: isoTime(notAfter) }));
}

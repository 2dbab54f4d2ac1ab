import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import type { DestructionCause } from '../custody/live-card.ts';
import type { SessionCard } from '../session/session-cards.ts';
import { isoTime } from '../wire/der-time.ts';
import { toHex } from '../wire/hex.ts';
import type { ApiPorts } from './api-ports.ts';
import { admit, callerOf } from './caller.ts';
import { problemOf } from './problem.ts';
import { sessionParams } from './schemas.ts';

/** A command APDU without extended length has 261 octets; a control message has fewer. */
export const MOST_FRAME = 4096;
/** Commands that may wait for the card; a PC/SC client sends one at a time. */
const MOST_WAITING = 16;
const MOST_UNREAD = 65_536;
/** Milliseconds between pings; a side that missed one is gone. */
const PING = 15_000;
/** RFC 6455 7.4.1. */
const CLOSED = { normal: 1000, policy: 1008, ours: 1011, later: 1013 } as const;

/**
 * Card mode: a WebSocket on which APDUs reach the session's card. First message of the service: JSON {card, pin, answerToReset,
 * certificate, notAfter}, the PIN this once. Then binary messages, a command each, answered in order; a text message "reset" resets the card,
 * "release" ends it. The key does not outlive the socket.
 */
export function cardSocket(app: FastifyInstance, ports: ApiPorts): void {
  app.get(
    '/v1/sessions/:id/card',
    {
      websocket: true,
      onRequest: (request: FastifyRequest) => admit(request, ports, 'sessions'),
      schema: { operationId: 'attachCard', summary: "WebSocket on which APDUs reach the session's card", params: sessionParams },
    },
    (socket, request) => {
      // Messages that come before the card is there wait in the socket.
      socket.pause();
      void attach(socket, request, ports);
    },
  );
}
async function attach(socket: WebSocket, request: FastifyRequest, ports: ApiPorts): Promise<void> {
  let isGone = false;
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isGone = true;
  });
  let held: SessionCard;
  try {
    held = await ports.sessions.openCard(callerOf(request), (request.params as { readonly id: string }).id, 'card');
  } catch (e) {
    const { problem, isOurs } = problemOf(e, request.id);
    if (isOurs) ports.log(request.id, e);
    socket.send(JSON.stringify(problem));
    socket.close(isOurs ? CLOSED.later : CLOSED.policy, problem.code);
    socket.resume();
    return;
  }
  if (isGone) {
    await held.card.destroy('client-left');
    return;
  }
  serve(socket, held);
}
function serve(socket: WebSocket, { id, card, certificate, notAfter }: SessionCard): void {
  let waiting = 0;
  let isAlive = true;
  const pin = new TextDecoder().decode(card.pin);
  const first = {
    card: id,
    pin,
    answerToReset: toHex(card.answerToReset),
    certificate: Buffer.from(certificate).toString('base64'),
  };
  socket.send(JSON.stringify({ ...first, notAfter: isoTime(notAfter) }));
  const end = (cause: DestructionCause) => {
    clearInterval(pinging);
    void card.destroy(cause);
  };
  const refuse = (reason: string) => {
    socket.close(CLOSED.policy, reason);
    // Whoever floods does not answer a close either.
    setTimeout(() => socket.terminate(), 1000).unref();
    end('client-left');
  };
  const pinging = setInterval(() => {
    if (!isAlive) {
      socket.terminate();
      return;
    }
    isAlive = false;
    socket.ping();
  }, PING);
  socket.on('pong', () => {
    isAlive = true;
  });
  socket.on('close', () => end('client-left'));
  socket.on('message', (data: Buffer, isBinary) => {
    isAlive = true;
    if (!isBinary) {
      const text = data.toString('utf8');
      if (text === 'reset') card.reset();
      else if (text === 'release') {
        end('released');
        socket.close(CLOSED.normal, 'released');
      } else refuse('neither an APDU nor a word that is known');
      return;
    }
    if (MOST_WAITING <= waiting || MOST_UNREAD < socket.bufferedAmount) {
      refuse('too many commands at once');
      return;
    }
    waiting++;
    void card.transmit(new Uint8Array(data)).then((response) => {
      waiting--;
      if (socket.readyState === socket.OPEN) socket.send(response);
    });
  });
  socket.resume();
}

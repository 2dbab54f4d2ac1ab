import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { sessionError } from '../session/session-error.ts';
import type { EventStreams } from './event-streams.ts';

/** Milliseconds that requests under way have when the service ends. */
const GRACE = 3000;

/** `close` takes no new work, ends what is open, and does not wait for whoever does not let go. */
export function closeInTime(app: FastifyInstance, streams: EventStreams): void {
  const sockets = new Set<Socket>();
  let isClosing = false;
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  app.addHook('preClose', async () => {
    isClosing = true;
    streams.endAll();
    const timer = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, GRACE);
    app.server.on('close', () => clearTimeout(timer));
  });
  app.addHook('onRequest', async (_, reply) => {
    if (!isClosing) return;
    void reply.header('connection', 'close');
    throw sessionError('shutting-down');
  });
}

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isOver, type SessionView } from '../session/session.ts';
import type { ApiPorts } from './api-ports.ts';
import { admit, callerOf } from './caller.ts';
import { problemResponses } from './responses.ts';
import { sessionParams } from './schemas.ts';
import { sessionText } from './session-text.ts';

/** Milliseconds between signs of life; octets that a reader may leave unread. */
const HEARTBEAT = 15_000;
const MOST_UNREAD = 65_536;

/** Server-sent events (HTML Living Standard 9.2): the session as it is, then every state that follows, until it is over. */
export function sessionEventsRoute(app: FastifyInstance, ports: ApiPorts): void {
  app.get(
    '/v1/sessions/:id/events',
    {
      onRequest: (request: FastifyRequest) => admit(request, ports, 'sessions'),
      schema: {
        operationId: 'watchSession',
        summary: 'The states of a session as they come, as server-sent events named "session"',
        params: sessionParams,
        response: {
          200: { description: 'text/event-stream of sessions', content: { 'text/event-stream': { schema: { type: 'string' } } } },
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { id } = request.params as { readonly id: string };
      const { raw } = reply;
      let said = '';
      const close = () => {
        stop();
        clearInterval(heartbeat);
        raw.end();
      };
      const write = (text: string) => {
        // Whoever does not read is not waited for.
        if (MOST_UNREAD < raw.writableLength) raw.destroy();
        else raw.write(text);
      };
      const tell = (view: SessionView) => {
        const data = JSON.stringify(sessionText(view));
        if (data === said) return;
        said = data;
        write(`event: session\ndata: ${data}\n\n`);
        if (isOver(view)) close();
      };
      let stop: () => void = () => undefined;
      const first = ports.sessions.get(caller, id);
      const heartbeat = setInterval(() => write(': \n\n'), HEARTBEAT);
      raw.on('close', close);
      try {
        stop = ports.sessions.watch(caller, id, tell);
      } catch (e) {
        clearInterval(heartbeat);
        throw e;
      }
      reply.hijack();
      raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
      tell(first);
    },
  );
}

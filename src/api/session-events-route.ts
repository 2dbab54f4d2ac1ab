import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isOver, type SessionView } from '../session/session.ts';
import type { ApiPorts } from './api-ports.ts';
import { admit, callerOf } from './caller.ts';
import type { EventStreams } from './event-streams.ts';
import { problemResponses } from './responses.ts';
import { sessionParams } from './schemas.ts';
import { sessionText } from './session-text.ts';

/** Server-sent events (HTML Living Standard 9.2): the session as it is, then every state that follows, until it is over. */
export function sessionEventsRoute(app: FastifyInstance, ports: ApiPorts, streams: EventStreams): void {
  app.get(
    '/v1/sessions/:id/events',
    {
      onRequest: (request: FastifyRequest) => admit(request, ports, 'sessions'),
      schema: {
        operationId: 'watchSession',
        summary: 'The states of a session as they come, as server-sent events',
        description:
          'Events named "session" with a Session as data: how it is now, then whenever something of it changes, until it is over; then the stream ends. A stream that ends before may be opened again.',
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
      const first = ports.sessions.get(caller, id);
      streams.admit(caller.id);
      let said = '';
      const tell = (view: SessionView) => {
        const data = JSON.stringify(sessionText(view));
        if (data === said) return;
        said = data;
        stream.send('session', data);
        if (isOver(view)) stream.end();
      };
      const stop = ports.sessions.watch(caller, id, tell);
      reply.hijack();
      const { raw } = reply;
      const stream = streams.open(caller.id, raw, stop);
      raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'x-request-id': request.id,
      });
      tell(first);
    },
  );
}

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiPorts } from './api-ports.ts';
import { admit } from './caller.ts';
import { metricsText } from './metrics.ts';
import { problemResponses } from './responses.ts';

/** @param refused requests by the code of the answer */
export function healthRoutes(app: FastifyInstance, ports: ApiPorts, refused: ReadonlyMap<string, number>): void {
  app.get(
    '/healthz',
    { schema: { operationId: 'isAlive', summary: 'The process answers', security: [], response: { 200: { $ref: 'Health#' } } } },
    async () => ({ ok: true, checks: [] }),
  );
  app.get(
    '/readyz',
    {
      schema: {
        operationId: 'isReady',
        summary: 'A session could be granted and a card minted now',
        security: [],
        response: { 200: { $ref: 'Health#' }, 503: { $ref: 'Health#' } },
      },
    },
    async (_, reply) => {
      const checks = await ports.checks();
      const ok = checks.every((check) => check.ok);
      return reply.code(ok ? 200 : 503).send({ ok, checks });
    },
  );
  app.get(
    '/metrics',
    {
      onRequest: (request: FastifyRequest) => admit(request, ports, 'metrics'),
      schema: {
        operationId: 'readMetrics',
        summary: 'Counters and gauges in the Prometheus text format',
        response: {
          200: { description: 'Prometheus text', content: { 'text/plain': { schema: { type: 'string' } } } },
          ...problemResponses,
        },
      },
    },
    async (_, reply) =>
      reply.type('text/plain; version=0.0.4; charset=utf-8').send(metricsText(ports.sessions, await ports.gauges(), refused)),
  );
}

import type { Server } from 'node:https';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import websocket from '@fastify/websocket';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { ApiPorts } from './api-ports.ts';
import { cardSocket, MOST_FRAME } from './card-socket.ts';
import { healthRoutes } from './health-routes.ts';
import { journalRoutes } from './journal-routes.ts';
import { problemOf } from './problem.ts';
import { health, journalPage, problem, session, sessionList, targetList } from './schemas.ts';
import { sessionEventsRoute } from './session-events-route.ts';
import { sessionRoutes } from './session-routes.ts';

/** PEM. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}
const BODY = 16 * 1024;
const HEADERS = 24 * 1024;
/** Milliseconds: for a request's head, for all of it, and between requests of one connection. */
const HEAD_PATIENCE = 5000;
const REQUEST_PATIENCE = 10_000;
const KEEP_ALIVE = 30_000;
const MOST_CONNECTIONS = 2000;

/** What Fastify and its plugins throw by themselves, in our words. */
function ours(e: FastifyError): unknown {
  if (e instanceof MayflyError) return e;
  if (e.validation) {
    const [first] = e.validation;
    const place = `${e.validationContext ?? 'request'}${first?.instancePath ?? ''}`;
    return new MayflyError('request-invalid', `${place} ${first?.message ?? 'is not valid'}`, { next: 'see /openapi.json' });
  }
  switch (e.statusCode) {
    case 413:
      return new MayflyError('body-too-large', `the body is over ${BODY} octets`);
    case 415:
      return new MayflyError('media-type', 'the body is not application/json');
    case 429:
      return new MayflyError('too-many-requests', 'too many requests from this address');
    default:
      return e.statusCode !== undefined && 400 <= e.statusCode && e.statusCode < 500
        ? new MayflyError('request-invalid', 'the request cannot be read')
        : e;
  }
}

/** The API, without a listener yet. */
export async function apiServer(ports: ApiPorts, tls?: TlsFiles): Promise<FastifyInstance> {
  const options = {
    logger: false,
    bodyLimit: BODY,
    requestTimeout: REQUEST_PATIENCE,
    keepAliveTimeout: KEEP_ALIVE,
    trustProxy: false,
    // The id of a request is ours: a caller's own could be anything.
    requestIdHeader: false as const,
    genReqId: requestIds(),
    routerOptions: { maxParamLength: 64, ignoreTrailingSlash: false, caseSensitive: true },
    ajv: {
      customOptions: { removeAdditional: false as const, coerceTypes: false as const, useDefaults: false, allErrors: false },
    },
    frameworkErrors: (e: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      const { problem: shown } = problemOf(ours(e), request.id);
      void reply.code(shown.status).type('application/problem+json').send(shown);
    },
  };
  const server = { maxHeaderSize: HEADERS, headersTimeout: HEAD_PATIENCE, requireHostHeader: true };
  const app = (tls
    ? Fastify({ ...options, https: { ...server, cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2' } })
    : Fastify({ ...options, http: server })) as unknown as FastifyInstance;
  (app.server as unknown as Server).maxConnections = MOST_CONNECTIONS;

  app.setErrorHandler((e: FastifyError, request, reply) => {
    const error = ours(e);
    const { problem: shown, retryAfter, isOurs } = problemOf(error, request.id);
    if (isOurs) ports.log(request.id, error);
    if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter));
    if (shown.status === 401) void reply.header('www-authenticate', 'Bearer');
    return reply.code(shown.status).type('application/problem+json').send(shown);
  });
  app.setNotFoundHandler((request, reply) => {
    const { problem: shown } = problemOf(
      new MayflyError('route-unknown', 'there is nothing here', { next: 'see /openapi.json' }),
      request.id,
    );
    return reply.code(shown.status).type('application/problem+json').send(shown);
  });
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id).header('cache-control', 'no-store');
  });
  // A body of none is a body of nothing: DELETE and the verdicts need not invent one.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, text, done) => {
    try {
      done(null, text === '' ? {} : strictJson(String(text)));
    } catch {
      done(new MayflyError('request-invalid', 'the body is no JSON'));
    }
  });
  app.addHook('preValidation', async (request) => {
    if (request.method === 'POST' && request.body === undefined) request.body = {};
  });

  await app.register(helmet);
  await app.register(rateLimit, { max: ports.requestsPerMinute, timeWindow: 60_000, cache: 10_000 });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Mayfly', version: '1', description: 'Sessions with a virtual smart card for one logon' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json['$id'] ?? `def-${i}`) },
  });
  await app.register(websocket, { options: { maxPayload: MOST_FRAME, perMessageDeflate: false } });
  for (const schema of [session, sessionList, targetList, journalPage, problem, health]) app.addSchema(schema);
  await app.register(async (routes) => {
    sessionRoutes(routes, ports);
    sessionEventsRoute(routes, ports);
    journalRoutes(routes, ports);
    healthRoutes(routes, ports);
    cardSocket(routes, ports);
    routes.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  });
  await app.ready();
  return app;
}
let instances = 0;
/** Unique in this process: a number of the instance, one of the request. */
function requestIds(): () => string {
  const instance = `${Date.now().toString(36)}${(instances++).toString(36)}`;
  let count = 0;
  return () => `${instance}-${(++count).toString(36)}`;
}
/** No name that reaches into objects' prototypes. */
function strictJson(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) => {
    if (key === '__proto__' || key === 'constructor') throw new SyntaxError('a name that is not taken');
    return value;
  });
}

import type { Server } from 'node:https';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import websocket from '@fastify/websocket';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { MayflyError } from '../wire/mayfly-error.ts';
import { apiDocument } from './api-document.ts';
import type { ApiPorts } from './api-ports.ts';
import { CARD_PATH, cardSocket, MOST_FRAME } from './card-socket.ts';
import { closeInTime } from './closing.ts';
import { doctorRoute, namedOfDoctor } from './doctor-route.ts';
import { EventStreams } from './event-streams.ts';
import { healthRoutes } from './health-routes.ts';
import { journalRoutes } from './journal-routes.ts';
import { launchRoute, namedOfLaunch } from './launch-route.ts';
import { namedOfReauthentication, reauthenticationRoute } from './reauthentication-route.ts';
import { Refusals, refuseConnection } from './refusals.ts';
import { jsonBodies } from './request-body.ts';
import { named } from './schemas.ts';
import { sessionEventsRoute } from './session-events-route.ts';
import { sessionRoutes } from './session-routes.ts';
import { secureContextOf, type TlsFiles } from './tls-files.ts';
import { tokenRoutes } from './token-routes.ts';
import { namedOfTokens } from './token-schemas.ts';

const BODY = 16 * 1024;
/** Octets: room for two tokens with a few hundred groups each. */
const HEADERS = 64 * 1024;
/** Milliseconds: for a request's head, for all of it, between requests of one connection, and for a reader that takes nothing. */
const HEAD_PATIENCE = 5000;
const REQUEST_PATIENCE = 10_000;
const KEEP_ALIVE = 30_000;
const STALLED = 60_000;
const MOST_CONNECTIONS = 2000;

/** The API, without a listener yet. `close` ends it within seconds. */
export async function apiServer(ports: ApiPorts, tls?: TlsFiles): Promise<FastifyInstance> {
  const nextId = requestIds();
  const refusals = new Refusals(ports.log);
  const options = {
    logger: false,
    bodyLimit: BODY,
    requestTimeout: REQUEST_PATIENCE,
    keepAliveTimeout: KEEP_ALIVE,
    connectionTimeout: STALLED,
    trustProxy: false,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    // The id of a request is ours: a caller's own could be anything.
    requestIdHeader: false as const,
    genReqId: nextId,
    routerOptions: { maxParamLength: 64, ignoreTrailingSlash: false, caseSensitive: true },
    ajv: {
      customOptions: { removeAdditional: false as const, coerceTypes: false as const, useDefaults: false, allErrors: false },
    },
    clientErrorHandler: (e: Error, socket: Parameters<typeof refuseConnection>[1]) => refuseConnection(e, socket, nextId()),
    frameworkErrors: (e: unknown, request: FastifyRequest, reply: FastifyReply) => void refusals.answer(e, request, reply),
  };
  const server = {
    maxHeaderSize: HEADERS,
    headersTimeout: HEAD_PATIENCE,
    connectionsCheckingInterval: 1000,
    requireHostHeader: false,
  };
  const app = (tls
    ? Fastify({ ...options, https: { ...server, ...secureContextOf(tls), handshakeTimeout: HEAD_PATIENCE } })
    : Fastify({ ...options, http: server })) as unknown as FastifyInstance;
  (app.server as unknown as Server).maxConnections = MOST_CONNECTIONS;
  const streams = new EventStreams();
  closeInTime(app, streams);

  refusals.of(app);
  jsonBodies(app);
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] } },
    // What else has a name below ours is not ours.
    strictTransportSecurity: { includeSubDomains: false },
  });
  await app.register(websocket, { options: { maxPayload: MOST_FRAME, perMessageDeflate: false } });
  await app.register(rateLimit, {
    global: false,
    max: ports.requestsPerMinute,
    timeWindow: 60_000,
    cache: 10_000,
    errorResponseBuilder: () => new MayflyError('address-too-fast', 'too many requests from this address'),
  });
  // Before any route looks at a token: guesses count.
  app.addHook('onRequest', app.rateLimit());
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id).header('cache-control', 'no-store');
    const { httpVersion, headers, rawHeaders } = request.raw;
    // RFC 9112 3.2; HTTP/0.9 has no head that could have a token.
    if (httpVersion === '0.9' || (httpVersion === '1.1' && headers.host === undefined))
      throw new MayflyError('request-invalid', 'the request names no host');
    // Whoever looks at requests on their way may have read the other one.
    if (1 < rawHeaders.filter(isToken).length) throw new MayflyError('request-invalid', 'the request has two tokens');
    // An upgraded connection has no body and no next request: no other route may have it.
    if (request.ws && request.routeOptions.url !== undefined && request.routeOptions.url !== CARD_PATH)
      throw new MayflyError('request-invalid', 'there is no WebSocket here', { next: 'see /openapi.json' });
  });
  await app.register(swagger, {
    openapi: apiDocument,
    refResolver: {
      buildLocalReference: (json, _base, _fragment, i) => (typeof json['$id'] === 'string' ? json['$id'] : `def-${i}`),
    },
  });
  for (const schema of [...named, ...namedOfTokens, ...namedOfLaunch, ...namedOfDoctor, ...namedOfReauthentication])
    app.addSchema(schema);
  // What a route does not know is a mistake of the caller's, in a query too.
  app.addHook('onRoute', (route) => {
    if (route.schema) route.schema.querystring ??= { type: 'object', additionalProperties: false, properties: {} };
  });
  await app.register(async (routes) => {
    sessionRoutes(routes, ports);
    launchRoute(routes, ports);
    reauthenticationRoute(routes, ports);
    sessionEventsRoute(routes, ports, streams);
    journalRoutes(routes, ports);
    healthRoutes(routes, ports, refusals.counts);
    tokenRoutes(routes, ports);
    doctorRoute(routes, ports);
    cardSocket(routes, ports);
    routes.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  });
  await app.ready();
  return app;
}

/** Names stand before their values. */
const isToken = (name: string, i: number) => i % 2 === 0 && name.toLowerCase() === 'authorization';

let instances = 0;
/** Unique in this process: a number of the instance, one of the request. */
function requestIds(): () => string {
  const instance = `${Date.now().toString(36)}${(instances++).toString(36)}`;
  let count = 0;
  return () => `${instance}-${(++count).toString(36)}`;
}

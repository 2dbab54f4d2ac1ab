import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sessionError } from '../session/session-error.ts';
import type { ApiPorts } from './api-ports.ts';
import { admit, callerOf } from './caller.ts';
import { problemResponses } from './responses.ts';
import { sessionParams } from './schemas.ts';

const FILE = 'application/x-rdp';
const launch = {
  $id: 'Launch',
  type: 'object',
  additionalProperties: false,
  required: ['host', 'port', 'handle', 'token', 'seconds', 'fingerprint', 'file'],
  properties: {
    host: { type: 'string', description: 'where the gateway takes RDP clients' },
    port: { type: 'integer' },
    handle: { type: 'string', description: 'routing token of the connection; no secret' },
    token: { type: 'string', description: 'user name of the connection; opens the session once' },
    seconds: { type: 'integer', description: 'how long the token is good' },
    fingerprint: {
      type: 'string',
      description: 'SHA-256 of the certificate that the gateway shows, lower-case hexadecimal digits',
    },
    file: { type: 'string', description: `the same as an .rdp file; alone with Accept: ${FILE}` },
  },
} as const;
export const namedOfLaunch = [launch];

/** `POST /v1/sessions/:id/launch`: what opens a granted session at the gateway, for its owner. */
export function launchRoute(app: FastifyInstance, ports: ApiPorts): void {
  app.post(
    '/v1/sessions/:id/launch',
    {
      onRequest: (request: FastifyRequest) => admit(request, ports, 'sessions'),
      schema: {
        operationId: 'launchSession',
        summary: 'A single-use token that opens a session of gateway mode; an earlier one is good no more',
        params: sessionParams,
        response: { 200: { $ref: 'Launch#' }, ...problemResponses },
      },
    },
    async (request, reply) => {
      if (!ports.launch) throw sessionError('mode-not-built');
      const caller = callerOf(request);
      const { id } = request.params as { readonly id: string };
      const view = ports.sessions.get(caller, id, 'own');
      if (view.mode !== 'gateway') throw sessionError('session-other-mode');
      if (view.state !== 'granted')
        throw sessionError(view.state === 'awaiting-approval' ? 'session-not-granted' : 'session-over');
      const launched = ports.launch(caller, view);
      if (request.headers.accept !== FILE) return launched;
      return reply.type(FILE).header('content-disposition', `attachment; filename="${view.host}.rdp"`).send(launched.file);
    },
  );
}

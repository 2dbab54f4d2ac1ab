import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sessionError } from '../session/session-error.ts';
import type { ApiPorts } from './api-ports.ts';
import { admit, callerOf } from './caller.ts';
import { problemResponses } from './responses.ts';
import { sessionParams } from './schemas.ts';

const reauthentication = {
  $id: 'Reauthentication',
  type: 'object',
  additionalProperties: false,
  required: ['card', 'pin', 'seconds'],
  properties: {
    card: { type: 'string', description: 'id of the card that is in the reader now' },
    pin: { type: 'string', description: 'eight digits, to be typed at the host; said this once' },
    seconds: { type: 'integer', description: 'how long they are good' },
  },
} as const;
export const namedOfReauthentication = [reauthentication];

/** `POST /v1/sessions/:id/reauthenticate`: another card for a desktop that is open, for the session's owner, where the rules allow it. */
export function reauthenticationRoute(app: FastifyInstance, ports: ApiPorts): void {
  app.post(
    '/v1/sessions/:id/reauthenticate',
    {
      onRequest: (request: FastifyRequest) => admit(request, ports, 'sessions'),
      schema: {
        operationId: 'reauthenticate',
        summary:
          'Puts another card into the reader of a desktop that is open, and says its PIN: to unlock it, or for an administrator task',
        params: sessionParams,
        response: { 200: { $ref: 'Reauthentication#' }, ...problemResponses },
      },
    },
    (request) => {
      if (!ports.reauthenticate) throw sessionError('mode-not-built');
      const { id } = request.params as { readonly id: string };
      ports.sessions.get(callerOf(request), id, 'own');
      return ports.reauthenticate(callerOf(request), id, request.ip);
    },
  );
}

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Scope } from '../policy/principal.ts';
import type { ApiPorts } from './api-ports.ts';
import { admit, callerOf } from './caller.ts';
import { directoryPerson } from './identity/directory-person.ts';
import { problemResponses } from './responses.ts';
import { tokenParams } from './token-schemas.ts';
import { tokenText } from './token-text.ts';

interface TokenBody {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly days: number;
  readonly person?: string;
}
const DAY = 86_400;

/** Tokens of our own, for administrators. */
export function tokenRoutes(app: FastifyInstance, ports: ApiPorts): void {
  const forAdmins = (request: FastifyRequest) => admit(request, ports, 'admin');
  app.post(
    '/v1/tokens',
    {
      onRequest: forAdmins,
      schema: {
        operationId: 'createToken',
        summary: 'Make a token; its text is shown this once',
        body: { $ref: 'TokenOrder#' },
        response: { 201: { $ref: 'NewToken#' }, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { name, scopes, days, person: named } = request.body as TokenBody;
      const person = named === undefined ? undefined : await directoryPerson(ports.directory, named);
      const made = ports.tokens.create({ name, scopes, lifetime: days * DAY, person }, callerOf(request).id);
      return reply.code(201).send({ ...tokenText(made), token: made.text });
    },
  );
  app.get(
    '/v1/tokens',
    {
      onRequest: forAdmins,
      schema: {
        operationId: 'listTokens',
        summary: 'All tokens, revoked and expired ones too',
        response: { 200: { $ref: 'TokenList#' }, ...problemResponses },
      },
    },
    async () => ({ tokens: ports.tokens.list().map(tokenText) }),
  );
  app.delete(
    '/v1/tokens/:id',
    {
      onRequest: forAdmins,
      schema: {
        operationId: 'revokeToken',
        summary: 'Revoke a token: nobody is let in with it any more',
        params: tokenParams,
        response: { 200: { $ref: 'Token#' }, ...problemResponses },
      },
    },
    async (request) => {
      const { id } = request.params as { readonly id: string };
      return tokenText(ports.tokens.revoke(id, callerOf(request).id));
    },
  );
}

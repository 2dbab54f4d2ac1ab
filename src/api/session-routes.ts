import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Mode } from '../session/session.ts';
import { sessionError } from '../session/session-error.ts';
import type { ApiPorts } from './api-ports.ts';
import { admit, callerOf, personOf } from './caller.ts';
import { SessionDenied } from './problem.ts';
import { problemResponses } from './responses.ts';
import { sessionParams, sessionQuery } from './schemas.ts';
import { sessionText } from './session-text.ts';

interface RequestBody {
  readonly target: string;
  readonly account?: string;
  readonly person?: string;
  readonly mode?: Mode;
  readonly reason?: string;
}
const idOf = (request: FastifyRequest) => (request.params as { readonly id: string }).id;
const oneSession = { $ref: 'Session#' } as const;

export function sessionRoutes(app: FastifyInstance, ports: ApiPorts): void {
  const forSessions = (request: FastifyRequest) => admit(request, ports, 'sessions');
  const forApprovals = (request: FastifyRequest) => admit(request, ports, 'approve');

  app.post(
    '/v1/sessions',
    {
      onRequest: forSessions,
      schema: {
        operationId: 'requestSession',
        summary: 'Ask for a session: this person, that host, as that account',
        body: { $ref: 'SessionRequest#' },
        headers: {
          type: 'object',
          properties: {
            'on-behalf-of': { type: 'string', maxLength: 16_384, description: "a person's own token, shown by a launcher" },
          },
        },
        response: { 201: oneSession, 202: oneSession, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { target, account, person: named, mode = 'card', reason } = request.body as RequestBody;
      if (mode === 'ticket' || (mode === 'gateway' && !ports.launch)) throw sessionError('mode-not-built');
      const caller = callerOf(request);
      const { person, proof } = await personOf(request, ports, named);
      const view = await ports.sessions.request({ caller, person, proof, target, account, mode, reason, network: request.ip });
      if (view.state === 'denied')
        throw new SessionDenied(view.id, view.cause ?? 'unknown', view.sentence ?? 'the rules deny it');
      return reply
        .code(view.state === 'granted' ? 201 : 202)
        .header('location', `/v1/sessions/${view.id}`)
        .send(sessionText(view));
    },
  );
  app.get(
    '/v1/sessions',
    {
      onRequest: forSessions,
      schema: {
        operationId: 'listSessions',
        summary: "One's own sessions, newest first",
        querystring: sessionQuery,
        response: { 200: { $ref: 'SessionList#' }, ...problemResponses },
      },
    },
    async (request) => {
      const { state, before, limit = '50' } = request.query as { state?: string; before?: string; limit?: string };
      const found = ports.sessions.list(callerOf(request), { state, before, limit: Number(limit) });
      const last = found.length === Number(limit) ? found.at(-1)?.id : undefined;
      return { sessions: found.map(sessionText), next: last };
    },
  );
  app.get(
    '/v1/approvals',
    {
      onRequest: forApprovals,
      schema: {
        operationId: 'listApprovals',
        summary: 'Sessions that wait for an approval the caller may give',
        response: { 200: { $ref: 'SessionList#' }, ...problemResponses },
      },
    },
    async (request) => ({ sessions: ports.sessions.awaiting(callerOf(request)).slice(0, 100).map(sessionText) }),
  );
  app.get(
    '/v1/sessions/:id',
    {
      onRequest: forSessions,
      schema: {
        operationId: 'getSession',
        summary: 'One session',
        params: sessionParams,
        response: { 200: oneSession, ...problemResponses },
      },
    },
    async (request) => sessionText(ports.sessions.get(callerOf(request), idOf(request))),
  );
  app.delete(
    '/v1/sessions/:id',
    {
      onRequest: forSessions,
      schema: {
        operationId: 'endSession',
        summary: 'End a session; its key is gone when this answers',
        params: sessionParams,
        response: { 200: oneSession, ...problemResponses },
      },
    },
    async (request) => sessionText(await ports.sessions.end(callerOf(request), idOf(request))),
  );
  for (const verdict of ['approve', 'deny'] as const) {
    app.post(
      `/v1/sessions/:id/${verdict}`,
      {
        onRequest: forApprovals,
        schema: {
          operationId: `${verdict}Session`,
          summary: verdict === 'approve' ? 'Give an approval' : 'Refuse an approval: the session is denied',
          params: sessionParams,
          body: { $ref: 'VerdictReason#' },
          response: { 200: oneSession, ...problemResponses },
        },
      },
      async (request) => {
        const { reason } = request.body as { readonly reason?: string };
        return sessionText(await ports.sessions.approve(callerOf(request), idOf(request), verdict, reason));
      },
    );
  }
  app.get(
    '/v1/targets',
    {
      onRequest: forSessions,
      schema: {
        operationId: 'listTargets',
        summary: 'Hosts that may be asked for',
        response: { 200: { $ref: 'TargetList#' }, ...problemResponses },
      },
    },
    async () => ({ targets: (await ports.directory.hosts()).map(({ name, labels }) => ({ name, labels })) }),
  );
}

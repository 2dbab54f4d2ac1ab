import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiPorts, DoctorQuestion } from './api-ports.ts';
import { admit } from './caller.ts';
import { problemResponses } from './responses.ts';
import { printable } from './schemas.ts';

/** How a host and a SID are written, here and at the command line: nothing else is dialled or looked for. */
export const hostPattern = '^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$';
export const sidPattern = '^S-1(?:-[0-9]{1,15}){2,16}$';

const text = (description: string) =>
  ({ type: 'string', minLength: 1, maxLength: 256, pattern: printable, description }) as const;
const word = { type: 'string' } as const;
const query = {
  type: 'object',
  additionalProperties: false,
  properties: {
    host: {
      type: 'string',
      maxLength: 253,
      pattern: hostPattern,
      description: 'DNS name of a host; without, none is looked at',
    },
    account: text('UPN, SID or name of an account that is to log on; without, none is looked at'),
    sid: {
      type: 'string',
      pattern: sidPattern,
      description: 'the SID that somebody takes the account to have',
    },
    group: text('a group of the person whose own the account is'),
  },
} as const;
const examination = {
  $id: 'Examination',
  type: 'object',
  additionalProperties: false,
  required: ['ok', 'ms', 'findings'],
  properties: {
    ok: { type: 'boolean', description: 'nothing is wrong, as far as the service sees' },
    ms: { type: 'integer', description: 'how long it took' },
    findings: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['check', 'title', 'about', 'verdict', 'says'],
        properties: {
          check: word,
          title: { type: 'string', description: 'what is to be so' },
          about: { type: 'string', description: 'which domain controller, host, account or CA' },
          verdict: { type: 'string', enum: ['ok', 'wrong', 'cannot-tell'] },
          says: word,
          fix: { type: 'string', description: 'what to do about it' },
          code: { type: 'string', description: 'for `mayfly explain`' },
          because: { type: 'array', items: word, description: 'checks that this follows from: it ends with them' },
        },
      },
    },
  },
} as const;
export const namedOfDoctor = [examination];

/** `GET /v1/doctor`: what `mayfly doctor` says, seen from the service, for administrators; without its logon on trial. */
export function doctorRoute(app: FastifyInstance, ports: ApiPorts): void {
  app.get(
    '/v1/doctor',
    {
      onRequest: (request: FastifyRequest) => admit(request, ports, 'admin'),
      schema: {
        operationId: 'examine',
        summary:
          'Everything that must hold for a logon, as far as it is seen without one; one examination at a time, good for seconds',
        querystring: query,
        response: { 200: { $ref: 'Examination#' }, ...problemResponses },
      },
    },
    async (request) => {
      const { host, ...rest } = request.query as DoctorQuestion;
      return ports.examine({ ...rest, ...(host === undefined ? {} : { host: host.toLowerCase() }) });
    },
  );
}

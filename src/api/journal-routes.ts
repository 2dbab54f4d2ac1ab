import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { toHex } from '../wire/hex.ts';
import type { ApiPorts, JournalLine, JournalQuestion } from './api-ports.ts';
import { admit } from './caller.ts';
import { problemResponses } from './responses.ts';
import { journalQuery } from './schemas.ts';

const lineOf = ({ sequence, text, hash }: JournalLine) => {
  return { sequence, hash: toHex(hash), entry: JSON.parse(text) as { readonly event: string; readonly at: number } };
};
function questionOf(request: FastifyRequest, most: number): JournalQuestion {
  const { after, since, until, limit, event, session } = request.query as Readonly<Record<string, string | undefined>>;
  const number = (given: string | undefined) => (given === undefined ? undefined : Number(given));
  return { after: number(after), event, session, since: number(since), until: number(until), limit: number(limit) ?? most };
}
const PAGE = 100;
const CHUNK = 500;

export function journalRoutes(app: FastifyInstance, ports: ApiPorts): void {
  const onRequest = (request: FastifyRequest) => admit(request, ports, 'journal');
  app.get(
    '/v1/journal',
    {
      onRequest,
      schema: {
        operationId: 'readJournal',
        summary: 'Entries of the journal, oldest first',
        querystring: journalQuery,
        response: { 200: { $ref: 'JournalPage#' }, ...problemResponses },
      },
    },
    async (request) => {
      const question = questionOf(request, PAGE);
      const entries = ports.journal.entries(question);
      return { entries: entries.map(lineOf), next: entries.length === question.limit ? entries.at(-1)?.sequence : undefined };
    },
  );
  app.get(
    '/v1/journal/export',
    {
      onRequest,
      schema: {
        operationId: 'exportJournal',
        summary:
          'Everything that the filter lets through, a JSON object {seq, entry, hash} a line, as `mayfly journal verify --export` reads it',
        querystring: journalQuery,
        response: {
          200: { description: 'JSON lines', content: { 'application/x-ndjson': { schema: { type: 'string' } } } },
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const question = questionOf(request, Number.MAX_SAFE_INTEGER);
      return reply.type('application/x-ndjson').send(Readable.from(exported(ports, question)));
    },
  );
}
/** In pieces: nobody waits for a journal of years, and nothing holds it in memory. */
function* exported({ journal }: ApiPorts, question: JournalQuestion): Generator<string> {
  let { after = 0, limit } = question;
  while (limit > 0) {
    const entries = journal.entries({ ...question, after, limit: Math.min(limit, CHUNK) });
    const last = entries.at(-1);
    if (!last) return;
    yield `${entries.map(({ sequence, text, hash }) => JSON.stringify({ seq: sequence, entry: text, hash: toHex(hash) })).join('\n')}\n`;
    after = last.sequence;
    limit -= entries.length;
  }
}

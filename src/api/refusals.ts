import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type Problem, problemOf } from './problem.ts';

const unreadable = 'the request cannot be read';

/** What Fastify and its plugins throw by themselves, in our words: theirs quote the request. */
function ours(e: FastifyError): unknown {
  if (e instanceof MayflyError) return e;
  if (e.validation) {
    const [first] = e.validation;
    const place = `${e.validationContext ?? 'request'}${first?.instancePath ?? ''}`;
    const unknown = first?.params['additionalProperty'];
    const fault =
      typeof unknown === 'string' && /^[\w-]{1,40}$/.test(unknown)
        ? `has a member "${unknown}" that is not known here`
        : (first?.message ?? 'is not valid');
    return new MayflyError('request-invalid', `${place} ${fault}`, { next: 'see /openapi.json' });
  }
  switch (e.statusCode) {
    case 413:
      return new MayflyError('body-too-large', 'the body is too large');
    case 415:
      return new MayflyError('media-type', 'the body is not application/json');
    default:
      return e.statusCode !== undefined && 400 <= e.statusCode && e.statusCode < 500
        ? new MayflyError('request-invalid', unreadable)
        : e;
  }
}
type Log = (requestId: string, e: unknown) => void;

/** Answers errors as RFC 9457 has it, counts them by code, and logs those that are ours. */
export class Refusals {
  readonly counts = new Map<string, number>();
  readonly #log: Log;
  constructor(log: Log) {
    this.#log = log;
  }
  answer(e: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const error = ours(e as FastifyError);
    const { problem, retryAfter, isOurs } = problemOf(error, request.id);
    this.counts.set(problem.code, (this.counts.get(problem.code) ?? 0) + 1);
    if (isOurs) this.#log(request.id, error);
    if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter));
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
    // A body that nobody reads any more would be taken for the next request.
    if (problem.status === 413 || problem.status === 415) void reply.header('connection', 'close');
    return reply.code(problem.status).type('application/problem+json').send(problem);
  }
  of(app: FastifyInstance): void {
    app.setErrorHandler((e, request, reply) => this.answer(e, request, reply));
    app.setNotFoundHandler((request, reply) =>
      this.answer(new MayflyError('route-unknown', 'there is nothing here', { next: 'see /openapi.json' }), request, reply),
    );
  }
}

const heads: Readonly<Record<string, readonly [line: string, code: string, title: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'head-too-large', 'the head of the request is too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'request-slow', 'the request took too long to come'],
};
/** What is no HTTP, is too long or takes too long never becomes a request: its connection ends with the reason. */
export function refuseConnection(e: Error & { readonly code?: string }, socket: Socket, id: string): void {
  if (e.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [line, code, title] = heads[e.code ?? ''] ?? ['400 Bad Request', 'request-invalid', unreadable];
  const status = Number.parseInt(line, 10);
  const problem: Problem = { type: `urn:mayfly:problem:${code}`, title, status, code, requestId: id };
  const body = JSON.stringify(problem);
  const head = [`HTTP/1.1 ${line}`, 'content-type: application/problem+json', `content-length: ${Buffer.byteLength(body)}`];
  socket.end(`${head.join('\r\n')}\r\nx-request-id: ${id}\r\nconnection: close\r\n\r\n${body}`);
  // Whoever does not read it is not waited for.
  setTimeout(() => socket.destroy(), 1000).unref();
}

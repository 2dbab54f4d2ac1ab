import type { FastifyInstance } from 'fastify';
import { MayflyError } from '../wire/mayfly-error.ts';

/** No name that reaches into objects' prototypes. */
function strictJson(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) => {
    if (key === '__proto__' || key === 'constructor') throw new SyntaxError('a name that is not taken');
    return value;
  });
}
/** JSON is what is taken, and a body of nothing where a route has one: a verdict need not invent one. */
export function jsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
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
}

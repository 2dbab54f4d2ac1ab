import type { FastifyRequest } from 'fastify';
import type { Caller, Person, Scope } from '../policy/principal.ts';
import { namedPerson } from '../session/named-person.ts';
import type { Proof } from '../session/session.ts';
import { sessionError } from '../session/session-error.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { ApiPorts } from './api-ports.ts';

/** Callers by request: one token is verified once, before anything of the request's is looked at. */
const callers = new WeakMap<FastifyRequest, Caller>();

/** @throws MayflyError `token-…`, `scope-missing` */
export async function admit(request: FastifyRequest, { identity }: ApiPorts, scope: Scope): Promise<void> {
  const caller = await identity.authenticate(request.headers.authorization);
  if (!caller.scopes.includes(scope) && !caller.scopes.includes('admin')) {
    throw new MayflyError('scope-missing', `the token may not be used for this: it lacks the scope "${scope}"`);
  }
  callers.set(request, caller);
}
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (!caller) throw new MayflyError('token-missing', 'nobody has said who calls');
  return caller;
}

const forNobodyElse = () =>
  new MayflyError('request-invalid', 'a person acts for nobody else', { next: 'leave out On-Behalf-Of and "person"' });

/** Whom a session is for, and how that is known. A launcher is nobody by itself, and a person who calls is who its token says. */
export async function personOf(
  request: FastifyRequest,
  { identity, directory }: ApiPorts,
  named: string | undefined,
): Promise<{ readonly person: Person; readonly proof: Proof }> {
  const { person: self } = callerOf(request);
  const shown = request.headers['on-behalf-of'];
  if (self) {
    if (shown !== undefined || named !== undefined) throw forNobodyElse();
    return { person: self, proof: 'self' };
  }
  if (shown !== undefined) {
    // Both could differ, and then nobody knows whom the launcher meant.
    if (named !== undefined) throw new MayflyError('request-invalid', 'On-Behalf-Of says who the person is: "person" may not');
    const [, token] = /^Bearer ([!-~]+)$/i.exec(String(shown)) ?? [];
    if (token === undefined) throw new MayflyError('token-malformed', 'On-Behalf-Of is not "Bearer TOKEN"');
    return { person: await identity.person(token), proof: 'token' };
  }
  if (named === undefined) throw sessionError('person-missing');
  const person = await namedPerson(directory, named);
  if (!person) throw new MayflyError('person-unknown', 'the directory knows no such person, or nobody may log on as them now');
  return { person, proof: 'named' };
}

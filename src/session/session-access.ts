import type { Caller } from '../policy/principal.ts';
import type { Session } from './session.ts';
import { sessionError } from './session-error.ts';

export const personName = ({ issuer, subject }: { readonly issuer: string; readonly subject: string }) => `${issuer}#${subject}`;
export const seesAll = ({ scopes }: Caller) => scopes.includes('admin');
export const ownerKey = ({ id, person }: Caller) => (person ? personName(person) : id);
export const isOwner = (caller: Caller, session: Session) =>
  caller.id === session.caller.id ||
  (caller.person !== undefined && session.person !== undefined && personName(caller.person) === personName(session.person));
export const requester = (session: Session) => {
  const { person, callerPerson } = session;
  if (!person) throw sessionError('person-missing');
  return { person, callerPerson };
};

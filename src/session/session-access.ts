import type { Requester } from '../policy/approval.ts';
import { type Caller, ourIssuers, type Person } from '../policy/principal.ts';
import { namedPerson } from './named-person.ts';
import type { Directory, Owner } from './ports.ts';
import type { Session } from './session.ts';
import { sessionError } from './session-error.ts';

/** No two people read alike, whatever an issuer is called. */
export const personName = ({ issuer, subject }: Pick<Person, 'issuer' | 'subject'>): string =>
  `${issuer.replaceAll('%', '%25').replaceAll('#', '%23')}#${subject}`;
const isSame = (a: Person, b: Person) => a.issuer === b.issuer && a.subject === b.subject;

export const seesAll = ({ scopes }: Caller): boolean => scopes.includes('admin');
export const ownerOf = ({ id, person }: Caller): Owner => {
  return { caller: id, person: person && personName(person) };
};
/** Whoever asked for it, and the person whom it is for. */
export const isOwner = ({ id, person }: Caller, session: Session): boolean =>
  id === session.caller.id || (person !== undefined && session.person !== undefined && isSame(person, session.person));
export function requester({ person, callerPerson }: Session): Requester {
  if (!person) throw sessionError('person-missing');
  return { person, callerPerson };
}
/**
 * The person of a session as their own token says now, where it is they who call; whom a launcher named, as the directory does.
 * Undefined: nobody is, any more.
 */
export async function personNow(
  { person }: Session,
  caller: Caller,
  directory: Pick<Directory, 'account'>,
): Promise<Person | undefined> {
  if (person?.issuer === ourIssuers.named) return namedPerson(directory, person.subject);
  return person && caller.person && isSame(person, caller.person) ? caller.person : person;
}
/** Whether this person has said something on the session already. */
export const hasSpoken = ({ given }: Session, person: Person): boolean => given.some((each) => isSame(each.person, person));

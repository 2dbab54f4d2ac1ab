import { mayApprove, type Requester } from '../policy/approval.ts';
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
 * The person of a session as their own token says now, where it is they who call; otherwise as the directory does, as far as it knows
 * them: an identity provider's groups and claims stay those of the request. Undefined: nobody is, any more, or may be.
 */
export async function personNow(
  { person, account: granted }: Session,
  caller: Caller | undefined,
  directory: Pick<Directory, 'account'>,
): Promise<Person | undefined> {
  if (!person) return undefined;
  if (caller?.person && isSame(person, caller.person)) return caller.person;
  if (person.issuer === ourIssuers.named) return namedPerson(directory, person.subject);
  const isOurs = person.issuer === ourIssuers.token;
  // Their own account is looked at by itself.
  if (!isOurs && person.userPrincipalName === granted?.userPrincipalName) return person;
  const reference = isOurs ? person.subject : person.userPrincipalName;
  const account = reference === undefined ? undefined : await directory.account(reference);
  // Whom only an identity provider knows it vouches for.
  if (!account) return isOurs ? undefined : person;
  if (account.obstacles.length > 0) return undefined;
  return isOurs ? { ...person, userPrincipalName: account.userPrincipalName, groups: account.groups } : person;
}
export function couldApprove(caller: Caller, session: Session): boolean {
  if (session.state !== 'awaiting-approval' || !caller.person || !caller.scopes.includes('approve')) return false;
  return mayApprove(caller.person, session.needed, requester(session)) === undefined;
}
/** Whether this person has said something on the session already. */
export const hasSpoken = ({ given }: Session, person: Person): boolean => given.some((each) => isSame(each.person, person));

import { type Caller, ourIssuers, type Person } from '../../policy/principal.ts';
import type { Directory } from '../../session/ports.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { identityFailure } from './identity-failure.ts';

/** Somebody of the directory, by the SID: names are given away again. @throws MayflyError `person-unknown`, `directory-…` */
export async function directoryPerson(directory: Directory, reference: string): Promise<Person> {
  const account = await directory.account(reference);
  if (!account)
    throw new MayflyError('person-unknown', 'the directory knows no such person', { next: 'write the user principal name' });
  const { sid, userPrincipalName, groups } = account;
  return { issuer: ourIssuers.token, subject: sid, userPrincipalName, groups, claims: {}, strength: [] };
}

/**
 * The same caller, with the name and the groups that the directory says now: a token of our own lives longer than a membership. Whom the directory
 * does not know any more, or lets nobody log on as, is let in no more.
 * @throws MayflyError `token-revoked`, `directory-…`
 */
export async function asOfNow(directory: Directory, caller: Caller): Promise<Caller> {
  const { person } = caller;
  if (person?.issuer !== ourIssuers.token) return caller;
  const account = await directory.account(person.subject);
  if (!account || account.obstacles.length > 0) throw identityFailure('token-revoked', 'its account is gone or disabled');
  const { userPrincipalName, groups } = account;
  return { ...caller, person: { ...person, userPrincipalName, groups } };
}

import { lowerCase } from '../policy/lower-case.ts';
import { ourIssuers, type Person } from '../policy/principal.ts';
import type { Directory } from './ports.ts';

/** Whom a launcher names, as the directory has them now; undefined: it knows nobody of that name, or nobody may log on as them. */
export async function namedPerson(directory: Pick<Directory, 'account'>, reference: string): Promise<Person | undefined> {
  const account = await directory.account(reference);
  if (!account || account.obstacles.length > 0) return undefined;
  const { userPrincipalName, groups } = account;
  return {
    issuer: ourIssuers.named,
    subject: lowerCase(userPrincipalName),
    userPrincipalName,
    groups,
    claims: {},
    strength: [],
  };
}

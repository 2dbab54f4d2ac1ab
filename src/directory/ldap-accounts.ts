import type { Filter } from 'ldapts';
import type { Account } from '../policy/account.ts';
import { lowerCase } from '../policy/lower-case.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { accountAttributes, accountOf } from './account-entry.ts';
import { sidsOf, textOf } from './entry-values.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { both, either, equal, present } from './ldap-filter.ts';
import { domainSid, isSid, sidOctets } from './sid.ts';

const isAccount = both(
  present('objectSid'),
  present('sAMAccountName'),
  either(equal('objectClass', 'user'), equal('objectClass', 'computer')),
);
const isSame = (a: string, b: string) => lowerCase(a) === lowerCase(b);

/** One way to read what was asked for, and whether an account that was found so is really meant. */
interface Reading {
  readonly filter: Filter;
  readonly means: (account: Omit<Account, 'groups'>) => boolean;
}
/**
 * What a reference may mean in a domain, the first that finds anything counts. The directory compares more loosely than the domain
 * controllers do (accents, widths), so what it finds is compared again.
 */
function readingsOf(reference: string, domain: string): readonly Reading[] {
  if (isSid(reference)) return [{ filter: equal('objectSid', sidOctets(reference)), means: ({ sid }) => sid === reference }];
  const byName = (name: string): Reading => ({
    filter: equal('sAMAccountName', name),
    means: (account) => isSame(account.name, name),
  });
  const at = reference.lastIndexOf('@');
  if (at < 0) return [byName(reference)];
  const explicit: Reading = {
    filter: equal('userPrincipalName', reference),
    means: ({ userPrincipalName }) => isSame(userPrincipalName, reference),
  };
  // The implicit name counts after explicit ones, as it does for domain controllers: [MS-KILE] 3.3.5.6.1.
  return isSame(reference.slice(at + 1), domain) ? [explicit, byName(reference.slice(0, at))] : [explicit];
}

/** An account of one domain, read in one piece; undefined where the domain has none. @throws MayflyError `directory-…` */
export async function findAccount(
  connection: LdapConnection,
  { domain, base, root }: { readonly domain: string; readonly base: string; readonly root: string },
  reference: string,
  now: number,
): Promise<Account | undefined> {
  for (const { filter, means } of readingsOf(reference, domain)) {
    const found = await connection.search({ base, scope: 'sub', filter: both(isAccount, filter), attributes: ['objectSid'] });
    const read = await Promise.all(found.map(({ name }) => connection.read(name, accountAttributes, isAccount)));
    const accounts = read.flatMap((entry) => (entry ? [accountOf(entry, now)] : [])).filter(means);
    if (1 < accounts.length)
      throw new MayflyError('directory-ambiguous', `domain ${domain} has ${accounts.length} accounts that are called alike`, {
        next: 'name the account by its SID, and give each account a user principal name of its own',
      });
    const [account] = accounts;
    if (!account) continue;
    const [whole] = await Promise.all([withGroups(connection, root, account), checkName(connection, root, account)]);
    return whole;
  }
  return undefined;
}

/**
 * The name that stands in the certificate must lead to this account and no other, wherever in the domain: a domain controller that maps
 * by names takes the explicit one before the implicit. @throws MayflyError `directory-ambiguous`
 */
async function checkName(connection: LdapConnection, root: string, account: Omit<Account, 'groups'>): Promise<void> {
  const { userPrincipalName, sid } = account;
  const filter = both(present('objectSid'), equal('userPrincipalName', userPrincipalName));
  const attributes = ['objectSid', 'userPrincipalName'];
  const other = (await connection.search({ base: root, scope: 'sub', filter, attributes })).find(
    (entry) => sidsOf(entry, 'objectSid')[0] !== sid && isSame(textOf(entry, 'userPrincipalName') ?? '', userPrincipalName),
  );
  if (other)
    throw new MayflyError('directory-ambiguous', `${account.name} (${sid}) is called as ${JSON.stringify(other.name)} is`, {
      next: 'give each account a user principal name of its own',
    });
}

const AT_ONCE = 100;
/** Groups that have no object: `Everyone`, `Authenticated Users` and whoever else is not of a domain. */
const isOfDomain = (sid: string) => sid.startsWith('S-1-5-21-') || sid.startsWith('S-1-5-32-');

/**
 * The names of its groups. Groups of another domain are not in this one's database: their SID is their name. One of this domain whose
 * name is not shown would be one that no rule sees: then the groups count as unknown.
 */
async function withGroups(connection: LdapConnection, root: string, account: Omit<Account, 'groups'>): Promise<Account> {
  const { groupSids } = account;
  if (groupSids === undefined) return { ...account, groups: [] };
  const names = await groupNames(connection, root, groupSids);
  const own = domainSid(account.sid);
  const isNear = (sid: string) => isOfDomain(sid) && (domainSid(sid) === own || sid.startsWith('S-1-5-32-'));
  if (groupSids.some((sid) => isNear(sid) && !names.has(sid))) return { ...account, groupSids: undefined, groups: [] };
  return { ...account, groups: groupSids.map((sid) => names.get(sid) ?? sid) };
}
async function groupNames(
  connection: LdapConnection,
  root: string,
  sids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (let i = 0; i < sids.length; i += AT_ONCE) {
    const filter = either(...sids.slice(i, i + AT_ONCE).map((sid) => equal('objectSid', sidOctets(sid))));
    // From the root of the domain: groups may be anywhere, whatever accounts are looked for in.
    for (const entry of await connection.search({
      base: root,
      scope: 'sub',
      filter,
      attributes: ['objectSid', 'sAMAccountName'],
    })) {
      const [sid] = sidsOf(entry, 'objectSid');
      const name = textOf(entry, 'sAMAccountName');
      if (sid !== undefined && name !== undefined) names.set(sid, name);
    }
  }
  return names;
}

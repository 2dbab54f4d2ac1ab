import { tierZeroBuiltinSids, tierZeroGroup, tierZeroNamedGroups, tierZeroRelativeIds } from '../pki/tier-zero.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { sidsOf } from './entry-values.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { both, either, equal, inChain, not, present } from './ldap-filter.ts';
import type { LdapEntry } from './ldap-reply.ts';
import { sidOctets } from './sid.ts';

const MOST = 100_000;
const ridOf = (sid: string) => sid.slice(sid.lastIndexOf('-') + 1);
/** Members from other domains stand here as foreignSecurityPrincipal objects, with their own SIDs. */
const isAccount = either(
  equal('objectClass', 'user'),
  equal('objectClass', 'computer'),
  equal('objectClass', 'foreignSecurityPrincipal'),
);

/**
 * The SIDs of all accounts of a domain that can come to own it: members of tier 0, however they are nested, by their primary group or
 * their SID history as well, and whoever is or was protected as an administrator.
 * @param root distinguished name of the domain
 */
export async function tierZeroMembers(connection: LdapConnection, root: string): Promise<readonly string[]> {
  const search = (filter: Parameters<typeof both>[0], ...attributes: string[]) =>
    connection.search({ base: root, scope: 'sub', filter, attributes: ['objectSid', ...attributes], atMost: MOST });
  const domain = await connection.read(root, ['objectSid'], present('objectClass'));
  const [domainSid] = domain ? sidsOf(domain, 'objectSid') : [];
  if (domainSid === undefined)
    throw new MayflyError('directory-value', `${root} shows no objectSid`, { next: "let Mayfly's account read it" });
  const wellKnown = [...[...tierZeroRelativeIds.keys()].map((rid) => `${domainSid}-${rid}`), ...tierZeroBuiltinSids.keys()];
  const groups = await search(
    both(
      equal('objectClass', 'group'),
      either(
        ...wellKnown.map((sid) => equal('objectSid', sidOctets(sid))),
        ...[...tierZeroNamedGroups.keys()].map((name) => equal('sAMAccountName', name)),
      ),
    ),
  );
  // A domain without Domain Admins is one that does not show them.
  if (!groups.some((group) => sidsOf(group, 'objectSid')[0] === `${domainSid}-512`))
    throw new MayflyError('directory-rights', `${root} does not show its administrative groups`, {
      next: "let Mayfly's account read groups and their members",
    });
  const found = new Set<string>();
  const take = (entries: readonly LdapEntry[]) => {
    for (const entry of entries) for (const sid of sidsOf(entry, 'objectSid')) found.add(sid);
  };
  for (const group of groups) {
    take(await search(both(isAccount, inChain('memberOf', group.name))));
    const nested = await search(both(equal('objectClass', 'group'), inChain('memberOf', group.name)));
    for (const each of [group, ...nested])
      for (const sid of sidsOf(each, 'objectSid')) take(await search(both(isAccount, equal('primaryGroupID', ridOf(sid)))));
  }
  take(await search(both(isAccount, present('adminCount'), not(equal('adminCount', '0')))));
  const histories = await search(both(isAccount, present('sIDHistory')), 'sIDHistory');
  take(
    histories.filter((entry) => sidsOf(entry, 'sIDHistory').some((sid) => tierZeroGroup(sid) !== undefined || found.has(sid))),
  );
  // What is no account's SID (Authenticated Users in Administrators, say) is nobody that a certificate could name.
  return [...found].filter((sid) => sid.startsWith('S-1-5-21-')).sort();
}

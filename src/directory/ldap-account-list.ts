import type { Account } from '../policy/account.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { accountAttributes, accountOf } from './account-entry.ts';
import { numberOf, sidsOf, textOf, textsOf } from './entry-values.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { both, either, equal, present } from './ldap-filter.ts';
import type { LdapEntry } from './ldap-reply.ts';

const MOST = 200_000;
const DOMAIN_ADMINS = 512;
/** tokenGroups is computed for one object at a time: for all of them at once the groups are put together here. */
const attributes = [...accountAttributes.filter((name) => name !== 'tokenGroups'), 'memberOf', 'primaryGroupID'];
const isAccount = both(present('objectSid'), either(equal('objectClass', 'user'), equal('objectClass', 'computer')));

interface Group {
  readonly sid: string;
  readonly name: string;
  /** Distinguished names, lower case; undefined where not all were shown. */
  readonly memberOf: readonly string[] | undefined;
}
const memberOf = (entry: LdapEntry): readonly string[] | undefined =>
  // A value that stands for a part of many: [MS-ADTS] 3.1.1.3.1.3.3.
  [...entry.attributes.keys()].some((type) => type.startsWith('memberof;'))
    ? undefined
    : textsOf(entry, 'memberOf').map((name) => name.toLowerCase());

/** All groups of a domain by name, as a graph. */
class Groups {
  readonly #byName = new Map<string, Group>();
  readonly #bySid = new Map<string, string>();
  constructor(entries: readonly LdapEntry[]) {
    for (const entry of entries) {
      const [sid] = sidsOf(entry, 'objectSid');
      if (sid === undefined) continue;
      const name = entry.name.toLowerCase();
      this.#byName.set(name, { sid, name: textOf(entry, 'sAMAccountName') ?? sid, memberOf: memberOf(entry) });
      this.#bySid.set(sid, name);
    }
  }
  named(sid: string): string | undefined {
    return this.#bySid.get(sid);
  }
  /** All groups above these, however nested; undefined where one of them is not shown whole. */
  above(names: readonly string[]): readonly Group[] | undefined {
    const found = new Set<string>();
    const open = [...names];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (found.has(name)) continue;
      const group = this.#byName.get(name);
      if (!group?.memberOf) return undefined;
      found.add(name);
      open.push(...group.memberOf);
    }
    return [...found].flatMap((name) => this.#byName.get(name) ?? []);
  }
}
const withGroups = <T extends object>(account: T, above: readonly Group[] | undefined) => ({
  ...account,
  groupSids: above?.map(({ sid }) => sid),
  groups: above?.map(({ name }) => name) ?? [],
});
/** A member from another domain or forest: no more than its SID and its groups is known here. */
const stranger = (sid: string): Omit<Account, 'groups' | 'groupSids'> => ({
  name: sid,
  domain: '',
  userPrincipalName: sid,
  sid,
  kind: 'user',
  obstacles: [],
  adminCount: 0,
  sidHistory: [],
});

/**
 * Every account of a domain with all its groups, nested ones and the primary one too, and every member from elsewhere that its groups
 * name as a foreign security principal.
 * @param root distinguished name of the domain
 */
export async function listAccounts(connection: LdapConnection, root: string, now: number): Promise<readonly Account[]> {
  const search = (filter: typeof isAccount, wanted: readonly string[]) =>
    connection.search({ base: root, scope: 'sub', filter, attributes: wanted, atMost: MOST });
  const domain = await connection.read(root, ['objectSid'], present('objectClass'));
  const [domainSid] = domain ? sidsOf(domain, 'objectSid') : [];
  const groups = new Groups(await search(equal('objectClass', 'group'), ['objectSid', 'sAMAccountName', 'memberOf']));
  // A domain without Domain Admins is one that does not show them.
  if (domainSid === undefined || groups.named(`${domainSid}-${DOMAIN_ADMINS}`) === undefined)
    throw new MayflyError('directory-rights', `${root} does not show its administrative groups`, {
      next: "let Mayfly's account read all groups",
    });
  const groupsOf = (entry: LdapEntry) => {
    const primary = numberOf(entry, 'primaryGroupID');
    const names = memberOf(entry);
    const own = primary === undefined ? undefined : groups.named(`${domainSid}-${primary}`);
    return names && own !== undefined ? groups.above([...names, own]) : undefined;
  };
  const accounts = (await search(isAccount, attributes)).map((entry) => withGroups(accountOf(entry, now), groupsOf(entry)));
  const strangers = (await search(equal('objectClass', 'foreignSecurityPrincipal'), ['objectSid', 'memberOf'])).flatMap(
    (entry) => {
      const [sid] = sidsOf(entry, 'objectSid');
      // `Authenticated Users` and the like are nobody that a certificate could name.
      return sid?.startsWith('S-1-5-21-') ? [withGroups(stranger(sid), groups.above(memberOf(entry) ?? ['?']))] : [];
    },
  );
  return [...accounts, ...strangers];
}

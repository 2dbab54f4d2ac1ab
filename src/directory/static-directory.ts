import { type Account, type Host, LOCKED } from '../policy/account.ts';
import { lowerCase } from '../policy/lower-case.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import type { DirectoryFile } from './directory-schema.ts';

type FileAccount = NonNullable<DirectoryFile['accounts']>[number];
type FileGroup = NonNullable<DirectoryFile['groups']>[number];
/** What is wrong with one value of a file, and where it stands. */
interface Fault {
  readonly steps: readonly (string | number)[];
  readonly message: string;
  readonly next: string;
}

/** The accounts and hosts of a file that has no fault. Names are compared without case. */
export class StaticDirectory {
  readonly hosts: readonly Host[];
  readonly #groups: ReadonlyMap<string, FileGroup>;
  readonly #accounts: readonly FileAccount[];
  readonly #byUpn = new Map<string, FileAccount>();
  readonly #bySid = new Map<string, FileAccount>();
  /** Undefined: several domains have an account of this name. */
  readonly #byName = new Map<string, FileAccount | undefined>();
  readonly #hosts: ReadonlyMap<string, Host>;

  constructor({ groups = [], accounts = [], hosts = [] }: DirectoryFile) {
    this.#groups = new Map(groups.map((group) => [lowerCase(group.name), group]));
    this.#accounts = accounts;
    for (const account of accounts) {
      this.#byUpn.set(lowerCase(account.userPrincipalName), account);
      this.#bySid.set(account.sid, account);
      const name = lowerCase(account.name);
      this.#byName.set(name, this.#byName.has(name) ? undefined : account);
    }
    this.hosts = hosts.map(({ name, labels = {}, organizationalUnits = [] }) => ({
      name: lowerCase(name),
      labels,
      organizationalUnits,
    }));
    this.#hosts = new Map(this.hosts.map((host) => [host.name, host]));
  }
  /** By user principal name, SID or, where only one domain has it, name. */
  account(reference: string, now: UnixSeconds): Account | undefined {
    const lower = lowerCase(reference);
    const found = this.#byUpn.get(lower) ?? this.#bySid.get(reference) ?? this.#byName.get(lower);
    return found && this.#account(found, now);
  }
  host(name: string): Host | undefined {
    return this.#hosts.get(lowerCase(name));
  }
  *accounts(now: UnixSeconds): Iterable<Account> {
    for (const account of this.#accounts) yield this.#account(account, now);
  }
  #account(account: FileAccount, now: UnixSeconds): Account {
    const { name, userPrincipalName, sid, memberOf = [], expires } = account;
    const groups = this.#above(memberOf);
    return {
      name,
      domain: lowerCase(account.domain ?? userPrincipalName.slice(userPrincipalName.lastIndexOf('@') + 1)),
      userPrincipalName,
      sid,
      kind: account.kind ?? 'user',
      obstacles: [
        ...(account.disabled ? ['the account is disabled'] : []),
        ...(account.locked ? [LOCKED] : []),
        ...(expires !== undefined && Date.parse(expires) <= now * 1000 ? ['the account has expired'] : []),
      ],
      groupSids: groups.map((group) => group.sid),
      groups: groups.map((group) => group.name),
      adminCount: account.adminCount ?? 0,
      sidHistory: account.sidHistory ?? [],
    };
  }
  /** These groups and all above them, however they are nested, circles too. */
  #above(memberOf: readonly string[]): readonly FileGroup[] {
    const found = new Set<FileGroup>();
    const open = [...memberOf];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      const group = this.#groups.get(lowerCase(name));
      if (!group || found.has(group)) continue;
      found.add(group);
      open.push(...(group.memberOf ?? []));
    }
    return [...found];
  }
}

/** What the schema cannot say: names and SIDs given twice, groups that are nowhere defined, numbers over 32 bits, days that are none. */
export function directoryFaults({ groups = [], accounts = [], hosts = [] }: DirectoryFile): readonly Fault[] {
  const faults: Fault[] = [];
  const fault = (steps: Fault['steps'], message: string, next: string) => faults.push({ steps, message, next });
  const once = (what: string) => {
    const seen = new Set<string>();
    return (name: string, ...steps: Fault['steps']) => {
      if (seen.has(lowerCase(name))) fault(steps, `this ${what} is given twice`, 'keep one of the two');
      seen.add(lowerCase(name));
    };
  };
  const sound = (sid: string, ...steps: Fault['steps']) => {
    // [MS-DTYP] 2.4.2.1
    if (
      sid
        .split('-')
        .slice(2)
        .some((part) => Number(part) > 0xffff_ffff)
    )
      fault(steps, 'a number in this SID is over 4294967295', 'copy objectSid from the directory');
  };
  const [groupName, sid, upn, host] = ['group', 'SID', 'user principal name', 'host'].map(once);
  const known = new Set(groups.map(({ name }) => lowerCase(name)));
  const defined = (memberOf: readonly string[] = [], ...steps: Fault['steps']) => {
    for (const [i, name] of memberOf.entries())
      if (!known.has(lowerCase(name))) fault([...steps, 'memberOf', i], 'no such group is defined', 'add it under groups');
  };
  for (const [i, group] of groups.entries()) {
    groupName?.(group.name, 'groups', i, 'name');
    sid?.(group.sid, 'groups', i, 'sid');
    sound(group.sid, 'groups', i, 'sid');
    defined(group.memberOf, 'groups', i);
  }
  for (const [i, account] of accounts.entries()) {
    upn?.(account.userPrincipalName, 'accounts', i, 'userPrincipalName');
    sid?.(account.sid, 'accounts', i, 'sid');
    for (const [j, each] of [account.sid, ...(account.sidHistory ?? [])].entries())
      sound(each, 'accounts', i, ...(j === 0 ? ['sid'] : ['sidHistory', j - 1]));
    defined(account.memberOf, 'accounts', i);
    if (account.expires !== undefined && Number.isNaN(Date.parse(account.expires)))
      fault(['accounts', i, 'expires'], 'there is no such day', 'write a day such as 2030-12-31');
  }
  for (const [i, { name }] of hosts.entries()) host?.(name, 'hosts', i, 'name');
  return faults;
}

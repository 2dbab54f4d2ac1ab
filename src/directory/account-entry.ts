import { type Account, type AccountKind, LOCKED } from '../policy/account.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { numberOf, octetsOf, sidsOf, textOf, textsOf } from './entry-values.ts';
import { domainOfName } from './ldap-name.ts';
import type { LdapEntry } from './ldap-reply.ts';

/** All that an account is judged by, in one read. tokenGroups is computed, and only for a read of the object itself. */
export const accountAttributes = [
  'sAMAccountName',
  'userPrincipalName',
  'objectSid',
  'objectClass',
  'userAccountControl',
  'msDS-User-Account-Control-Computed',
  'lockoutTime',
  'accountExpires',
  'logonHours',
  'userWorkstations',
  'tokenGroups',
  'adminCount',
  'sIDHistory',
] as const;

/** userAccountControl, [MS-ADTS] 2.2.16. */
const uac = {
  disabled: 0x2n,
  lockout: 0x10n,
  interdomainTrust: 0x800n,
  workstationTrust: 0x1000n,
  serverTrust: 0x2000n,
} as const;
const trusts = uac.interdomainTrust | uac.workstationTrust | uac.serverTrust;

/** 100 nanoseconds since 1601 to Unix seconds. */
const unixSeconds = (fileTime: bigint) => Number(fileTime / 10_000_000n) - 11_644_473_600;
const NEVER = 0x7fff_ffff_ffff_ffffn;

const HOUR = 3600;
const WEEK = 7 * 24;
/** logonHours, [MS-SAMR] 2.2.6.5: a bit for each hour of the week in UTC from Sunday on, the lowest bit first. 1970 began on a Thursday. */
function isLogonHour(hours: Uint8Array, now: number): boolean {
  const hour = (Math.floor(now / HOUR) + 4 * 24) % WEEK;
  return ((hours[hour >> 3] ?? 0) & (1 << (hour & 7))) !== 0;
}
function obstaclesOf(entry: LdapEntry, now: number): string[] {
  const control = numberOf(entry, 'userAccountControl');
  const computed = numberOf(entry, 'msDS-User-Account-Control-Computed');
  const expires = numberOf(entry, 'accountExpires') ?? NEVER;
  const [hours] = octetsOf(entry, 'logonHours');
  // Where the computed flags cannot be read, a lockout that may be over counts.
  const isLocked = computed === undefined ? (numberOf(entry, 'lockoutTime') ?? 0n) !== 0n : (computed & uac.lockout) !== 0n;
  const reasons: readonly [boolean, string][] = [
    [control === undefined, 'the directory does not show whether the account is enabled'],
    [control !== undefined && (control & uac.disabled) !== 0n, 'the account is disabled'],
    [isLocked, LOCKED],
    [expires !== 0n && expires !== NEVER && unixSeconds(expires) <= now, 'the account has expired'],
    [hours !== undefined && hours.length * 8 !== WEEK, 'the logon hours of the account cannot be read'],
    [hours?.length === WEEK / 8 && !isLogonHour(hours, now), 'this is none of the logon hours of the account'],
  ];
  return reasons.flatMap(([holds, reason]) => (holds ? [reason] : []));
}
function kindOf(entry: LdapEntry): AccountKind {
  const classes = textsOf(entry, 'objectClass').map((name) => name.toLowerCase());
  if (classes.some((name) => name.startsWith('msds-') && name.endsWith('managedserviceaccount')))
    return 'managed-service-account';
  const isTrust = ((numberOf(entry, 'userAccountControl') ?? 0n) & trusts) !== 0n;
  return classes.includes('computer') || isTrust ? 'computer' : 'user';
}

/** What the entry alone says; the names of its groups are entries of their own. @throws MayflyError `directory-value` */
export function accountOf(entry: LdapEntry, now: number): Omit<Account, 'groups'> {
  const name = textOf(entry, 'sAMAccountName');
  const [sid] = sidsOf(entry, 'objectSid');
  if (name === undefined || sid === undefined)
    throw new MayflyError('directory-value', `${JSON.stringify(entry.name)} shows no sAMAccountName or no objectSid`, {
      next: "let Mayfly's account read it",
    });
  const domain = domainOfName(entry.name);
  const groupSids = sidsOf(entry, 'tokenGroups');
  const workstations = textOf(entry, 'userWorkstations');
  return {
    name,
    domain,
    // The implicit one, which every account has: [MS-ADTS] 5.1.1.1.1.
    userPrincipalName: textOf(entry, 'userPrincipalName') ?? `${name}@${domain}`,
    sid,
    kind: kindOf(entry),
    obstacles: obstaclesOf(entry, now),
    // Nobody is in no group at all: none to be seen means none were shown.
    groupSids: groupSids.length === 0 ? undefined : groupSids,
    adminCount: Number(numberOf(entry, 'adminCount') ?? 0n),
    sidHistory: sidsOf(entry, 'sIDHistory'),
    ...(workstations === undefined ? {} : { workstations: workstations.split(',').map((each) => each.trim()) }),
  };
}

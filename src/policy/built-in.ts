import { relativeId } from '../pki/lints/sid-form.ts';
import { FIRST_ORDINARY_RID, tierZeroGroup, tierZeroGroupNamed } from '../pki/tier-zero.ts';
import type { Account } from './account.ts';
import { lowerCase } from './lower-case.ts';

/** What the configuration says of the rules below. */
export interface BuiltInBounds {
  /** Accounts for which the Tier-0 rules, and no others, are lifted; one SID each, never a group's. */
  readonly exceptedSids: ReadonlySet<string>;
  /** Accounts that Mayfly itself uses. */
  readonly ownAccountSids: ReadonlySet<string>;
  /** Lower-case DNS names. */
  readonly upnSuffixes: readonly string[];
}
/** One rule that no file of rules can lift. */
export interface BuiltInRule {
  readonly name: string;
  readonly sentence: string;
  /** Whether an exception lifts it. */
  readonly tierZero: boolean;
  /** Whether accounts that it refuses stand on the list of refused SIDs; the others a CA knows by itself, or they pass. */
  readonly listed: boolean;
  /** What of the account it refuses; empty where the sentence says all there is. */
  readonly refuses: (account: Account, bounds: BuiltInBounds) => string | undefined;
}

const when = (condition: boolean): string | undefined => (condition ? '' : undefined);
const first = <Item>(items: readonly Item[], found: (item: Item) => string | undefined): string | undefined =>
  items.map(found).find((detail) => detail !== undefined);
const isOrdinary = (sid: string): boolean => FIRST_ORDINARY_RID <= (relativeId(sid) ?? 0);
const nameOfUpn = (upn: string): string => upn.slice(0, Math.max(0, upn.lastIndexOf('@')));
const suffixOfUpn = (upn: string): string => upn.slice(upn.lastIndexOf('@') + 1);
/** Compatibility forms of the dollar sign are one to a KDC that folds names. */
const isComputerName = (name: string): boolean => name.normalize('NFKC').trim().endsWith('$');

/**
 * Accounts nobody gets, whatever the rules say: a CA that NTAuth trusts could log on as any of them. The CA process holds the hard core
 * of it again for itself. First those that no exception lifts; the first that applies is the one that is said.
 */
export const builtInRules: readonly BuiltInRule[] = [
  {
    name: 'sid-form',
    sentence: 'the SID is not one of a domain account',
    tierZero: false,
    listed: false,
    refuses: ({ sid }) => when(relativeId(sid) === undefined),
  },
  {
    name: 'built-in-account',
    sentence: 'the account is one that the domain was made with (Administrator, krbtgt, Guest and the like)',
    tierZero: false,
    listed: false,
    refuses: ({ sid }) => when(!isOrdinary(sid)),
  },
  {
    name: 'not-a-user',
    sentence: 'the account is that of a computer or a managed service account',
    tierZero: false,
    listed: true,
    refuses: ({ kind, name, userPrincipalName: upn }) =>
      when(kind !== 'user' || isComputerName(name) || isComputerName(nameOfUpn(upn))),
  },
  {
    name: 'service-account',
    sentence: 'the account is one that Mayfly itself uses',
    tierZero: false,
    listed: true,
    refuses: ({ sid, sidHistory }, { ownAccountSids }) => when([sid, ...sidHistory].some((each) => ownAccountSids.has(each))),
  },
  {
    name: 'upn-suffix',
    sentence: 'the suffix of the user principal name is none of those configured',
    tierZero: false,
    listed: false,
    refuses: ({ userPrincipalName: upn }, { upnSuffixes }) =>
      when(nameOfUpn(upn) === '' || !upnSuffixes.some((suffix) => lowerCase(suffix) === lowerCase(suffixOfUpn(upn)))),
  },
  {
    name: 'account-unusable',
    sentence: 'nobody may log on to the account now',
    tierZero: false,
    listed: false,
    refuses: ({ obstacles }) => (obstacles.length === 0 ? undefined : obstacles.join(', ')),
  },
  {
    // No exception: a rule that forbids a group something would not see it either.
    name: 'groups-unknown',
    sentence: 'the directory could not tell which groups the account is in',
    tierZero: false,
    listed: true,
    refuses: ({ groupSids }) => when(groupSids === undefined),
  },
  {
    name: 'sid-history-built-in',
    sentence: "the account's SID history holds a SID that is not one of an ordinary account",
    tierZero: false,
    listed: true,
    refuses: ({ sidHistory }) => when(sidHistory.some((sid) => tierZeroGroup(sid) === undefined && !isOrdinary(sid))),
  },
  {
    name: 'sid-history-tier-zero',
    sentence: "the account's SID history holds a group of tier 0",
    tierZero: true,
    listed: true,
    refuses: ({ sidHistory }) => first(sidHistory, tierZeroGroup),
  },
  {
    name: 'tier-zero-group',
    sentence: 'the account is in a group of tier 0, whose members can come to own the domain',
    tierZero: true,
    listed: true,
    refuses: ({ groupSids, groups }) => first(groupSids ?? [], tierZeroGroup) ?? first(groups, tierZeroGroupNamed),
  },
  {
    name: 'admin-count',
    sentence: 'the account is or was protected as an administrator (adminCount)',
    tierZero: true,
    listed: true,
    refuses: ({ adminCount }) => when(adminCount !== 0),
  },
];

/** Why nobody gets this account, whoever asks and whatever the rules say. */
export function builtInRefusal(
  account: Account,
  bounds: BuiltInBounds,
): { readonly rule: string; readonly sentence: string } | undefined {
  const isExcepted = bounds.exceptedSids.has(account.sid);
  for (const { name, sentence, tierZero, refuses } of builtInRules) {
    const detail = tierZero && isExcepted ? undefined : refuses(account, bounds);
    if (detail !== undefined) return { rule: name, sentence: detail === '' ? sentence : `${sentence}: ${detail}` };
  }
  return undefined;
}

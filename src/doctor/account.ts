import type { Account } from '../policy/account.ts';
import { type BuiltInBounds, builtInRefusal } from '../policy/built-in.ts';
import { lowerCase } from '../policy/lower-case.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { CheckId } from './checks.ts';
import { cannotTell, type Finding, ok, wrong } from './finding.ts';

/** All that this can tell of an account. */
export const accountChecks: readonly CheckId[] = ['account', 'account-upn', 'account-sid', 'account-enabled', 'account-rules'];

/** What one domain controller says of the account; undefined: it has none. */
export interface AccountThere {
  readonly server: string;
  readonly account: Account | undefined;
}
export interface AccountPorts {
  /** As the service reads it. @throws MayflyError `directory-ambiguous` where the name leads to several */
  readonly account: (reference: string) => Promise<Account | undefined>;
  /** By its SID, on each domain controller of its domain that answers. @throws MayflyError `directory-ambiguous` */
  readonly onEach: (account: Account) => Promise<readonly AccountThere[]>;
  readonly bounds: BuiltInBounds;
}
export interface AccountQuestion {
  /** UPN, name or SID. */
  readonly reference: string;
  /** What somebody takes its SID for. */
  readonly sid: string | undefined;
}
/** What the directory says of an account that is to log on, wherever on the host or at the KDC that will count. */
export async function accountFindings(question: AccountQuestion, ports: AccountPorts): Promise<readonly Finding[]> {
  const { reference } = question;
  const rest = (told: string) => accountChecks.slice(1).map((check) => cannotTell(check, reference, { says: told }));
  let account: Account | undefined;
  let there: readonly AccountThere[] = [];
  try {
    account = await ports.account(reference);
    const implied = account && impliedName(account);
    // Who is meant by the name alone may be somebody else, and is shut out by this account's explicit one.
    if (implied !== undefined) await ports.account(implied);
    if (account) there = await ports.onEach(account);
  } catch (e) {
    if (!(e instanceof MayflyError && e.code === 'directory-ambiguous')) throw e;
    const told = { says: e.message, fix: e.next, code: e.code };
    return [
      ok('account', reference, 'it exists, and not alone'),
      wrong('account-upn', reference, told),
      ...rest('more than one account is meant').slice(1),
    ];
  }
  if (!account) {
    const fix = 'write its user principal name, sAMAccountName or SID; another domain must be configured as well';
    return [
      wrong('account', reference, { says: 'the directory knows no such account', fix, code: 'account-unknown' }),
      ...rest('there is no such account'),
    ];
  }
  return [
    ok('account', reference, `${account.name} in ${account.domain}`),
    upnFinding(reference, account, there),
    sidFinding(question, account, there),
    enabledFinding(reference, account, there),
    rulesFinding(reference, account, there, ports.bounds),
  ];
}
/** Of the `alice@corp.example` that will stand in certificates the account name that has it implicitly, where that is another one. */
function impliedName({ name, domain, userPrincipalName: upn }: Account): string | undefined {
  const at = upn.lastIndexOf('@');
  const isImplicit = 0 < at && lowerCase(upn.slice(at + 1)) === domain;
  return isImplicit && lowerCase(upn.slice(0, at)) !== lowerCase(name) ? upn.slice(0, at) : undefined;
}
/** Replication: a domain controller maps by its own copy. */
const REPLICATE = 'wait for replication, or see `repadmin /showrepl`';

function upnFinding(about: string, { userPrincipalName: upn }: Account, there: readonly AccountThere[]): Finding {
  const other = there.find(({ account }) => account && lowerCase(account.userPrincipalName) !== lowerCase(upn));
  if (!other) return ok('account-upn', about, upn);
  const says = `${other.server} calls it ${other.account?.userPrincipalName}, and others ${upn}`;
  return wrong('account-upn', about, { says, fix: REPLICATE, code: 'account-changed' });
}
function sidFinding({ reference, sid: given }: AccountQuestion, account: Account, there: readonly AccountThere[]): Finding {
  const { sid, sidHistory } = account;
  const missing = there.find((each) => each.account === undefined);
  if (missing) {
    const says = `${missing.server} has no account with SID ${sid}`;
    return wrong('account-sid', reference, { says, fix: REPLICATE, code: 'account-changed' });
  }
  if (given === undefined || given === sid) return ok('account-sid', reference, sid);
  const was = sidHistory.includes(given)
    ? 'which it had before it was moved'
    : 'which is another account, or one that was deleted';
  return wrong('account-sid', reference, {
    says: `its SID is ${sid}, and not ${given}, ${was}`,
    fix: 'let whoever keeps the SID read it from the directory again; a certificate with the other SID is refused (KRB-ERROR 66)',
    code: 'account-sid',
  });
}
/** Locks, groups and what else replicates late: each domain controller judges by its own. */
function enabledFinding(about: string, { obstacles: first }: Account, there: readonly AccountThere[]): Finding {
  const obstructed = there.find(({ account }) => account && account.obstacles.length > 0);
  const obstacles =
    first.length > 0 ? first : (obstructed?.account?.obstacles ?? []).map((each) => `${each} (${obstructed?.server})`);
  if (obstacles.length === 0) return ok('account-enabled', about, 'nothing in the account is in the way');
  const fix = 'correct it in the directory (`mayfly ad account` shows all of it)';
  return wrong('account-enabled', about, { says: obstacles.join(', '), fix, code: 'account-unusable' });
}
function rulesFinding(about: string, account: Account, there: readonly AccountThere[], bounds: BuiltInBounds): Finding {
  const all = [account, ...there.flatMap(({ account: each }) => each ?? [])];
  // What is in the way of everybody, card or not, is said once and elsewhere.
  const refusal = all.map((each) => builtInRefusal({ ...each, obstacles: [] }, bounds)).find((each) => each !== undefined);
  if (!refusal) return ok('account-rules', about, 'none does');
  const fix = 'log on as an account of lower tiers, or read "Rules" of README.md on exceptedSids';
  return wrong('account-rules', about, { says: refusal.sentence, fix, code: refusal.rule });
}

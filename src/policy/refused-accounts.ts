import { relativeId } from '../pki/lints/sid-form.ts';
import type { Account } from './account.ts';
import { type BuiltInBounds, builtInRules } from './built-in.ts';

/** Every account of a directory, nested groups flattened, read in one go. @throws MayflyError where it cannot tell all of them */
export interface AccountSource {
  accounts(): AsyncIterable<Account>;
}
export interface RefusedAccounts {
  /** Those looked at. */
  readonly accounts: number;
  readonly sids: readonly string[];
  /** How many each built-in rule has refused; an account counts for the first that does. */
  readonly byRule: Readonly<Record<string, number>>;
}
const listing = builtInRules.filter(({ listed }) => listed);

/**
 * The SIDs that no CA certifies for what the directory says of their accounts, without any exception: these are the CA's own. An
 * account that has the SID of one of them in its history is one of them.
 */
export async function refusedAccounts(
  sources: readonly AccountSource[],
  ownAccountSids: BuiltInBounds['ownAccountSids'],
): Promise<RefusedAccounts> {
  const bounds: BuiltInBounds = { exceptedSids: new Set(), ownAccountSids, upnSuffixes: [] };
  const sids = new Set(ownAccountSids);
  const byRule: Record<string, number> = {};
  const histories: Account[] = [];
  const refuse = (rule: string, { sid }: Pick<Account, 'sid'>) => {
    byRule[rule] = (byRule[rule] ?? 0) + 1;
    sids.add(sid);
  };
  let accounts = 0;
  for (const source of sources) {
    for await (const account of source.accounts()) {
      accounts++;
      const rule = listing.find(({ refuses }) => refuses(account, bounds) !== undefined);
      if (rule) refuse(rule.name, account);
      else if (account.sidHistory.length > 0) histories.push(account);
    }
  }
  for (let before = -1; before !== sids.size; ) {
    before = sids.size;
    for (const account of histories) {
      if (!sids.has(account.sid) && account.sidHistory.some((sid) => sids.has(sid))) refuse('sid-history-refused', account);
    }
  }
  // What is no account of a domain needs no list: the CA refuses the form.
  return { accounts, sids: [...sids].filter((sid) => relativeId(sid) !== undefined), byRule };
}

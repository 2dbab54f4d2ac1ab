import { lowerCase } from '../policy/lower-case.ts';
import type { LoggedOn } from '../rdp/save-session-info.ts';
import type { GrantedAccount } from '../session/session.ts';
import { printableName } from '../x509/name-text.ts';

/** Octets of a NetBIOS name. */
const NETBIOS = 15;
const firstLabel = (dnsName: string) => lowerCase(dnsName.split('.', 1)[0]?.slice(0, NETBIOS) ?? '');
/** Where somebody was logged on, and what is known of the account's domain. */
export interface Logon {
  /** DNS name. */
  readonly host: string;
  /** NetBIOS name of the account's domain; undefined: nobody has told. */
  readonly netBios: string | undefined;
}

/**
 * Whether whoever the host logged on is whom the session was granted for. A host writes the domain as NetBIOS or as DNS has it; where
 * nobody tells the NetBIOS name it is taken for the first label of the DNS name, as it mostly is. Under its own name a host has accounts
 * that are none of the domain's.
 */
export function isGranted(
  { domain, userName }: LoggedOn,
  account: Pick<GrantedAccount, 'name' | 'domain' | 'userPrincipalName'>,
  { host, netBios = firstLabel(account.domain) }: Logon,
): boolean {
  const [user, of] = [lowerCase(userName), lowerCase(domain)];
  const isOfDomain = of === lowerCase(account.domain) || (of === lowerCase(netBios) && of !== firstLabel(host));
  if (user === lowerCase(account.name)) return isOfDomain;
  return user === lowerCase(account.userPrincipalName) && (of === '' || isOfDomain);
}
/** What is known when somebody is logged on. */
export interface LogonFacts extends Logon {
  readonly account: Parameters<typeof isGranted>[1];
  /** Somebody was, before. */
  readonly isLoggedOn: boolean;
  readonly hasUsedCard: boolean;
}
/** What is wrong with it. A notification without a name is one of somebody who was named before. */
export function logonFault(
  who: LoggedOn,
  { account, isLoggedOn, hasUsedCard, ...logon }: LogonFacts,
): 'other-account' | 'logon-without-card' | undefined {
  const isHolder = who.userName === '' ? isLoggedOn : isGranted(who, account, logon);
  if (!isHolder) return 'other-account';
  return isLoggedOn || hasUsedCard ? undefined : 'logon-without-card';
}
/** UTF-16 code units of a name that a host gives: more is nobody's. */
const MOST_NAME = 256;
/** Whom it named, as the journal may have it. */
export const nameOf = ({ domain, userName }: LoggedOn): string =>
  printableName((domain === '' ? userName : `${domain}\\${userName}`).slice(0, MOST_NAME));

/** What kind of object of the directory an account is. */
export type AccountKind = 'user' | 'computer' | 'managed-service-account';

/** The obstacle that passes by itself, and that anybody can put there by typing wrong passwords. */
export const LOCKED = 'the account is locked';

/** An account as the directory shows it, read in one piece and fresh whenever a decision is made. */
export interface Account {
  /** sAMAccountName, as the directory writes it. */
  readonly name: string;
  /** DNS name of its domain, lower case. */
  readonly domain: string;
  readonly userPrincipalName: string;
  /** objectSid, `S-1-5-21-…`. */
  readonly sid: string;
  readonly kind: AccountKind;
  /** Why nobody may log on to it now, one clause each: disabled, locked, expired. */
  readonly obstacles: readonly string[];
  /** SIDs of all groups it is in, nested ones and its primary group too; undefined where the directory could not tell. */
  readonly groupSids: readonly string[] | undefined;
  /** Names of the same groups, as rules write them. */
  readonly groups: readonly string[];
  /** adminCount of the directory. */
  readonly adminCount: number;
  readonly sidHistory: readonly string[];
  /** NetBIOS names of the only hosts it may log on to (userWorkstations); undefined: any. */
  readonly workstations?: readonly string[];
}

/** A host that may be asked for. */
export interface Host {
  /** DNS name, lower case. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Distinguished names of the organizational units it is in, the nearest first. */
  readonly organizationalUnits: readonly string[];
  /** Why nobody can be proven to it now, one clause each: its service is registered on another account. */
  readonly obstacles?: readonly string[];
}

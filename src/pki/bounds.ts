/** What one issuing CA may certify, decided on its own side whatever it is asked. */
export interface Bounds {
  /** Longest time from now to not-after, in seconds. */
  readonly maxLifetime: number;
  /** Lower-case DNS names; a UPN must end in one of them. */
  readonly upnSuffixes: readonly string[];
  /** Accounts never certified: `S-1-5-21-…`. */
  readonly refusedSids: ReadonlySet<string>;
  /** Accounts that are certified though they stand on the list below; nothing else is lifted for them. */
  readonly exceptedSids: ReadonlySet<string>;
}
/** The list of accounts never certified that a directory's reader keeps, as it stands when a request is judged. */
export type RefusedSidList =
  | { readonly state: 'good'; readonly sids: ReadonlySet<string> }
  /** `reason` names the list, what is wrong with it and what to do. */
  | { readonly state: 'unusable'; readonly reason: string }
  | { readonly state: 'not-configured' };
export const MINUTE = 60;
/** Not-before lies this far back, so that a domain controller whose clock is behind still accepts it. */
export const BACKDATING = 5 * MINUTE;
export const DEFAULT_LIFETIME = 5 * MINUTE;
export const MAX_LIFETIME = 30 * MINUTE;

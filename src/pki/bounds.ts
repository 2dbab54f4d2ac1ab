/** What one issuing CA may certify, decided on its own side whatever it is asked. */
export interface Bounds {
  /** Longest time from now to not-after, in seconds. */
  readonly maxLifetime: number;
  /** Lower-case DNS names; a UPN must end in one of them. */
  readonly upnSuffixes: readonly string[];
  /** Accounts never certified: `S-1-5-21-…`. */
  readonly refusedSids: ReadonlySet<string>;
}
export const MINUTE = 60;
/** Not-before lies this far back, so that a domain controller whose clock is behind still accepts it. */
export const BACKDATING = 5 * MINUTE;
export const DEFAULT_LIFETIME = 5 * MINUTE;
export const MAX_LIFETIME = 30 * MINUTE;

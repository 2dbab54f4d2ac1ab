import type { UnixSeconds } from '../wire/der-time.ts';
import type { Account, Host } from './account.ts';
import type { Approval } from './approval.ts';
import type { Person } from './principal.ts';

/** One thing that somebody wants to do. */
export interface Question {
  readonly person: Person;
  readonly caller: { readonly id: string; readonly name: string };
  /** The person called itself, a launcher showed the person's token, a launcher only named the person. */
  readonly proof: 'self' | 'token' | 'named';
  readonly host: Host;
  readonly account: Account;
  /** Whether the account is the person's own. */
  readonly ownAccount: boolean;
  readonly mode: 'gateway' | 'card' | 'ticket';
  readonly reason: string | undefined;
  /** IP address that the request came from. */
  readonly network: string;
  readonly time: UnixSeconds;
}

export interface Denied {
  readonly effect: 'deny';
  readonly sentence: string;
  /** Rules that forbid it; none where no rule permits it. */
  readonly rules: readonly string[];
  readonly cause: 'no-permit' | 'forbidden' | 'error';
}
/** What all rules that permit it leave over: the least minutes, what all of them let through and allow, all approvals together. */
export interface Allowed {
  readonly effect: 'allow';
  readonly rules: readonly string[];
  readonly minutes: number;
  readonly channels: readonly string[];
  /** Of `allowanceNames`. */
  readonly allows: readonly string[];
  readonly approvals: readonly Approval[];
}
export type Decision = Denied | Allowed;

import type { Approval } from '../policy/approval.ts';
import type { Person } from '../policy/principal.ts';
import type { UnixSeconds } from '../wire/der-time.ts';

/** How a card is used. */
export const modes = ['gateway', 'card', 'ticket'] as const;
export type Mode = (typeof modes)[number];

/** `expired`: before anything was made of the grant. `failed`: it could not be made use of. */
export const sessionStates = ['awaiting-approval', 'granted', 'denied', 'ended', 'expired', 'failed'] as const;
export type SessionState = (typeof sessionStates)[number];

/** How the person behind a request was proven: it called itself, a launcher showed its token, a launcher named it. */
export type Proof = 'self' | 'token' | 'named';

/** The account as it was when the session was decided; a card is made of what the directory says then. */
export interface GrantedAccount {
  readonly name: string;
  readonly domain: string;
  readonly userPrincipalName: string;
  readonly sid: string;
}
export interface GivenApproval {
  readonly person: Person;
  readonly verdict: 'approve' | 'deny';
  readonly at: UnixSeconds;
  readonly reason?: string | undefined;
}
/** One card of a session, as far as it may be told. */
export interface CardRecord {
  readonly id: string;
  readonly session: string;
  readonly state: 'requested' | 'live' | 'destroyed';
  /** Undefined until the CA has issued. */
  readonly serialNumber?: string | undefined;
  readonly notAfter?: UnixSeconds | undefined;
  readonly operations: number;
  /** Why the key was destroyed. */
  readonly cause?: string | undefined;
}

/** A decision, and what became of it. Never a PIN, a key or a token. */
export interface Session {
  readonly id: string;
  readonly state: SessionState;
  /** Why it is denied, has ended or failed; one sentence. */
  readonly sentence?: string | undefined;
  /** A word for the same, for programs and counters. */
  readonly cause?: string | undefined;
  readonly created: UnixSeconds;
  /** When it ends by itself: awaiting or unused it expires then, in use it ends. */
  readonly until: UnixSeconds;
  readonly caller: { readonly id: string; readonly name: string };
  readonly callerPerson?: Person | undefined;
  readonly person?: Person | undefined;
  readonly proof: Proof;
  readonly host: string;
  readonly account?: GrantedAccount | undefined;
  readonly mode: Mode;
  readonly reason?: string | undefined;
  readonly network: string;
  readonly rules: readonly string[];
  readonly minutes: number;
  readonly channels: readonly string[];
  /** Of `allowanceNames` of the policy; one that was stored before there were any has none. */
  readonly allows?: readonly string[] | undefined;
  readonly needed: readonly Approval[];
  readonly given: readonly GivenApproval[];
}
/** A session with its cards, as its owner sees it. */
export interface SessionView extends Session {
  readonly cards: readonly CardRecord[];
}

export const isOver = ({ state }: Session): boolean => state !== 'granted' && state !== 'awaiting-approval';

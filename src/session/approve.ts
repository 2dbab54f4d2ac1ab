import type { JournalEntry } from '../journal/entry.ts';
import { approvalOutcome, mayApprove } from '../policy/approval.ts';
import type { Caller } from '../policy/principal.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { GivenApproval, Session } from './session.ts';
import { hasSpoken, personName, requester } from './session-access.ts';
import { decidedEntry } from './session-entries.ts';
import { sessionError } from './session-error.ts';

/** One person's word on a session that waits for it. */
export interface Word {
  readonly caller: Caller;
  readonly verdict: 'approve' | 'deny';
  readonly reason?: string | undefined;
  readonly at: UnixSeconds;
  /** Seconds within which a grant is used. */
  readonly patience: number;
}

/**
 * What a session becomes by it, and the entries that say so.
 * @throws MayflyError `approval-not-awaited`, `approval-not-yours`, `approval-given`
 */
export function withApproval(
  session: Session,
  { caller, verdict, reason, at, patience }: Word,
): { readonly session: Session; readonly entries: readonly JournalEntry[] } {
  if (session.state !== 'awaiting-approval') throw sessionError('approval-not-awaited');
  const { person } = caller;
  const refusal =
    person && caller.scopes.includes('approve')
      ? mayApprove(person, session.needed, requester(session))
      : 'an approval is given by a person, with a token for it';
  if (!person || refusal !== undefined)
    throw new MayflyError('approval-not-yours', refusal ?? '', { next: 'ask a member of the group that may' });
  if (hasSpoken(session, person)) throw sessionError('approval-given');
  const given: readonly GivenApproval[] = [...session.given, { person, verdict, at, reason }];
  const entry: JournalEntry = {
    event: 'approval-given',
    at,
    session: session.id,
    caller: caller.id,
    person: personName(person),
    verdict,
    ...(reason === undefined ? {} : { reason }),
  };
  const outcome = approvalOutcome(session.needed, given, requester(session));
  if (outcome.state === 'awaiting') return { session: { ...session, given }, entries: [entry] };
  const decided: Session =
    outcome.state === 'granted'
      ? { ...session, given, state: 'granted', until: at + patience }
      : { ...session, given, state: 'denied', cause: 'approval-denied', sentence: 'an approver has denied it' };
  return { session: decided, entries: [entry, decidedEntry(decided, at)] };
}

import type { JournalEntry } from '../journal/entry.ts';
import type { Session } from './session.ts';
import { personName } from './session-access.ts';

export function requestedEntry(session: Session): JournalEntry {
  const { id, created, caller, person, host, account, mode, reason, network } = session;
  return {
    event: 'session-requested',
    at: created,
    session: id,
    caller: caller.id,
    callerName: caller.name,
    ...(person ? { person: personName(person) } : {}),
    host,
    ...(account ? { account: account.userPrincipalName } : {}),
    mode,
    ...(reason === undefined ? {} : { reason }),
    network,
  };
}
export function decidedEntry(session: Session, at: number): JournalEntry {
  const { id, state, rules, sentence, account, minutes, needed } = session;
  return {
    event: 'session-decided',
    at,
    session: id,
    effect: state === 'granted' || state === 'awaiting-approval' ? state : 'denied',
    rules,
    ...(sentence === undefined ? {} : { sentence }),
    ...(account ? { account: account.name, sid: account.sid, userPrincipalName: account.userPrincipalName } : {}),
    minutes,
    approvals: needed.map(({ count, group }) => `${count} of ${group}`),
  };
}

import type { UnixSeconds } from '../wire/der-time.ts';
import type { Allowed, SessionRequest, Verdict } from './decide.ts';
import type { Session } from './session.ts';

/** A session as it begins: what was asked for, and what was decided. `patience`: seconds to be used or approved in. */
export function newSession(
  id: string,
  created: UnixSeconds,
  patience: number,
  request: SessionRequest,
  verdict: Verdict,
): Session {
  const { caller, person, proof, mode, reason, network } = request;
  const account = verdict.account && {
    name: verdict.account.name,
    domain: verdict.account.domain,
    userPrincipalName: verdict.account.userPrincipalName,
    sid: verdict.account.sid,
  };
  const base = {
    id,
    created,
    until: created + patience,
    caller: { id: caller.id, name: caller.name },
    callerPerson: caller.person,
    person,
    proof,
    host: request.target.toLowerCase(),
    account,
    mode,
    reason,
    network,
    given: [],
  };
  if (!verdict.ok) {
    const { cause, sentence, rules } = verdict.refusal;
    return { ...base, state: 'denied', cause, sentence, rules, minutes: 0, channels: [], needed: [] };
  }
  const { minutes, channels, allows, approvals, rules } = verdict.decision;
  return {
    ...base,
    host: verdict.host.name,
    state: approvals.length > 0 ? 'awaiting-approval' : 'granted',
    rules,
    minutes,
    channels,
    allows,
    needed: approvals,
  };
}
/** In use, a session lasts as long as the rules gave it; those of now may take something away, and give nothing. */
export function inUse(session: Session, { minutes, channels, allows }: Allowed, isInUse: boolean, now: UnixSeconds): Session {
  const least = Math.min(session.minutes, minutes);
  const until = now + least * 60;
  return {
    ...session,
    minutes: least,
    channels: session.channels.filter((channel) => channels.includes(channel)),
    allows: session.allows?.filter((name) => allows.includes(name)),
    until: isInUse ? Math.min(session.until, until) : until,
  };
}

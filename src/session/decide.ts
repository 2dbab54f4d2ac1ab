import { type Account, type Host, LOCKED } from '../policy/account.ts';
import { approvalOutcome } from '../policy/approval.ts';
import { type BuiltInBounds, builtInRefusal } from '../policy/built-in.ts';
import { lowerCase } from '../policy/lower-case.ts';
import type { Caller, Person } from '../policy/principal.ts';
import type { Decision, Question } from '../policy/rules.ts';
import type { Directory, SessionPorts } from './ports.ts';
import type { Mode, Proof, Session } from './session.ts';
import { personNow, requester } from './session-access.ts';

/** What is asked for, by whom and for whom. */
export interface SessionRequest {
  readonly caller: Caller;
  readonly person: Person;
  readonly proof: Proof;
  readonly target: string;
  /** UPN, SID or name; the person's own account without. */
  readonly account?: string | undefined;
  readonly mode: Mode;
  readonly reason?: string | undefined;
  /** IP address that the request came from. */
  readonly network: string;
}
/** Why not: a word for programs and counters, one sentence for people, the rules that say so. */
export interface Refusal {
  readonly cause: string;
  readonly sentence: string;
  readonly rules: readonly string[];
}
export type Allowed = Extract<Decision, { effect: 'allow' }>;
export type Verdict =
  | { readonly ok: true; readonly host: Host; readonly account: Account; readonly decision: Allowed }
  | { readonly ok: false; readonly refusal: Refusal; readonly account?: Account | undefined };

const refuse = (
  cause: string,
  sentence: string,
  account?: Account,
  rules: readonly string[] = [],
): Extract<Verdict, { ok: false }> => {
  return { ok: false, refusal: { cause, sentence, rules }, account };
};

/** What the rules are asked, with all that the directory says fresh, or why they need not be. @throws MayflyError where it cannot tell */
export async function questionOf(
  { directory, clock }: Pick<SessionPorts, 'directory' | 'clock'>,
  bounds: BuiltInBounds,
  request: SessionRequest,
): Promise<{ readonly ok: true; readonly question: Question } | Extract<Verdict, { ok: false }>> {
  const { caller, person, proof, mode, reason, network } = request;
  const host = await directory.host(request.target);
  if (!host) return refuse('target-unknown', 'the directory knows no such host');
  if (host.obstacles?.length)
    return refuse('target-unproven', `nothing would prove the host: ${host.obstacles.join(', ')}`, undefined, [
      'target-unproven',
    ]);
  const reference = request.account ?? person.userPrincipalName;
  if (reference === undefined) return refuse('account-not-mapped', 'the person has no account of their own here: name one');
  const account = await directory.account(reference);
  if (!account) return refuse('account-unknown', 'the directory knows no such account');
  const builtIn = builtInRefusal(account, bounds);
  if (builtIn) return refuse(builtIn.rule, builtIn.sentence, account, [builtIn.rule]);
  // Not by toLowerCase(): a letter beyond ASCII that becomes one inside would be somebody else's name.
  const ownAccount =
    person.userPrincipalName !== undefined && lowerCase(account.userPrincipalName) === lowerCase(person.userPrincipalName);
  if (!isOfWorkstations(account, host))
    return refuse('workstation', 'the account may log on to other hosts only (userWorkstations)', account, ['workstation']);
  const by = { id: caller.id, name: caller.name };
  return { ok: true, question: { person, caller: by, proof, host, account, ownAccount, mode, reason, network, time: clock() } };
}
/** Asks the directory and the rules, fresh. @throws MayflyError where the directory cannot tell */
export async function decide(
  ports: Pick<SessionPorts, 'directory' | 'rules' | 'clock'>,
  bounds: BuiltInBounds,
  request: SessionRequest,
): Promise<Verdict> {
  const asked = await questionOf(ports, bounds, request);
  if (!asked.ok) return asked;
  const { host, account } = asked.question;
  const decision = ports.rules().decide(asked.question);
  if (decision.effect === 'deny') return refuse(`rules-${decision.cause}`, decision.sentence, account, decision.rules);
  return { ok: true, host, account, decision };
}

/** Who asks again, and from where. */
export interface Asker {
  readonly caller: Caller;
  readonly network: string;
}
/**
 * Asks again for a session that was granted: by the directory and the rules of this moment, for the account it was granted for.
 * @param asker whoever asks now; nobody does while it goes on
 */
export async function decideAgain(
  ports: Pick<SessionPorts, 'directory' | 'rules' | 'clock'>,
  bounds: BuiltInBounds,
  session: Session,
  asker?: Asker,
): Promise<Verdict> {
  const { account, proof, host, mode, reason } = session;
  if (!account) return refuse('account-unknown', 'the session has no account');
  const person = await personNow(session, asker?.caller, ports.directory);
  if (!person) return refuse('person-unknown', 'the directory no longer knows the person, or nobody may log on as them now');
  const caller = asker?.caller ?? { ...session.caller, scopes: [], person: session.callerPerson };
  const network = asker?.network ?? session.network;
  const again = { caller, person, proof, target: host, account: account.sid, mode, reason, network };
  const verdict = await decide(ports, bounds, again);
  if (!verdict.ok) return verdict;
  if (lowerCase(verdict.account.userPrincipalName) !== lowerCase(account.userPrincipalName))
    return refuse('account-changed', 'the account has another name than when the session was granted', verdict.account);
  const { approvals } = verdict.decision;
  return approvals.length === 0 || approvalOutcome(approvals, session.given, requester(session)).state === 'granted'
    ? verdict
    : refuse('approval-missing', 'the rules ask for an approval now that was not given', verdict.account);
}
/**
 * The directory for sessions that go on: a lock keeps people from logging on, and whoever types a wrong password often enough must not
 * end the session of somebody who has logged on.
 */
export const regardlessOfLocks = (directory: Directory): Directory => ({
  host: (name) => directory.host(name),
  hosts: () => directory.hosts(),
  async account(reference) {
    const found = await directory.account(reference);
    return found && { ...found, obstacles: found.obstacles.filter((obstacle) => obstacle !== LOCKED) };
  },
});

/** A NetBIOS name is the first label of the DNS name, 15 characters of it. */
const isOfWorkstations = ({ workstations }: Account, { name }: Host): boolean =>
  workstations?.some((each) => each.toLowerCase() === name.split('.', 1)[0]?.slice(0, 15).toLowerCase()) ?? true;

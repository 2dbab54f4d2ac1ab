import { approvalOutcome } from '../policy/approval.ts';
import type { BuiltInBounds } from '../policy/built-in.ts';
import type { Caller, Person } from '../policy/principal.ts';
import type { Rules } from '../policy/rules.ts';
import { decide } from '../session/decide.ts';
import type { Directory } from '../session/ports.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { type CaseFile, caseDefaults, type PolicyCase } from './policy-case.ts';

export interface CaseOutcome {
  readonly state: 'granted' | 'awaiting-approval' | 'denied';
  readonly by: readonly string[];
  readonly minutes?: number;
  readonly channels?: readonly string[];
  readonly allows?: readonly string[];
  readonly approvals?: readonly string[];
  readonly sentence?: string;
}
export interface CaseResult {
  readonly name: string;
  readonly ok: boolean;
  readonly outcome: CaseOutcome;
  /** One clause for each expectation that was not met. */
  readonly differences: readonly string[];
}
export interface CaseContext {
  /** As it is at some time. */
  readonly directoryAt: (clock: () => UnixSeconds) => Directory;
  readonly rules: Rules;
  readonly bounds: BuiltInBounds;
}

function personOf(people: CaseFile['people'], name: string): Person {
  const { issuer = 'https://idp.example', subject = name, userPrincipalName, groups, claims, strength } = people[name] ?? {};
  return { issuer, subject, userPrincipalName, groups: groups ?? [], claims: claims ?? {}, strength: strength ?? [] };
}
/** The caller of a case: the person, or a launcher, which is nobody by itself. */
function callerOf(person: Person, { proof, caller }: Pick<PolicyCase, 'proof' | 'caller'>): Caller {
  const isPerson = caller === undefined && proof !== 'named';
  const id = caller ?? (isPerson ? `oidc:${person.issuer}#${person.subject}` : 'token:launcher');
  return { id, name: id, scopes: ['sessions'], person: isPerson ? person : undefined };
}
const sorted = (list: readonly string[]) => list.toSorted().join(', ');

/** Decides one case as the service would, verdicts of approvers included. */
async function outcomeOf(each: PolicyCase, { people, defaults = {} }: CaseFile, context: CaseContext): Promise<CaseOutcome> {
  const asked = { ...caseDefaults, ...defaults, ...each };
  const person = personOf(people, each.person);
  const caller = callerOf(person, asked);
  const clock = () => Date.parse(asked.time) / 1000;
  const verdict = await decide({ directory: context.directoryAt(clock), rules: () => context.rules, clock }, context.bounds, {
    caller,
    person,
    proof: asked.proof,
    target: asked.host ?? '',
    account: asked.account,
    mode: asked.mode,
    reason: asked.reason,
    network: asked.network,
  });
  if (!verdict.ok) {
    const { rules, cause, sentence } = verdict.refusal;
    return { state: 'denied', by: rules.length > 0 ? rules : [cause], sentence };
  }
  const { rules, minutes, channels, allows, approvals } = verdict.decision;
  const given = (each.given ?? []).map(({ person: who, verdict: said }) => ({ person: personOf(people, who), verdict: said }));
  const { state } = approvalOutcome(approvals, given, { person, callerPerson: caller.person });
  return {
    state: state === 'awaiting' ? 'awaiting-approval' : state,
    by: rules,
    minutes,
    channels,
    allows,
    approvals: approvals.map(({ count, group }) => `${count} of ${group}`),
  };
}

export async function runCase(each: PolicyCase, file: CaseFile, context: CaseContext): Promise<CaseResult> {
  const outcome = await outcomeOf(each, file, context);
  const differences: string[] = [];
  if (outcome.state !== each.expect)
    differences.push(
      `expected ${each.expect}, is ${outcome.state}${outcome.sentence === undefined ? '' : ` (${outcome.sentence})`}`,
    );
  if (each.minutes !== undefined && outcome.minutes !== each.minutes)
    differences.push(`expected ${each.minutes} minutes, are ${outcome.minutes ?? 'none'}`);
  for (const name of ['by', 'channels', 'allows', 'approvals'] as const) {
    const wanted = each[name];
    const got = outcome[name] ?? [];
    if (wanted !== undefined && sorted(wanted) !== sorted(got))
      differences.push(`expected ${name} ${sorted(wanted) || '(none)'}, is ${sorted(got) || '(none)'}`);
  }
  return { name: each.name, ok: differences.length === 0, outcome, differences };
}

import type { Person } from '../../policy/principal.ts';
import type { Question } from '../../policy/question.ts';
import type { Explanation, Rules } from '../../policy/rules.ts';
import { questionOf, type SessionRequest } from '../../session/decide.ts';
import { isoTime } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { clock as wallClock } from '../clock.ts';
import { print } from '../print.ts';
import { type DecisionOptions, decisionSources } from './decision-sources.ts';

export interface ExplainOptions extends DecisionOptions {
  readonly person: string;
  readonly subject?: string;
  readonly issuer: string;
  readonly group?: readonly string[];
  readonly claim?: readonly string[];
  readonly strength?: readonly string[];
  readonly host: string;
  readonly account?: string;
  readonly mode: SessionRequest['mode'];
  readonly proof: SessionRequest['proof'];
  readonly caller?: string;
  readonly network: string;
  readonly reason?: string;
  readonly time?: string;
}
function personOf({ person, subject, issuer, group = [], claim = [], strength = [] }: ExplainOptions): Person {
  const claims = claim.map((text): [string, string] => {
    const [, name, value] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? [];
    if (name === undefined || value === undefined)
      throw new MayflyError('policy-claim', 'a claim has no =', { next: 'write it as --claim NAME=VALUE' });
    return [name, value];
  });
  return {
    issuer,
    subject: subject ?? person,
    userPrincipalName: person,
    groups: group,
    claims: Object.fromEntries(claims),
    strength,
  };
}
function timeOf(text: string | undefined): number {
  const milliseconds = text === undefined ? wallClock() * 1000 : Date.parse(text);
  if (Number.isNaN(milliseconds))
    throw new MayflyError('policy-time', 'the time cannot be read', { next: 'write it as 2026-11-30T10:00:00Z' });
  return Math.floor(milliseconds / 1000);
}
function linesOf({ decision, permits, forbids, errors }: Explanation, { rules }: Rules): readonly string[] {
  const place = (name: string) => {
    const rule = rules.find((each) => each.name === name);
    return rule ? `${name}  ${rule.file}:${rule.line}` : name;
  };
  const terms =
    decision.effect === 'allow'
      ? [
          `minutes: ${decision.minutes}`,
          `channels: ${decision.channels.join(' ') || '(none)'}`,
          `allows: ${decision.allows.join(' ') || '(nothing besides)'}`,
          ...decision.approvals.map(({ count, group }) => `needs approval by ${count} of ${group}`),
        ]
      : [decision.sentence];
  return [
    decision.effect === 'allow' ? 'allowed' : 'denied',
    ...terms,
    ...decision.rules.map((name) => `decided by ${place(name)}`),
    ...permits.filter((name) => !decision.rules.includes(name)).map((name) => `would permit: ${place(name)}`),
    ...forbids.filter((name) => !decision.rules.includes(name)).map((name) => `forbids too: ${place(name)}`),
    ...errors.map((error) => `could not be evaluated: ${error}`),
  ];
}
const listed = (names: readonly string[]) => names.join(', ') || 'none';
/** What rules could have looked at, and those that would have to permit it. */
function compared({ person, host, account, ownAccount, mode, proof, reason, network }: Question, { rules }: Rules): string[] {
  const labels = Object.entries(host.labels).map(([name, value]) => `${name}=${value}`);
  return [
    `person: groups ${listed(person.groups)}; strength ${listed(person.strength)}`,
    `host: ${host.name}; labels ${listed(labels)}; organizational units ${listed(host.organizationalUnits)}`,
    `account: ${account.userPrincipalName}, ${ownAccount ? 'the own one' : 'not the own one'}; groups ${listed(account.groups)}`,
    `request: mode ${mode}; proof ${proof}; reason ${reason === undefined ? 'none' : 'given'}; from ${network}`,
    ...rules
      .filter(({ effect }) => effect === 'permit')
      .map(({ name, file, line }) => `does not permit it: ${name}  ${file}:${line}`),
  ];
}
/** `mayfly policy explain`: what is decided now, and by which rule. */
export async function policyExplain(options: ExplainOptions): Promise<number> {
  const now = timeOf(options.time);
  const person = personOf(options);
  const { read, bounds, directoryAt, close } = await decisionSources(options);
  const clock = () => now;
  const id = options.caller ?? `oidc:${person.issuer}#${person.subject}`;
  const asked = await questionOf({ directory: directoryAt(clock), clock }, bounds, {
    caller: { id, name: id, scopes: ['sessions'], person: options.caller === undefined ? person : undefined },
    person,
    proof: options.proof,
    target: options.host,
    account: options.account,
    mode: options.mode,
    reason: options.reason,
    network: options.network,
  }).finally(close);
  const at = isoTime(now);
  if (!asked.ok) {
    const { cause, sentence, rules } = asked.refusal;
    print(options.json, { at, effect: 'deny', cause, sentence, rules, builtIn: rules.length > 0 }, [
      'denied',
      sentence,
      ...rules.map((rule) => `decided by ${rule}, which is built in: no rule lifts it`),
    ]);
    return 0;
  }
  const explanation = read.rules.explain(asked.question);
  const { decision, permits, forbids, errors } = explanation;
  const isUnpermitted = decision.effect === 'deny' && decision.cause === 'no-permit';
  print(options.json, { at, ...decision, permits, forbids, errors, builtIn: false }, [
    ...linesOf(explanation, read.rules),
    ...(isUnpermitted ? compared(asked.question, read.rules) : []),
  ]);
  return 0;
}

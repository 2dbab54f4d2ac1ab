import {
  type AuthorizationAnswer,
  type DetailedError,
  preparsePolicySet,
  preparseSchema,
  type SchemaJson,
  schemaToJson,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import { sha256 } from '../crypto/digest.ts';
import { toHex } from '../wire/hex.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { allOf } from './grant.ts';
import { withKnownAnswers } from './known-answers.ts';
import type { Decision, Denied, Question } from './question.ts';
import { type ParsedRule, readRules } from './read-rules.ts';
import { type Request, requestOf } from './request.ts';
import { requestSlice, sliceSchema } from './request-slice.ts';
import type { RuleFault } from './rule-fault.ts';
import { sampleQuestions } from './sample-questions.ts';

export type { Decision, Question } from './question.ts';
export type { ParsedRule } from './read-rules.ts';

/** Why it was decided so, for people who write rules. */
export interface Explanation {
  readonly decision: Decision;
  /** All whose conditions hold, also where a forbid wins. */
  readonly permits: readonly string[];
  readonly forbids: readonly string[];
  /** What could not be evaluated, in the engine's words. */
  readonly errors: readonly string[];
}
/** All rules in force, ready to be asked. */
export interface Rules {
  readonly rules: readonly ParsedRule[];
  /** What is no fault but looks like a mistake. */
  readonly warnings: readonly RuleFault[];
  /** SHA-256 of schema and rules, hexadecimal: the same rules have the same. */
  readonly digest: string;
  /** Throws nothing: what cannot be decided is denied. */
  decide(question: Question): Decision;
  explain(question: Question): Explanation;
}

const encoder = new TextEncoder();

/** @throws PolicyError `policy-invalid` with every fault, MayflyError `policy-schema` */
export function parseRules(files: readonly { readonly name: string; readonly text: string }[], schema: string): Rules {
  const { rules, policies, warnings } = readRules(files, schema);
  const digest = toHex(sha256(encoder.encode(JSON.stringify([schema, rules.map(({ name, text }) => [name, text])]))));
  const permits = rules.filter(({ effect }) => effect === 'permit');
  // INVARIANT: the engine keeps sets and schemas for the whole process under these names; the same name is always the same content.
  prepare(preparseSchema(digest, schema));
  const slices = `${digest} slices`;
  prepare(preparseSchema(slices, sliceSchema(jsonOf(schema))));
  for (const [id, some] of [
    [digest, rules],
    [`${digest} permits`, permits],
  ] as const) {
    prepare(preparsePolicySet(id, { staticPolicies: Object.fromEntries(some.map(({ name, text }) => [name, text])) }));
  }
  const askUnder = (preparsedSchemaName: string, request: Request, set: string): AuthorizationAnswer =>
    statefulIsAuthorized({ ...request, preparsedPolicySetId: set, preparsedSchemaName, validateRequest: true });
  const slice = requestSlice(policies);
  const asked = withKnownAnswers((request) => askUnder(slices, request, digest));
  const ask = (request: Request) => asked(slice(request));
  for (const question of sampleQuestions) {
    const request = requestOf(question);
    for (const answer of [request && askUnder(digest, request, digest), request && ask(request)]) {
      if (answer?.type !== 'success')
        throw new MayflyError('policy-schema', `the schema does not take what Mayfly asks: ${errors(answer).join('; ')}`, {
          next: 'keep what `mayfly policy schema` prints, and add to it',
        });
    }
  }
  const inOrder = (names: readonly string[]) => rules.filter(({ name }) => names.includes(name));
  function decide(question: Question): Decision {
    try {
      const request = requestOf(question);
      return request ? decisionOf(question, ask(request), inOrder) : error('the rules cannot judge such names', []);
    } catch {
      return error('the rules could not be evaluated', []);
    }
  }
  function explain(question: Question): Explanation {
    const decision = decide(question);
    try {
      const request = requestOf(question);
      const [all, permitting] = request ? [ask(request), askUnder(slices, slice(request), `${digest} permits`)] : [];
      const matched = [...reasons(all), ...reasons(permitting)];
      const named = (effect: string) =>
        inOrder(matched)
          .filter((rule) => rule.effect === effect)
          .map(({ name }) => name);
      return { decision, permits: named('permit'), forbids: named('forbid'), errors: errors(all) };
    } catch (e) {
      return { decision, permits: [], forbids: [], errors: [e instanceof Error ? e.message : 'unknown cause'] };
    }
  }
  return { rules, warnings, digest, decide, explain };
}

function jsonOf(schema: string): SchemaJson<string> {
  const answer = schemaToJson(schema);
  if (answer.type === 'success') return answer.json;
  throw new MayflyError('policy-schema', `the schema of the rules is none: ${messagesOf(answer.errors)}`);
}
function prepare(answer: ReturnType<typeof preparsePolicySet>): void {
  if (answer.type === 'success') return;
  throw new MayflyError('policy-invalid', `the rules could not be prepared: ${messagesOf(answer.errors)}`);
}
const messagesOf = (all: readonly DetailedError[]) => all.map(({ message }) => message).join('; ');
const reasons = (answer: AuthorizationAnswer | undefined) =>
  answer?.type === 'success' ? answer.response.diagnostics.reason : [];
const errors = (answer: AuthorizationAnswer | undefined): readonly string[] =>
  answer === undefined
    ? ['a name is too long or no Unicode text, the network is no address, or the groups are unknown']
    : answer.type === 'success'
      ? answer.response.diagnostics.errors.map(({ error }) => error.message)
      : answer.errors.map(({ message }) => message);
const error = (sentence: string, rules: readonly string[]): Denied => ({ effect: 'deny', cause: 'error', sentence, rules });

function decisionOf(
  question: Question,
  answer: AuthorizationAnswer,
  inOrder: (names: readonly string[]) => readonly ParsedRule[],
): Decision {
  if (answer.type !== 'success') return error('the rules could not be asked', []);
  const { decision, diagnostics } = answer.response;
  if (diagnostics.errors.length > 0) {
    const failed = diagnostics.errors.map(({ policyId }) => policyId);
    return error(`a rule could not be evaluated: ${failed.join(', ')}`, failed);
  }
  const determining = inOrder(diagnostics.reason);
  const names = determining.map(({ name }) => name);
  if (decision !== 'allow') {
    return names.length === 0
      ? { effect: 'deny', cause: 'no-permit', sentence: noPermit(question), rules: [] }
      : {
          effect: 'deny',
          cause: 'forbidden',
          sentence: determining.find(({ says }) => says !== undefined)?.says ?? `forbidden by ${names.join(', ')}`,
          rules: names,
        };
  }
  const [first, ...others] = determining;
  return first ? allOf([first, ...others]) : error('the rules could not be asked', []);
}
function noPermit({ mode, proof }: Question): string {
  const what = mode === 'ticket' ? 'a ticket for this account on this host' : 'this host with this account';
  const whom = proof === 'named' ? 'to a person whom a launcher only names' : 'to this person';
  return `no rule gives ${what} ${whom}`;
}

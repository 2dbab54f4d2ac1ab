import {
  checkParseSchema,
  type DetailedError,
  type PolicyJson,
  policySetTextToParts,
  policyToJson,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import { MayflyError } from '../wire/mayfly-error.ts';
import { lowerCase } from './lower-case.ts';
import { type RuleTerms, ruleTerms } from './rule-annotations.ts';
import { PolicyError, type RuleFault } from './rule-fault.ts';
import { namesInUpperCase } from './rule-literals.ts';
import { isNestedTooDeep, placeInRule, type RuleText, ruleTexts } from './rule-text.ts';

/** A rule without fault. */
export interface ParsedRule extends RuleTerms {
  readonly name: string;
  readonly effect: 'permit' | 'forbid';
  readonly file: string;
  readonly line: number;
  readonly text: string;
}
export interface RuleFile {
  readonly name: string;
  readonly text: string;
}

const MOST_RULES = 1000;
const MOST_FILE_LENGTH = 1 << 20;
const MOST_SCHEMA_LENGTH = 1 << 16;

const faultAt = (rule: RuleText, message: string, octet = 0, name?: string): RuleFault => {
  return { file: rule.file, ...placeInRule(rule, octet), rule: name, message };
};
/** The engine's words: message, what it expected there, its help. */
function sentence({ message, help, sourceLocations }: DetailedError): string {
  const plain = message.replace(/^(?:failed to parse policy from string: |for policy `[^`]*`, )/, '');
  const label = sourceLocations?.[0]?.label;
  return [plain, label ? `: ${label}` : '', help ? ` (${help})` : ''].join('');
}
const faultsOf = (rule: RuleText, error: DetailedError, name?: string): readonly RuleFault[] => [
  faultAt(rule, sentence(error), error.sourceLocations?.[0]?.start ?? 0, name),
  ...(error.related ?? []).flatMap((related) => faultsOf(rule, related, name)),
];

/** A rule with what is wrong with it by itself; without `policy` the engine could not or must not read it. */
interface Read {
  readonly rule: RuleText;
  readonly name: string | undefined;
  readonly terms: RuleTerms | undefined;
  readonly policy: PolicyJson | undefined;
  readonly faults: readonly RuleFault[];
}

/** One rule by itself. */
function readRule(rule: RuleText): Read {
  const bad = (faults: readonly RuleFault[]): Read => ({ rule, name: undefined, terms: undefined, policy: undefined, faults });
  if (rule.refused !== undefined) return bad([faultAt(rule, rule.refused)]);
  const answer = policyToJson(rule.text);
  if (answer.type !== 'success') return bad(answer.errors.flatMap((error) => faultsOf(rule, error)));
  const { effect, annotations = {} } = answer.json;
  const { name, terms, faults } = ruleTerms(effect, annotations);
  const messages = [...faults, ...actionFault(answer.json)];
  for (const upper of namesInUpperCase(answer.json)) messages.push(`"${upper}" never matches: write "${lowerCase(upper)}"`);
  return { rule, name, terms, policy: answer.json, faults: messages.map((message) => faultAt(rule, message, 0, name)) };
}
/** What a permit does not name it must not give: tickets, and people whom nobody saw. */
function actionFault({ effect, action }: PolicyJson): readonly string[] {
  if (effect !== 'permit' || action.op !== 'All') return [];
  return ['a permit names its actions: write action == Action::"open", or action in [Action::"open", Action::"openTicket"]'];
}

function readFile({ name, text }: RuleFile): readonly Read[] {
  const whole: RuleText = { file: name, text: '', line: 1, column: 1, refused: undefined };
  const refused = (message: string): readonly Read[] => [
    { rule: whole, name: undefined, terms: undefined, policy: undefined, faults: [faultAt(whole, message)] },
  ];
  if (text.length > MOST_FILE_LENGTH) return refused('the file is larger than 1 MiB');
  if (!text.isWellFormed()) return refused('the file is not well-formed Unicode');
  const rules = ruleTexts(name, text.replace(/^\ufeff/, ''));
  if (rules.length > MOST_RULES) return refused(`there are more than ${MOST_RULES} rules`);
  const read = rules.map(readRule);
  if (read.some(({ faults }) => faults.length > 0)) return read;
  // The engine cuts the file for itself: that it finds as many rules proves that none was taken for a comment.
  const parts = policySetTextToParts(text.replace(/^\ufeff/, ''));
  if (parts.type !== 'success') return refused(parts.errors.map(sentence).join('; '));
  return parts.policies.length === rules.length && parts.policy_templates.length === 0
    ? read
    : refused('the file cannot be cut into rules');
}

const NEVER = /policy is impossible|unable to find an applicable action/;

interface Validation {
  readonly faults: readonly RuleFault[];
  readonly warnings: readonly RuleFault[];
}
/** All rules against the schema, in strict mode. A rule that can never apply is a fault: somebody relies on it. */
function validated(read: readonly Read[], schema: string): Validation {
  const staticPolicies = Object.fromEntries(read.map(({ rule }, i) => [`rule ${i}`, rule.text]));
  const answer = validate({ schema, policies: { staticPolicies }, validationSettings: { mode: 'strict' } });
  if (answer.type !== 'success') {
    throw new MayflyError('policy-invalid', `the rules could not be validated: ${answer.errors.map(sentence).join('; ')}`);
  }
  const { validationErrors, validationWarnings } = answer;
  const placed = (all: typeof validationErrors) =>
    all.flatMap(({ policyId, error }) => {
      const at = read[Number(policyId.slice('rule '.length))];
      return at ? faultsOf(at.rule, error, at.name) : [];
    });
  const wrong = new Set(validationErrors.map(({ policyId }) => policyId));
  const idle = new Map<string, Read>();
  for (const { policyId, error } of validationWarnings) {
    const at = read[Number(policyId.slice('rule '.length))];
    // Of a rule that is wrong it is no news that it never applies.
    if (at && NEVER.test(error.message) && !wrong.has(policyId)) idle.set(policyId, at);
  }
  return {
    faults: [
      ...placed(validationErrors),
      ...Array.from(idle.values(), ({ rule, name }) => faultAt(rule, 'the rule never applies to any request', 0, name)),
    ],
    warnings: placed(validationWarnings.filter(({ error }) => !NEVER.test(error.message))),
  };
}

function duplicates(read: readonly Read[]): readonly RuleFault[] {
  const known = new Map<string, RuleText>();
  return read.flatMap(({ name, rule }) => {
    if (name === undefined) return [];
    const before = known.get(name);
    if (!before) known.set(name, rule);
    return before ? [faultAt(rule, `the name ${name} is that of the rule in ${before.file}:${before.line}`, 0, name)] : [];
  });
}
function inOrder(faults: readonly RuleFault[], files: readonly RuleFile[]): readonly RuleFault[] {
  const position = new Map(files.map(({ name }, i) => [name, i]));
  const at = ({ file }: RuleFault) => position.get(file) ?? -1;
  const unique = new Map(faults.map((fault) => [JSON.stringify(fault), fault]));
  return [...unique.values()].sort((a, b) => at(a) - at(b) || a.line - b.line || a.column - b.column);
}

/** @throws PolicyError with every fault, MayflyError `policy-schema` where the schema is none */
export function readRules(
  files: readonly RuleFile[],
  schema: string,
): {
  readonly rules: readonly ParsedRule[];
  /** The same, as the engine understands them. */
  readonly policies: readonly PolicyJson[];
  readonly warnings: readonly RuleFault[];
} {
  if (MOST_SCHEMA_LENGTH < schema.length || isNestedTooDeep(schema))
    throw new MayflyError('policy-schema', 'the schema of the rules is larger than 64 KiB or nested too deep');
  const isSchema = checkParseSchema(schema);
  if (isSchema.type !== 'success') {
    throw new MayflyError('policy-schema', `the schema of the rules is none: ${isSchema.errors.map(sentence).join('; ')}`);
  }
  const read = files.flatMap(readFile);
  const parsed = read.filter(({ policy }) => policy !== undefined);
  const { faults, warnings } = validated(parsed, schema);
  const all = [...read.flatMap((each) => each.faults), ...faults, ...duplicates(parsed)];
  if (read.length > MOST_RULES)
    all.push({ file: '', line: 1, column: 1, rule: undefined, message: `there are more than ${MOST_RULES} rules` });
  if (all.length > 0) throw new PolicyError(inOrder(all, files));
  const rules = parsed.map(({ rule: { file, line, text }, name, terms, policy }): ParsedRule => {
    if (name === undefined || !terms || !policy) throw new MayflyError('policy-invalid', `a rule in ${file}:${line} has no name`);
    return { name, effect: policy.effect, file, line, text, ...terms };
  });
  const policies = parsed.flatMap(({ policy }) => policy ?? []);
  return { rules, policies, warnings: inOrder(warnings, files) };
}

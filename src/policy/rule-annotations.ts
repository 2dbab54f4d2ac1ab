import type { Approval } from './approval.ts';
import { builtInRules } from './built-in.ts';
import { allowanceNames, channelNames, DEFAULT_MINUTES, MOST_APPROVALS, MOST_MINUTES } from './schema.ts';

/** What a rule says beside its conditions. */
export interface RuleTerms {
  /** Of a permit: the longest a session lasts. */
  readonly minutes: number;
  readonly channels: readonly string[];
  readonly allows: readonly string[];
  readonly approvals: readonly Approval[];
  /** Of a forbid: what people are told. */
  readonly says: string | undefined;
}
type Annotations = Readonly<Record<string, string | null>>;

const reserved: ReadonlySet<string> = new Set(builtInRules.map(({ name }) => name));
const isName = (text: string) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
const isSentence = (text: string) => /^\P{C}{1,300}$/u.test(text) && text.trim() === text;

const namesOf =
  (known: readonly string[]) =>
  (text: string): readonly string[] | undefined => {
    const names = text.split(' ').filter((name) => name !== '');
    return new Set(names).size === names.length && names.every((name) => known.includes(name)) ? names : undefined;
  };
function approvalOf(text: string): Approval | undefined {
  const [, count, group] = /^([1-9]\d?) of (\P{C}{1,256})$/u.exec(text) ?? [];
  if (count === undefined || group === undefined || group.trim() !== group) return undefined;
  return Number(count) <= MOST_APPROVALS ? { count: Number(count), group } : undefined;
}
function minutesOf(text: string): number | undefined {
  return /^[1-9]\d{0,3}$/.test(text) && Number(text) <= MOST_MINUTES ? Number(text) : undefined;
}

/** Reads all annotations of a rule, or says what is wrong with each. A permit without terms gets the least: an hour, no channel, nothing besides. */
export function ruleTerms(
  effect: 'permit' | 'forbid',
  annotations: Annotations,
): { readonly name: string | undefined; readonly terms: RuleTerms; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const read = <Value>(
    name: string,
    of: 'permit' | 'forbid' | undefined,
    parse: (text: string) => Value | undefined,
    form: string,
  ) => {
    const text = Object.hasOwn(annotations, name) ? annotations[name] : undefined;
    if (text === undefined) return undefined;
    if (of !== undefined && of !== effect) faults.push(`@${name} says nothing on a ${effect}`);
    const value = parse(text ?? '');
    if (value === undefined) faults.push(`@${name} is not of the form @${name}(${form}`);
    return value;
  };
  const known = new Set(['id', 'minutes', 'channels', 'allows', 'approve', 'says']);
  for (const name of Object.keys(annotations))
    if (!known.has(name)) faults.push(`there is no annotation @${name}: ${[...known].map((each) => `@${each}`).join(', ')}`);
  if (!Object.hasOwn(annotations, 'id')) faults.push('the rule has no name: write @id("name") before it');
  const name = read(
    'id',
    undefined,
    (text) => (isName(text) ? text : undefined),
    '"name"), up to 64 letters, digits, dots and dashes',
  );
  if (name !== undefined && reserved.has(name)) faults.push(`the name ${name} is that of a built-in rule`);
  const minutes = read('minutes', 'permit', minutesOf, `"60"), 1 to ${MOST_MINUTES}`);
  const channels = read('channels', 'permit', namesOf(channelNames), `"drives clipboard-in"), of ${channelNames.join(', ')}`);
  const allows = read('allows', 'permit', namesOf(allowanceNames), `"${allowanceNames.join(' ')}"), or one of the two`);
  const approval = read('approve', 'permit', approvalOf, `"2 of GROUP"), at most ${MOST_APPROVALS}`);
  const says = read(
    'says',
    'forbid',
    (text) => (isSentence(text) ? text : undefined),
    '"sentence"), one line of up to 300 characters',
  );
  return {
    name,
    terms: {
      minutes: minutes ?? DEFAULT_MINUTES,
      channels: channels ?? [],
      allows: allows ?? [],
      approvals: approval ? [approval] : [],
      says,
    },
    faults,
  };
}

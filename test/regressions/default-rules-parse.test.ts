import { expect, it } from 'vitest';
import { builtInRules } from '../../src/policy/built-in.ts';
import { defaultRules } from '../../src/policy/default-rules.ts';
import { parseRules } from '../../src/policy/rules.ts';
import { policySchema } from '../../src/policy/schema.ts';

/** The default rule had the name of a built-in one: a service without rules of its own did not start. */
it('the default rules are rules, under names of their own', () => {
  const { rules } = parseRules([{ name: 'built-in.cedar', text: defaultRules }], policySchema);
  expect(rules.map(({ effect }) => effect)).toEqual(['permit']);
  for (const { name } of rules) expect(builtInRules.map((rule) => rule.name)).not.toContain(name);
});

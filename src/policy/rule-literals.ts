import { lowerCase } from './lower-case.ts';
import { caselessTypes } from './schema.ts';

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const caselessAttributes: ReadonlySet<unknown> = new Set(['name', 'domain', 'userPrincipalName']);
const comparisons = ['==', '!=', 'like'];

/** What stands in a comparison with an attribute that is always in lower case. */
function compared(node: Node): readonly string[] {
  return comparisons.flatMap((operator) => {
    const comparison = node[operator];
    if (!isNode(comparison)) return [];
    const { left, right, pattern } = comparison;
    const sides = [left, right].map((side) => (isNode(side) ? side : {}));
    if (!sides.some((side) => isNode(side['.']) && caselessAttributes.has(side['.']['attr']))) return [];
    const parts = Array.isArray(pattern) ? pattern.map((part: unknown) => (isNode(part) ? part['Literal'] : undefined)) : [];
    return [...sides.map((side) => side['Value']), ...parts].filter((text) => typeof text === 'string');
  });
}
const entityName = ({ type, id }: Node): readonly string[] =>
  typeof type === 'string' && typeof id === 'string' && caselessTypes.has(type) ? [id] : [];

/**
 * Names of a rule (as the engine's JSON has it) that can never match, because what they are held against is in lower case. A forbid
 * that never matches forbids nothing, and nobody notices.
 */
export function namesInUpperCase(policy: unknown): readonly string[] {
  const found = new Set<string>();
  const open = [policy];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (isNode(value))
      for (const name of [...entityName(value), ...compared(value)]) if (name !== lowerCase(name)) found.add(name);
    const parts: readonly unknown[] = typeof value === 'object' && value !== null ? Object.values(value) : [];
    open.push(...parts.filter((part) => part !== undefined));
  }
  return [...found];
}

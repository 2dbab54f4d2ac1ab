import type { CedarValueJson, EntityJson, EntityUidJson, PolicyJson, SchemaJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Request } from './request.ts';

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What rules name, in whatever place. */
interface Named {
  /** Every text and every name, those of attributes and operators among them. */
  readonly words: ReadonlySet<string>;
  readonly entities: ReadonlySet<string>;
  /** Whether the context is compared or handed on as a whole. */
  readonly isContextWhole: boolean;
}
const keyOf = ({ type, id }: { readonly type?: unknown; readonly id?: unknown }): string => `${String(type)}::${String(id)}`;
const isContext = (value: unknown): boolean => isNode(value) && value['Var'] === 'context';
/** `context.name` and `context has name`, in the engine's JSON. */
const takesOfContext = (node: Node): number =>
  ['.', 'has'].filter((operator) => {
    const access = node[operator];
    return isNode(access) && isContext(access['left']);
  }).length;

function namedBy(rules: readonly PolicyJson[]): Named {
  const words = new Set<string>();
  const entities = new Set<string>();
  let wholes = 0;
  const open: unknown[] = [...rules];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === 'string') words.add(value);
    if (typeof value !== 'object' || value === null) continue;
    if (isNode(value)) {
      for (const name of Object.keys(value)) words.add(name);
      if (typeof value['type'] === 'string' && typeof value['id'] === 'string') entities.add(keyOf(value));
      wholes += Number(isContext(value)) - takesOfContext(value);
    }
    const parts: readonly unknown[] = Object.values(value);
    open.push(...parts.filter((part) => part !== undefined));
  }
  return { words, entities, isContextWhole: wholes > 0 };
}

/**
 * Leaves of a request what the rules read: the engine takes most of its time to read requests. What is left out no rule can tell from
 * what is not there: attributes are reached by their names, tags by two operators, and groups, labels and units, to which nothing in a
 * request refers, only where a rule names the very one.
 */
export function requestSlice(rules: readonly PolicyJson[]): (request: Request) => Request {
  const { words, entities, isContextWhole } = namedBy(rules);
  const hasTags = words.has('hasTag') || words.has('getTag');
  const named = (all: Record<string, CedarValueJson>) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => words.has(name)));
  const isNamed = (parent: EntityUidJson) => !('type' in parent) || entities.has(keyOf(parent));
  const slice = ({ uid, attrs, parents, tags = {} }: EntityJson): EntityJson => {
    return { uid, attrs: named(attrs), parents: parents.filter(isNamed), tags: hasTags ? tags : {} };
  };
  const isBare = ({ attrs, parents, tags = {} }: EntityJson) =>
    parents.length + Object.keys(attrs).length + Object.keys(tags).length === 0;
  return (request) => {
    return {
      ...request,
      context: isContextWhole ? request.context : named(request.context),
      // Of what is not there the engine says the same as of what is there with nothing in it.
      entities: request.entities.map(slice).filter((each) => !isBare(each)),
    };
  };
}

/** The schema that takes slices of what the given one takes: no attribute has to be there, all that are have the same types. */
export function sliceSchema(schema: SchemaJson<string>): SchemaJson<string> {
  return optional(schema) as SchemaJson<string>;
}
function optional(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(optional);
  return isNode(value) ? optionalNode(value) : value;
}
function optionalNode(node: Node): Node {
  const { type, attributes } = node;
  const each = partsOf(node, optional);
  if (type !== 'Record' || !isNode(attributes)) return each;
  const notRequired = (of: unknown) => (isNode(of) ? { ...optionalNode(of), required: false } : of);
  return { ...each, attributes: partsOf(attributes, notRequired) };
}
const partsOf = (node: Node, f: (part: unknown) => unknown): Node => {
  const parts: [string, unknown][] = Object.entries(node).map(([name, part]) => [name, f(part)]);
  return Object.fromEntries(parts);
};

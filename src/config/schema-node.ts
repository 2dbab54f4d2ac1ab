/** A JSON schema as far as faults speak of it. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly next?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
}
/**
 * The schema of each step of a JSON pointer, from the root on, as far as the schema knows the way. Its length tells how much
 * of the pointer may be shown: the rest was named by the file.
 */
export function schemaAlong(root: SchemaNode, steps: readonly string[]): readonly SchemaNode[] {
  const along = [root];
  for (const step of steps) {
    const { items, properties, additionalProperties: others } = along.at(-1) ?? {};
    const named = properties && Object.hasOwn(properties, step) ? properties[step] : undefined;
    const next = items ?? named ?? (typeof others === 'object' ? others : undefined);
    if (!next) break;
    along.push(next);
  }
  return along;
}

import { type DocumentBounds, pointerTo } from './document.ts';
import { ConfigError, type FileKind } from './fault.ts';
import { placed } from './placed-faults.ts';
import { parseConfig, readConfigFile, Unreadable } from './read-document.ts';
import { schemaFaults } from './schema-faults.ts';
import type { SchemaNode } from './schema-node.ts';

/** A kind of YAML or JSON file beside the configuration. */
export interface DocumentKind<Value> extends FileKind {
  /** What it lets through is a `Value`. */
  readonly schema: SchemaNode;
  readonly bounds: DocumentBounds;
  /** What the schema cannot say; asked of what it lets through. */
  readonly faultsOf: (value: Value) => readonly ValueFault[];
}
/** What is wrong with one value of a file. */
export interface ValueFault {
  readonly steps: readonly (string | number)[];
  readonly message: string;
  readonly next: string;
}

/** Reads a file and holds it against all that its kind demands. @throws ConfigError with every fault, each at its place */
export async function readSchemaDocument<Value>(file: string, kind: DocumentKind<Value>): Promise<Value> {
  const bytes = await readConfigFile(file, kind.bounds.octets);
  if (bytes instanceof Unreadable) {
    const { message, next } = bytes;
    throw new ConfigError([{ path: '', file, line: undefined, column: undefined, message, next }], kind);
  }
  const document = await parseConfig(bytes, file, kind.bounds.values);
  const faults = document.value === undefined ? document.faults : [...document.faults, ...schemaFaults(document, kind.schema)];
  if (faults.length > 0) throw new ConfigError(placed(faults, document, file, kind.schema), kind);
  // The schema has just said so.
  const value = document.value as Value;
  const more = kind.faultsOf(value).map(({ steps, message, next }) => {
    const pointer = steps.reduce<string>(pointerTo, '');
    return { pointer, at: document.places.get(pointer)?.value ?? 0, message, next };
  });
  if (more.length > 0) throw new ConfigError(placed(more, document, file, kind.schema), kind);
  return value;
}

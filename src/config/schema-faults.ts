import { Errors } from 'typebox/schema';
import { Settings } from 'typebox/system';
import { type ConfigDocument, type DocumentFault, pointerSteps, pointerTo, valueAt } from './document.ts';
import { type SchemaNode, schemaAlong } from './schema-node.ts';

type SchemaError = ReturnType<typeof Errors>[1][number];

/** What a schema has against a document: every fault, each with its place, in words that do not repeat the document. */
export function schemaFaults(document: ConfigDocument, root: SchemaNode): DocumentFault[] {
  const faults = new Map<string, DocumentFault>();
  const [isValid, errors] = errorsOf(root, document.value);
  for (const error of errors) {
    for (const fault of faultsOf(error, document, root)) {
      // One fault per place: what the first keyword refuses, the second often refuses too.
      if (!faults.has(fault.pointer + fault.message)) faults.set(fault.pointer + fault.message, fault);
    }
  }
  if (!isValid && faults.size === 0 && document.faults.length === 0) {
    return [{ pointer: '', at: 0, message: `expected ${root.description ?? 'another value'}`, next: 'correct the file' }];
  }
  return [...faults.values()];
}

/**
 * The bound on errors is one of the whole process and 8 unless set. Here the document is bounded already, and a bound would hide
 * what comes last: the list of unknown keys.
 */
function errorsOf(root: SchemaNode, value: unknown): ReturnType<typeof Errors> {
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: Number.MAX_SAFE_INTEGER });
  try {
    return Errors(root, value);
  } finally {
    Settings.Set({ maxErrors });
  }
}

function faultsOf(error: SchemaError, { value, places }: ConfigDocument, root: SchemaNode): DocumentFault[] {
  const pointer = error.instancePath;
  const steps = pointerSteps(pointer);
  const along = schemaAlong(root, steps);
  const schema = along.at(-1);
  const at = places.get(pointer)?.value ?? 0;
  if (error.keyword === 'boolean' || along.length <= steps.length) return []; // said again, by `additionalProperties`
  const expected = schema?.description ?? 'another value';
  const fault = (message: string, next: string): DocumentFault => ({ pointer, at, message, next: schema?.next ?? next });

  switch (error.keyword) {
    case 'additionalProperties':
      // Any key is known there; what is wrong with its value is a fault of its own.
      if (typeof schema?.additionalProperties === 'object') return [];
      return error.params.additionalProperties.map((key) => {
        const below = pointerTo(pointer, key);
        const place = places.get(below);
        return {
          pointer: below,
          at: place?.key ?? place?.value ?? at,
          ...unknownKey(key, schema?.properties ?? {}, schema?.next),
        };
      });
    case 'required':
      return error.params.requiredProperties.map((key) => ({
        ...fault(`${key} is missing`, ''),
        next: `add ${key}: ${schema?.properties?.[key]?.description ?? 'a value'}`,
      }));
    case 'type': {
      const given = valueAt(value, steps);
      if (given === undefined) return []; // a fault of notation, reported as such
      const found = kindOf(given);
      const quotes = schema?.type === 'string' && (found === 'a number' || found === 'true or false');
      const message = `expected ${expected}, found ${found}`;
      if (quotes) return [{ pointer, at, message, next: 'put it in quotes' }];
      return [fault(message, found === 'nothing' ? 'give a value, or remove the key' : 'correct the value')];
    }
    case 'maxItems':
      return [fault(`expected at most ${error.params.limit} entries`, 'remove what is too much')];
    case 'minItems':
      return [fault('expected at least one entry', 'add one, or remove the key')];
    default:
      return [fault(`expected ${expected}`, 'correct the value')];
  }
}

function unknownKey(
  key: string,
  properties: Readonly<Record<string, unknown>>,
  next: string | undefined,
): { readonly message: string; readonly next: string } {
  const known = Object.keys(properties);
  const meant = known.find((name) => isNear(name.toLowerCase(), key.toLowerCase()));
  return {
    message: meant === undefined ? 'unknown key' : `unknown key, perhaps ${meant}`,
    next: next ?? `correct or remove it; known here: ${known.join(', ')}`,
  };
}
/** One letter missing, too much or other, two swapped, or another case. */
function isNear(name: string, key: string): boolean {
  if (name === key) return true;
  let from = 0;
  while (from < name.length && name[from] === key[from]) from++;
  const [a, b] = [name.slice(from), key.slice(from)];
  return (
    a.slice(1) === b ||
    a === b.slice(1) ||
    a.slice(1) === b.slice(1) ||
    (a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2))
  );
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? 'text' : typeof value === 'boolean' ? 'true or false' : 'a number';
}

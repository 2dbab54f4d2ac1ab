import fc from 'fast-check';
import type { ApiDocument, Operation, Schema } from '../../scripts/api/client-source.ts';

export interface AnyRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}
interface Bounded extends Schema {
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** Values that the schema lets through. */
function fitting(schema: Bounded, schemas: ApiDocument['components']['schemas']): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return fitting(schemas[schema.$ref.replace('#/components/schemas/', '')] ?? {}, schemas);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const { minLength = 0, maxLength = 300, minItems = 0, maxItems = 5 } = schema;
  switch (schema.type) {
    case 'string': {
      const { pattern } = schema;
      const any = fc.string({ minLength, maxLength, unit: 'grapheme' });
      if (pattern === undefined) return any;
      const form = new RegExp(pattern, 'u');
      // fast-check makes no texts of Unicode properties.
      const texts = pattern.includes('\\p{') ? any.filter((text) => form.test(text)) : fc.stringMatching(form);
      return texts.map((text) => text.slice(0, maxLength));
    }
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1_000_000, max: schema.maximum ?? 1_000_000 });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(fitting(schema.items ?? {}, schemas), { minLength: minItems, maxLength: maxItems });
    case 'object': {
      const { properties = {}, required = [] } = schema;
      const members = Object.entries(properties).map(([name, of]) => [name, fitting(of, schemas)] as const);
      return fc.record(Object.fromEntries(members), { requiredKeys: [...required] });
    }
    default:
      return fc.jsonValue();
  }
}
const names = ['__proto__', 'constructor', 'prototype', 'toString', 'admin', 'scopes', 'pin', 'state', '', 'a'.repeat(300)];
const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\r\nx: y',
    '../../etc/passwd',
    '%2e%2e',
    "' OR 1=1 --",
    '$(id)',
    '\u202e',
    '\ud800',
    'a'.repeat(5000),
    -1,
    1e308,
    2 ** 53,
    null,
    [],
    {},
  ),
);
/** The same with something in it that is not as the schema has it: another value, one more member, one fewer. */
const damaged = (value: unknown): fc.Arbitrary<unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return strange;
  const given: Readonly<Record<string, unknown>> = { ...value };
  const keys = Object.keys(given);
  return fc.oneof(
    strange,
    fc.tuple(fc.constantFrom(...names), strange).map(([name, of]) => Object.fromEntries([...Object.entries(given), [name, of]])),
    fc.tuple(fc.constantFrom('', ...keys), strange).map(([name, of]) => ({ ...given, [name]: of })),
    fc
      .constantFrom('', ...keys)
      .map((without) => Object.fromEntries(keys.filter((key) => key !== without).map((key) => [key, given[key]]))),
  );
};
const mostlyFitting = (schema: Schema, schemas: ApiDocument['components']['schemas']) =>
  fitting(schema, schemas).chain((value) =>
    fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, { weight: 2, arbitrary: damaged(value) }),
  );
const seldom = <T>(values: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: values });
const textOf = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
/** What URLSearchParams and paths may hold: half a surrogate pair is none. */
const whole = (text: string) => text.toWellFormed();
/** What a header may hold, RFC 9110 5.5. */
const headerText = (text: string) => text.replaceAll(/[^\t\x20-\x7e]/g, '?').trim();

/** Any request for one operation, fitting or not. @param ids of what is there */
export function anyRequest(
  document: ApiDocument,
  path: string,
  method: string,
  operation: Operation,
  ids: readonly string[],
): fc.Arbitrary<AnyRequest> {
  const { schemas } = document.components;
  const parameters = (operation.parameters ?? []).map(({ name, in: place, schema, required = false }) => {
    const values =
      place === 'path' ? fc.oneof(fc.constantFrom(...ids), mostlyFitting(schema, schemas)) : mostlyFitting(schema, schemas);
    return fc.option(values, { freq: required ? 20 : 2, nil: undefined }).map((value) => ({ name, place, value }));
  });
  const more = seldom(fc.record({ name: fc.constantFrom(...names), place: fc.constant('query' as const), value: strange }));
  const schema = operation.requestBody?.content?.['application/json']?.schema;
  const body = schema
    ? fc.oneof(
        { weight: 8, arbitrary: mostlyFitting(schema, schemas).map((value) => JSON.stringify(value) ?? '') },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            '',
            '{',
            '[]',
            'null',
            '{"target":"a","target":"b"}',
            '{"__proto__":{}}',
            '\ufeff{}',
            '{}{}',
            '['.repeat(5000),
          ),
        },
        { weight: 1, arbitrary: fc.string() },
      )
    : seldom(fc.constantFrom('{}', 'x', '[1]'));
  const type = fc.oneof(
    { weight: 9, arbitrary: fc.constant('application/json') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'text/plain',
        'application/xml',
        'application/json; charset=utf-16',
        'multipart/form-data',
        'x',
        '',
      ),
    },
  );
  return fc.tuple(fc.tuple(...parameters), more, body, type).map(([given, another, text, contentType]) => {
    const all = [...given, ...(another ? [another] : [])].filter(({ value }) => value !== undefined);
    const inPlace = (of: string) =>
      all.filter(({ place }) => place === of).map(({ name, value }) => [name, whole(textOf(value))] as const);
    const ofPath = new Map(inPlace('path'));
    const query = new URLSearchParams(inPlace('query').map(([name, value]) => [name, value])).toString();
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ofPath.get(name) ?? ''));
    return {
      method: method.toUpperCase(),
      path: query === '' ? filled : `${filled}?${query}`,
      headers: Object.fromEntries([
        ...inPlace('header').map(([name, value]) => [name, headerText(value)] as const),
        ...(text === undefined ? [] : [['content-type', contentType] as const]),
      ]),
      body: text,
    };
  });
}

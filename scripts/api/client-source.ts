/** As much of OpenAPI 3.1 as the document of the API uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}
interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}
export interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: 'path' | 'query' | 'header';
    readonly required?: boolean;
    readonly schema: Schema;
    readonly description?: string;
  }[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Content>>;
}
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const doc = (text: string | undefined) => (text === undefined ? '' : `/** ${text.replaceAll('*/', '* /')} */\n`);
const key = (name: string) => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return schema.$ref.replace('#/components/schemas/', '');
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `readonly (${typeOf(schema.items ?? {})})[]`;
    case 'object':
      return objectOf(schema);
    default:
      return 'unknown';
  }
}
function membersOf({ properties = {}, required = [], additionalProperties }: Schema): string {
  const members = Object.entries(properties).map(
    ([name, schema]) =>
      `${doc(schema.description)}readonly ${key(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema)}${required.includes(name) ? '' : ' | undefined'};\n`,
  );
  if (additionalProperties === true) members.push('readonly [name: string]: unknown;\n');
  return `\n${members.join('')}`;
}
function objectOf(schema: Schema): string {
  const { properties, additionalProperties } = schema;
  if (!properties && typeof additionalProperties === 'object') return `Readonly<Record<string, ${typeOf(additionalProperties)}>>`;
  return `{ ${membersOf(schema)} }`;
}
/** What a caller gives: path parameters, query, headers and body, each where there is one. */
function inputOf({ parameters = [], requestBody }: Operation): string {
  const group = (place: string, name: string) => {
    const own = parameters.filter((parameter) => parameter.in === place);
    if (own.length === 0) return '';
    const properties = Object.fromEntries(
      own.map(({ name: of, schema, description }) => [of, description === undefined ? schema : { ...schema, description }]),
    );
    const required = own.filter((parameter) => parameter.required).map((parameter) => parameter.name);
    return `readonly ${name}${required.length > 0 ? '' : '?'}: ${objectOf({ properties, required })};`;
  };
  const body = requestBody?.content?.['application/json']?.schema;
  const isNeeded = requestBody?.required === true;
  const groups = [group('path', 'params'), group('query', 'query'), group('header', 'headers')];
  if (body) groups.push(`readonly body${isNeeded ? '' : '?'}: ${typeOf(body)};`);
  const all = groups.join('');
  return all === '' ? 'Nothing' : `{ ${all} }`;
}
/** JSON of the answer, or the media type of a stream of text. */
function answerOf({ responses }: Operation): string {
  const contents = Object.entries(responses)
    .filter(([status]) => /^[12]/.test(status))
    .map(([, { content = {} }]) => content);
  const json = contents.flatMap((content) => content['application/json'] ?? []);
  const [first] = json;
  if (first) return [...new Set(json.map(({ schema }) => typeOf(schema)))].join(' | ');
  const [stream] = contents.flatMap((content) => Object.keys(content));
  return stream === undefined ? 'undefined' : `Stream<${JSON.stringify(stream)}>`;
}

/** TypeScript for the document: its schemas as types, its operations as a table and as the types of what goes in and comes out. */
export function clientSource({ paths, components }: ApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `${doc(schema.description)}export interface ${name} { ${membersOf(schema)} }`,
  );
  const types = operations.map(
    ({ operation }) =>
      `${doc(operation.summary)}readonly ${operation.operationId}: { readonly input: ${inputOf(operation)}; readonly answer: ${answerOf(operation)} };`,
  );
  const table = operations.map(
    ({ path, method, operation }) => `${operation.operationId}: { method: '${method}', path: '${path}' },`,
  );
  return `// Written by \`npm run api\` from the API's OpenAPI document.

${schemas.join('\n')}
export type Nothing = Readonly<Record<string, never>>;
/** Text that comes in pieces, of this media type. */
export interface Stream<MediaType extends string> { readonly mediaType: MediaType }
/** What goes into each operation and what comes out. */
export interface Operations { ${types.join('\n')} }
/** Where each operation is. */
export const operations = { ${table.join('\n')} } as const satisfies Readonly<Record<keyof Operations, { readonly method: string; readonly path: string }>>;
`;
}

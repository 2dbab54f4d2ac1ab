import { identityFailure } from './identity-failure.ts';

/** A JWS in compact serialization (RFC 7515 7.1) as it claims to be: nothing of it is verified. */
export interface UnverifiedJws {
  readonly text: string;
  readonly header: JsonObject;
  readonly claims: JsonObject;
}
export type JsonObject = Readonly<Record<string, unknown>>;

/** Letters. Room for a thousand short groups; what comes in a header is bounded lower by the HTTP server. */
export const MOST_TOKEN = 32_768;

/** An own property: what a claim is called is the sender's choice or the configuration's. */
export const memberOf = (object: JsonObject, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
/** How many members all objects in a parsed value have; a loop, because nesting is the sender's choice. */
function membersIn(value: unknown): number {
  let members = 0;
  const left = [value];
  for (let here = left.pop(); here !== undefined; here = left.pop()) {
    if (typeof here !== 'object' || here === null) continue;
    const values: readonly unknown[] = Object.values(here);
    if (!Array.isArray(here)) members += values.length;
    for (const inner of values) left.push(inner);
  }
  return members;
}
/** How many names stand in a JSON text, which is known to be one: the strings that a colon follows. */
function namesIn(json: string): number {
  let names = 0;
  for (const [, colon] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"([ \t\n\r]*:)?/g)) if (colon !== undefined) names++;
  return names;
}
/**
 * One part as a JSON object. A name that is given twice is refused, as RFC 7515 4 and RFC 7519 4 allow: who reads the first and who
 * reads the last would see two different tokens.
 */
function objectOf(part: string, name: string): JsonObject {
  let value: unknown;
  let json: string;
  try {
    json = utf8.decode(Buffer.from(part, 'base64url'));
    value = JSON.parse(json);
  } catch {
    // The error quotes the token.
    throw identityFailure('token-malformed', `the ${name} of the token is no JSON`);
  }
  if (!isObject(value)) throw identityFailure('token-malformed', `the ${name} of the token is no JSON object`);
  if (membersIn(value) !== namesIn(json)) throw identityFailure('token-malformed', `the ${name} of the token gives a name twice`);
  return value;
}

/** Takes a token apart, to find out who could verify it. @throws MayflyError `token-malformed` */
export function readJws(text: string): UnverifiedJws {
  if (MOST_TOKEN < text.length) throw identityFailure('token-malformed', `the token is longer than ${MOST_TOKEN} letters`);
  // base64url without padding, RFC 7515 2. The signature may be missing: `none` is refused by its name.
  const [, header, claims] = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*$/.exec(text) ?? [];
  if (header === undefined || claims === undefined) throw identityFailure('token-malformed', 'the token is no JWS');
  return { text, header: objectOf(header, 'header'), claims: objectOf(claims, 'payload') };
}

import { scopes } from '../policy/principal.ts';
import { printable } from './schemas.ts';

/** JSON schemas of tokens, as schemas.ts has those of sessions. */
const id = { type: 'string', pattern: '^[a-z2-7]{16}$', description: 'id of a token' } as const;
const time = (description: string) => ({ type: 'string', format: 'date-time', description }) as const;
const scopeList = { type: 'array', minItems: 1, maxItems: scopes.length, items: { type: 'string', enum: scopes } } as const;

export const tokenParams = { type: 'object', additionalProperties: false, required: ['id'], properties: { id } } as const;
const tokenOrder = {
  $id: 'TokenOrder',
  type: 'object',
  additionalProperties: false,
  required: ['name', 'scopes', 'days'],
  properties: {
    name: {
      type: 'string',
      minLength: 1,
      maxLength: 128,
      pattern: printable,
      description: 'for people to read',
    },
    scopes: scopeList,
    days: { type: 'integer', minimum: 1, maximum: 366, description: 'until it expires' },
    person: {
      type: 'string',
      minLength: 1,
      maxLength: 256,
      description: 'whose it is: UPN in the directory; a launcher without',
    },
  },
} as const;
const properties = {
  id,
  name: { type: 'string' },
  scopes: scopeList,
  created: time('when it was made'),
  expires: time('when it ends'),
  revoked: time('when it was revoked'),
  person: { type: 'string', description: 'whose it is' },
} as const;
const required = ['id', 'name', 'scopes', 'created', 'expires'] as const;
const token = { $id: 'Token', type: 'object', additionalProperties: false, required, properties } as const;
const newToken = {
  $id: 'NewToken',
  type: 'object',
  additionalProperties: false,
  required: [...required, 'token'],
  properties: { ...properties, token: { type: 'string', description: 'the token itself, shown this once' } },
} as const;
const tokenList = {
  $id: 'TokenList',
  type: 'object',
  additionalProperties: false,
  required: ['tokens'],
  properties: { tokens: { type: 'array', items: { $ref: 'Token#' } } },
} as const;

/** All that have a name in the OpenAPI document. */
export const namedOfTokens = [newToken, token, tokenList, tokenOrder] as const;

import type { XStatic } from 'typebox/schema';

const text = {
  type: 'string',
  minLength: 1,
  maxLength: 256,
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
  description: 'a text',
} as const;
const sid = {
  type: 'string',
  pattern: '^S-1-5-(?:21(?:-(?:0|[1-9][0-9]{0,9})){4}|32-[1-9][0-9]{2,9})$',
  description: 'a SID such as S-1-5-21-a-b-c-rid',
} as const;
const names = { type: 'array', maxItems: 1000, items: text, description: 'a list of names' } as const;
const dnsName = {
  type: 'string',
  maxLength: 253,
  pattern: '^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$',
  description: 'a DNS name',
} as const;

/** A directory in a file: what a lab and a handful of hosts outside any domain need. */
export const directorySchema = {
  type: 'object',
  additionalProperties: false,
  description: 'a mapping of accounts, groups and hosts',
  properties: {
    groups: {
      type: 'array',
      maxItems: 10_000,
      description: 'a list of groups',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'sid'],
        description: 'a group, { name, sid, memberOf }',
        properties: { name: text, sid, memberOf: names },
      },
    },
    accounts: {
      type: 'array',
      maxItems: 20_000,
      description: 'a list of accounts',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'userPrincipalName', 'sid'],
        description:
          'an account, { name, domain, userPrincipalName, sid, kind, memberOf, adminCount, sidHistory, disabled, locked, expires }',
        properties: {
          name: text,
          domain: dnsName,
          userPrincipalName: { ...text, pattern: '^[^\\u0000-\\u0020@\\u007f]+@[A-Za-z0-9.-]+$', description: 'user@suffix' },
          sid,
          kind: {
            type: 'string',
            enum: ['user', 'computer', 'managed-service-account'],
            description: 'user, computer or managed-service-account',
          },
          memberOf: names,
          adminCount: { type: 'integer', minimum: 0, maximum: 0x7fff_ffff, description: 'a whole number' },
          sidHistory: { type: 'array', maxItems: 1000, items: sid, description: 'a list of SIDs' },
          disabled: { type: 'boolean', description: 'true or false' },
          locked: { type: 'boolean', description: 'true or false' },
          expires: {
            type: 'string',
            pattern: '^\\d{4}-\\d{2}-\\d{2}(?:T\\d{2}:\\d{2}:\\d{2}Z)?$',
            description: 'a day such as 2030-12-31',
          },
        },
      },
    },
    hosts: {
      type: 'array',
      maxItems: 20_000,
      description: 'a list of hosts',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        description: 'a host, { name, labels, organizationalUnits }',
        properties: {
          name: dnsName,
          labels: { type: 'object', maxProperties: 100, additionalProperties: text, description: 'a mapping of labels' },
          organizationalUnits: names,
        },
      },
    },
  },
} as const;
export type DirectoryFile = XStatic<typeof directorySchema>;
/** Of the file. */
export const directoryBounds = { octets: 4 << 20, values: 200_000 } as const;

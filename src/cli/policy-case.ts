import type { XStatic } from 'typebox/schema';
import { isoTime } from '../wire/der-time.ts';

const text = { type: 'string', minLength: 1, maxLength: 1024, description: 'a text' } as const;
const texts = { type: 'array', maxItems: 100, items: text, description: 'a list of texts' } as const;
const mode = { type: 'string', enum: ['gateway', 'card', 'ticket'], description: 'gateway, card or ticket' } as const;
const proof = { type: 'string', enum: ['self', 'token', 'named'], description: 'self, token or named' } as const;
const time = {
  type: 'string',
  pattern: '^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\dZ$',
  description: 'a time such as 2026-11-30T10:00:00Z',
} as const;
const list = { type: 'array', maxItems: 100, items: text, description: 'a list of names' } as const;

/** A table of cases: who asks for what, and what has to come of it. */
export const casesSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['people', 'cases'],
  description: 'a mapping, { people, defaults, cases }',
  properties: {
    people: {
      type: 'object',
      maxProperties: 1000,
      description: 'a mapping of people by the name that cases give them',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        description: 'a person, { issuer, subject, userPrincipalName, groups, claims, strength }',
        properties: {
          issuer: text,
          subject: text,
          userPrincipalName: text,
          groups: texts,
          claims: { type: 'object', additionalProperties: text, description: 'a mapping of claims' },
          strength: texts,
        },
      },
    },
    defaults: {
      type: 'object',
      additionalProperties: false,
      description: 'what cases leave out, { host, mode, proof, network, time }',
      properties: { host: text, mode, proof, network: text, time },
    },
    cases: {
      type: 'array',
      minItems: 1,
      maxItems: 10_000,
      description: 'a list of cases',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'person', 'expect'],
        description:
          'a case, { name, person, host, account, mode, proof, caller, network, time, reason, given, expect, by, minutes, channels, allows, approvals }',
        properties: {
          name: text,
          person: text,
          host: text,
          account: text,
          mode,
          proof,
          caller: text,
          network: text,
          time,
          reason: text,
          given: {
            type: 'array',
            maxItems: 100,
            description: 'a list of verdicts',
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['person', 'verdict'],
              description: 'a verdict, { person, verdict }',
              properties: {
                person: text,
                verdict: { type: 'string', enum: ['approve', 'deny'], description: 'approve or deny' },
              },
            },
          },
          expect: {
            type: 'string',
            enum: ['granted', 'awaiting-approval', 'denied'],
            description: 'granted, awaiting-approval or denied',
          },
          by: list,
          minutes: { type: 'integer', minimum: 1, maximum: 1440, description: 'a whole number from 1 to 1440' },
          channels: list,
          allows: list,
          approvals: { ...list, description: 'a list such as ["2 of leads"]' },
        },
      },
    },
  },
} as const;
export type CaseFile = XStatic<typeof casesSchema>;
export type PolicyCase = CaseFile['cases'][number];
export const casesBounds = { octets: 1 << 20, values: 100_000 } as const;

/** Where nothing says otherwise: a working day at ten, from an address that no rule names. */
export const caseDefaults = { mode: 'gateway', proof: 'self', network: '192.0.2.1', time: isoTime(1_900_058_400) } as const;

/** Names that the file does not define, and names given twice. */
export function caseFaults({ people, defaults = {}, cases }: CaseFile) {
  const faults: { steps: readonly (string | number)[]; message: string; next: string }[] = [];
  const seen = new Set<string>();
  const person = (name: string, ...steps: readonly (string | number)[]) => {
    if (!Object.hasOwn(people, name)) faults.push({ steps, message: 'no such person is defined', next: 'add it under people' });
  };
  for (const [i, { name, person: who, given = [], host }] of cases.entries()) {
    if (seen.has(name))
      faults.push({ steps: ['cases', i, 'name'], message: 'this case is given twice', next: 'name it otherwise' });
    seen.add(name);
    person(who, 'cases', i, 'person');
    for (const [j, verdict] of given.entries()) person(verdict.person, 'cases', i, 'given', j, 'person');
    if ((host ?? defaults.host) === undefined)
      faults.push({ steps: ['cases', i], message: 'there is no host', next: 'add host: NAME, here or under defaults' });
  }
  return faults;
}

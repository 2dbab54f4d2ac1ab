import type { Question } from '../../src/policy/question.ts';
import { parseRules, type Rules } from '../../src/policy/rules.ts';
import { policySchema } from '../../src/policy/schema.ts';

const base: Question = {
  person: {
    issuer: 'https://idp.example',
    subject: 'alice',
    userPrincipalName: 'alice@corp.example',
    groups: ['staff'],
    claims: {},
    strength: ['mfa'],
  },
  caller: { id: 'oidc:alice', name: 'alice' },
  proof: 'self',
  host: { name: 'desk1.corp.example', labels: { access: 'self' }, organizationalUnits: [] },
  account: {
    name: 'alice',
    domain: 'corp.example',
    userPrincipalName: 'alice@corp.example',
    sid: 'S-1-5-21-1-2-3-1105',
    kind: 'user',
    obstacles: [],
    groupSids: ['S-1-5-21-1-2-3-513'],
    groups: ['Domain Users'],
    adminCount: 0,
    sidHistory: [],
  },
  ownAccount: true,
  mode: 'gateway',
  reason: undefined,
  network: '192.0.2.1',
  time: 1_900_058_400,
};
/** Something ordinary that is asked, different in what is given. */
export const question = (given: Partial<Question> = {}): Question => ({ ...base, ...given });
export const person = (given: Partial<Question['person']>): Question => question({ person: { ...base.person, ...given } });
export const account = (given: Partial<Question['account']>): Question => question({ account: { ...base.account, ...given } });
export const rulesOf = (...texts: readonly string[]): Rules =>
  parseRules(
    texts.map((text, i) => ({ name: `${i}.cedar`, text })),
    policySchema,
  );
/** A permit of everything under a condition. */
export const permit = (name: string, when = 'true', annotations = ''): string =>
  `@id("${name}") ${annotations} permit (principal, action in [Action::"open", Action::"openTicket"], resource) when { ${when} };`;

import { isAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Question } from '../../src/policy/question.ts';
import { readRules } from '../../src/policy/read-rules.ts';
import { type Request, requestOf } from '../../src/policy/request.ts';
import { requestSlice } from '../../src/policy/request-slice.ts';
import { PolicyError } from '../../src/policy/rule-fault.ts';
import type { Rules } from '../../src/policy/rules.ts';
import { policySchema } from '../../src/policy/schema.ts';
import { permit, question, rulesOf } from './question.ts';

const fullOf = (asked: Question): Request => {
  const request = requestOf(asked);
  if (!request) throw new Error('no request');
  return request;
};
const sliced = (rule: string, asked: Question) =>
  requestSlice(readRules([{ name: 'r', text: rule }], policySchema).policies)(fullOf(asked));

/** Undefined where they can never apply. */
function valid(texts: readonly string[]): Rules | undefined {
  try {
    return rulesOf(...texts);
  } catch (e) {
    if (e instanceof PolicyError) return undefined;
    throw e;
  }
}

const rich = question({
  person: {
    issuer: 'https://idp.example',
    subject: 'alice',
    userPrincipalName: 'alice@corp.example',
    groups: ['staff', 'admins'],
    claims: { department: 'it' },
    strength: ['mfa'],
  },
  reason: 'ticket 17',
});

describe('the slice of a request', () => {
  it('holds what the rules name, and nothing else', () => {
    const { context, entities } = sliced(
      '@id("r") permit (principal in Group::"staff", action == Action::"open", resource) when { context.account.own };',
      rich,
    );
    expect(context).toEqual({ account: { __entity: { type: 'Account', id: rich.account.sid } } });
    expect(entities).toEqual([
      expect.objectContaining({ attrs: {}, parents: [{ type: 'Group', id: 'staff' }], tags: {} }),
      expect.objectContaining({ attrs: { own: true }, parents: [], tags: {} }),
    ]);
  });
  it.each([
    ['an escape in its name', 'context["re\\u{61}son"] == "x"'],
    ['a path after has', 'context has reason'],
  ])('keeps an attribute that is named by %s', (_, condition) => {
    const text = condition.includes('[') ? `context has reason && ${condition}` : condition;
    expect(sliced(permit('r', text), rich).context).toEqual({ reason: 'ticket 17' });
  });
  it.each(['context == context', '[context].contains(context)', '{ inner: context }.inner.hour == 3'])(
    'leaves the context whole where a rule takes it whole: %s',
    (condition) => {
      expect(sliced(permit('r', condition), rich).context).toEqual(fullOf(rich).context);
    },
  );
  it('keeps tags only where a rule asks for one', () => {
    const tags = (condition: string) => sliced(permit('r', condition), rich).entities.map((each) => each.tags);
    expect(tags('principal.hasTag("department")')).toEqual([{ department: 'it' }, { access: 'self' }]);
    expect(tags('context.account.own')).toEqual([{}]);
  });

  const conditions = [
    'context.account.own',
    'context.account.groupSids.contains("S-1-5-21-1-2-3-513")',
    'context.account in AccountGroup::"domain users"',
    'principal in Group::"staff"',
    'principal in [Group::"a", Group::"b"]',
    'principal has userPrincipalName && principal.userPrincipalName == context.account.userPrincipalName',
    'principal.strength.contains("mfa")',
    'principal.hasTag("department") && principal.getTag("department") == "it"',
    'resource in Label::"access=self"',
    'resource in OrganizationalUnit::"ou=desks"',
    'resource.hasTag("access") && resource.getTag("access") == "self"',
    'resource.name like "desk*"',
    'context.mode == Mode::"card"',
    'context.proof in [Proof::"self", Proof::"token"]',
    'context.network.isInRange(ip("192.0.2.0/24"))',
    'context.time < datetime("2030-01-01")',
    'context.hour < 12 && context.weekday < 6',
    'context has reason && context.reason like "ticket *"',
    'context has account.own',
    'context == context && context.caller == "oidc:alice"',
    '0 < context.hour * 9223372036854775807',
  ];
  const names = (some: readonly string[]) => fc.subarray([...some]);
  const asked: fc.Arbitrary<Question> = fc
    .record({
      groups: names(['staff', 'a', 'b', 'c']),
      strength: names(['mfa', 'pwd']),
      department: fc.constantFrom('it', 'hr'),
      named: fc.boolean(),
      access: fc.constantFrom('self', 'other'),
      units: names(['OU=Desks', 'ou=servers']),
      accountGroups: names(['Domain Users', 'Ops']),
      groupSids: names(['S-1-5-21-1-2-3-513', 'S-1-5-21-1-2-3-1200']),
      ownAccount: fc.boolean(),
      mode: fc.constantFrom('gateway' as const, 'card' as const, 'ticket' as const),
      proof: fc.constantFrom('self' as const, 'token' as const, 'named' as const),
      reason: fc.constantFrom(undefined, 'ticket 1', 'none'),
      network: fc.constantFrom('192.0.2.7', '198.51.100.1', '2001:db8::1'),
      time: fc.integer({ min: 1_800_000_000, max: 2_000_000_000 }),
    })
    .map(({ groups, strength, department, named, access, units, accountGroups, groupSids, ...given }) =>
      question({
        ...given,
        person: {
          ...{ issuer: 'https://idp.example', subject: 'alice', groups, strength, claims: { department } },
          userPrincipalName: named ? 'alice@corp.example' : undefined,
        },
        host: { name: 'desk1.corp.example', labels: { access }, organizationalUnits: units },
        account: { ...question().account, groups: accountGroups, groupSids },
      }),
    );
  const rule = fc.record({
    isPermit: fc.boolean(),
    scope: fc.constantFrom('principal', 'principal in Group::"staff"', 'principal is Person in Group::"a"'),
    condition: fc.constantFrom(...conditions),
    unless: fc.constantFrom('', ...conditions.map((each) => ` unless { ${each} }`)),
  });
  it('changes no answer of the engine, neither the rules that decide nor those that err', () => {
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 5 }),
        fc.array(asked, { minLength: 1, maxLength: 4 }),
        (some, all) => {
          const texts = some.map(({ isPermit, scope, condition, unless }, i) => {
            const [effect, action] = isPermit
              ? ['permit', 'action in [Action::"open", Action::"openTicket"]']
              : ['forbid', 'action'];
            return `@id("${i}") ${effect} (${scope}, ${action}, resource) when { ${condition} }${unless};`;
          });
          const rules = valid(texts);
          fc.pre(rules !== undefined);
          for (const each of rules ? all : []) {
            const staticPolicies = Object.fromEntries(texts.map((text, i) => [`${i}`, text]));
            const answer = isAuthorized({
              ...fullOf(each),
              policies: { staticPolicies },
              schema: policySchema,
              validateRequest: true,
            });
            if (answer.type !== 'success') throw new Error(answer.errors[0]?.message);
            const { decision, diagnostics } = answer.response;
            const ours = rules?.decide(each);
            if (diagnostics.errors.length > 0) {
              expect(ours).toMatchObject({ effect: 'deny', cause: 'error' });
              expect(ours?.rules.toSorted()).toEqual(diagnostics.errors.map(({ policyId }) => policyId).toSorted());
            } else {
              expect(ours?.effect).toBe(decision);
              expect(ours?.rules.toSorted()).toEqual(diagnostics.reason.toSorted());
            }
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvalOutcome, mayApprove } from '../../src/policy/approval.ts';
import type { Person } from '../../src/policy/principal.ts';
import { property, same } from '../wire/property.ts';

const human = (
  subject: string,
  groups: readonly string[] = ['leads'],
  userPrincipalName?: string,
  issuer = 'https://idp.example',
): Person => ({
  issuer,
  subject,
  userPrincipalName,
  groups,
  claims: {},
  strength: [],
});
const two = [{ count: 2, group: 'leads' }];
const alice = human('alice', ['leads'], 'alice@corp.example');
const [bob, carol, dora] = ['bob', 'carol', 'dora'].map((name) => human(name, ['leads'], `${name}@corp.example`)) as [
  Person,
  Person,
  Person,
];
const yes = (person: Person) => ({ person, verdict: 'approve' as const });
const no = (person: Person) => ({ person, verdict: 'deny' as const });
const outcome = (...given: readonly (ReturnType<typeof yes> | ReturnType<typeof no>)[]) =>
  approvalOutcome(two, given, { person: alice });

describe('approvals', () => {
  it('are given by so many different people', () => {
    expect(outcome()).toEqual({ state: 'awaiting', missing: [{ count: 2, group: 'leads' }] });
    expect(outcome(yes(bob))).toEqual({ state: 'awaiting', missing: [{ count: 1, group: 'leads' }] });
    expect(outcome(yes(bob), yes(bob))).toMatchObject({ state: 'awaiting' });
    expect(outcome(yes(bob), yes(carol))).toEqual({ state: 'granted', missing: [] });
  });
  it('are never given by whom the session is for, or who asked for it', () => {
    expect(mayApprove(alice, two, { person: alice })).toBe('nobody approves a session of their own');
    expect(mayApprove(bob, two, { person: alice, callerPerson: bob })).toBe('nobody approves what they asked for themselves');
    for (const again of [
      human('a2', ['leads'], 'ALICE@corp.example', 'https://second.example'),
      human('alice', ['leads'], undefined),
      human('a3', ['leads'], 'alice@corp.example'),
    ]) {
      expect(mayApprove(again, two, { person: alice })).toBe('nobody approves a session of their own');
      expect(outcome(yes(again), yes(bob))).toMatchObject({ state: 'awaiting' });
    }
    expect(outcome(no(alice), yes(bob), yes(carol)), 'nor do they deny').toMatchObject({ state: 'granted' });
  });
  it('count only from members, in the letters of the rule', () => {
    for (const groups of [[], ['Leads'], ['leads '], ['lead']]) {
      expect(mayApprove(human('x', groups), two, { person: alice })).toBe(
        'only members of the groups that the rules name may approve',
      );
      expect(outcome(yes(human('x', groups)), yes(bob))).toMatchObject({ state: 'awaiting' });
    }
  });
  it('one denial of somebody who may ends it, whoever approves', () => {
    expect(outcome(yes(bob), no(dora), yes(carol))).toEqual({ state: 'denied', missing: [] });
    expect(outcome(yes(bob), no(bob))).toMatchObject({ state: 'denied' });
  });
  it('of two groups are needed of both; one person may stand for both', () => {
    const both = [...two, { count: 1, group: 'owners' }];
    const owner = human('owner', ['leads', 'owners']);
    expect(approvalOutcome(both, [yes(bob), yes(carol)], { person: alice })).toEqual({
      state: 'awaiting',
      missing: [{ count: 1, group: 'owners' }],
    });
    expect(approvalOutcome(both, [yes(bob), yes(owner)], { person: alice })).toMatchObject({ state: 'granted' });
  });
  const someone = fc.constantFrom(
    alice,
    bob,
    carol,
    dora,
    human('x', []),
    human('b2', ['leads'], 'BOB@corp.example', 'https://second.example'),
  );
  property(
    'whatever is said: granted only by two different members, neither of them whom it is for',
    fc.array(fc.record({ person: someone, verdict: fc.constantFrom('approve' as const, 'deny' as const) }), { maxLength: 8 }),
    (given) => {
      const humans = new Set(
        given
          .filter(({ person }) => person !== alice && person.groups.includes('leads'))
          .map(({ person }) => person.userPrincipalName?.toLowerCase()),
      );
      const isDenied = given.some(
        ({ person, verdict }) => verdict === 'deny' && person !== alice && person.groups.includes('leads'),
      );
      const wanted = isDenied ? 'denied' : humans.size < 2 ? 'awaiting' : 'granted';
      same(approvalOutcome(two, given, { person: alice }).state, wanted, 'state');
    },
  );
});

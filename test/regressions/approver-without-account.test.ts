import { expect, it } from 'vitest';
import { approvalOutcome, mayApprove } from '../../src/policy/approval.ts';
import type { Person } from '../../src/policy/principal.ts';

const leads = [{ count: 2, group: 'leads' }];
const person = (issuer: string, subject: string, userPrincipalName?: string): Person => ({
  issuer: `https://${issuer}.example`,
  subject,
  userPrincipalName,
  groups: ['leads'],
  claims: {},
  strength: [],
});

/** Only the account tells that two identities are one human being: without it a second identity approved the first one's session. */
it('a second identity without an account approves nothing of the first one', () => {
  const alice = person('first', 'alice', 'alice@corp.example');
  const again = person('second', '4711');
  const bob = person('first', 'bob', 'bob@corp.example');
  expect(mayApprove(again, leads, { person: alice })).toMatch(/^an approver from another identity provider/);
  expect(mayApprove(alice, leads, { person: again })).toMatch(/^an approver from another identity provider/);
  expect(mayApprove(again, leads, { person: bob, callerPerson: alice })).toBeDefined();
  const yes = [again, bob].map((each) => ({ person: each, verdict: 'approve' as const }));
  expect(approvalOutcome(leads, yes, { person: alice }).state).toBe('awaiting');
});
it('two identities that cannot be told apart are one approver, whoever speaks first', () => {
  const zoe = person('first', 'zoe', 'zoe@corp.example');
  const [bob, carol] = ['bob', 'carol'].map((name) => person('first', name, `${name}@corp.example`)) as [Person, Person];
  const nameless = person('second', '4711');
  const outcome = (...people: readonly Person[]) =>
    approvalOutcome(
      leads,
      people.map((each) => ({ person: each, verdict: 'approve' as const })),
      { person: zoe },
    ).state;
  expect([outcome(bob, nameless), outcome(nameless, bob)]).toEqual(['awaiting', 'awaiting']);
  expect([outcome(bob, nameless, carol), outcome(nameless, bob, carol)]).toEqual(['granted', 'granted']);
});
it('within one provider the subject tells people apart', () => {
  const yes = ['bob', 'carol'].map((name) => ({ person: person('first', name), verdict: 'approve' as const }));
  expect(approvalOutcome(leads, yes, { person: person('first', 'alice') }).state).toBe('granted');
});

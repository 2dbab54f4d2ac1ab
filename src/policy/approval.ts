import type { Person } from './principal.ts';

/** What a rule asks for: so many people of a group. */
export interface Approval {
  readonly count: number;
  readonly group: string;
}
/** What one person said. */
export interface Verdict {
  readonly person: Person;
  readonly verdict: 'approve' | 'deny';
}
/** Who must not approve: whoever the session is for, and whoever asked for it. */
export interface Requester {
  readonly person: Person;
  readonly callerPerson?: Person | undefined;
}
export interface ApprovalOutcome {
  readonly state: 'granted' | 'awaiting' | 'denied';
  /** How many are still needed of which group; empty unless awaiting. */
  readonly missing: readonly Approval[];
}

const isSame = (a: Person, b: Person): boolean => a.issuer === b.issuer && a.subject === b.subject;
/** One human being may come through two issuers: the account tells. */
const ownSameAccount = (a: Person, b: Person): boolean =>
  a.userPrincipalName !== undefined && a.userPrincipalName.toLowerCase() === b.userPrincipalName?.toLowerCase();
/** Two issuers call one human being by two names: where one of the two tells no account, nobody can tell them apart. */
const cannotBeTold = (a: Person, b: Person): boolean =>
  a.issuer !== b.issuer && (a.userPrincipalName === undefined || b.userPrincipalName === undefined);
/** As far as anybody knows; in doubt they are one. */
const isOneHuman = (a: Person, b: Person): boolean => isSame(a, b) || ownSameAccount(a, b) || cannotBeTold(a, b);

/** Why this person's word does not count here, if it does not. */
export function mayApprove(
  person: Person,
  needed: readonly Approval[],
  { person: asked, callerPerson }: Requester,
): string | undefined {
  if ([asked, callerPerson].some((each) => each && cannotBeTold(person, each)))
    return 'an approver from another identity provider is known by their account, and a token of the two names none';
  if (isOneHuman(person, asked)) return 'nobody approves a session of their own';
  if (callerPerson && isOneHuman(person, callerPerson)) return 'nobody approves what they asked for themselves';
  if (needed.some(({ group }) => person.groups.includes(group))) return undefined;
  return 'only members of the groups that the rules name may approve';
}

/** What the verdicts given so far come to; those of people who may not approve count for nothing, a denial of theirs neither. */
export function approvalOutcome(needed: readonly Approval[], given: readonly Verdict[], requester: Requester): ApprovalOutcome {
  const counting = given
    .filter(({ person }) => mayApprove(person, needed, requester) === undefined)
    // Whoever cannot be told from somebody comes after those who can be: in whatever order they spoke, as many count.
    .sort((a, b) => Number(a.person.userPrincipalName === undefined) - Number(b.person.userPrincipalName === undefined));
  if (counting.some(({ verdict }) => verdict !== 'approve')) return { state: 'denied', missing: [] };
  const missing = needed.flatMap(({ count, group }): Approval[] => {
    const people: Person[] = [];
    for (const { person } of counting) {
      if (person.groups.includes(group) && !people.some((known) => isOneHuman(known, person))) people.push(person);
    }
    return people.length < count ? [{ count: count - people.length, group }] : [];
  });
  return { state: missing.length === 0 ? 'granted' : 'awaiting', missing };
}

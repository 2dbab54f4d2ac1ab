import type { Person } from '../policy/principal.ts';
import type { SessionView } from '../session/session.ts';
import { isoTime } from '../wire/der-time.ts';

const nameOf = ({ userPrincipalName, subject }: Person) => userPrincipalName ?? subject;

/** A session as the API tells of it: never more than its schema has. */
export function sessionText(view: SessionView) {
  const {
    id,
    state,
    cause,
    sentence,
    host,
    mode,
    created,
    until,
    caller,
    person,
    account,
    reason,
    rules,
    minutes,
    channels,
    allows = [],
  } = view;
  return {
    id,
    state,
    cause,
    sentence,
    target: host,
    mode,
    created: isoTime(created),
    until: isoTime(until),
    caller: caller.name,
    person: person && nameOf(person),
    account: account?.userPrincipalName,
    reason,
    rules,
    minutes,
    channels,
    allows,
    approvals: view.needed.map(({ count, group }) => {
      const given = view.given.filter(({ verdict, person: by }) => verdict === 'approve' && by.groups.includes(group)).length;
      return { count, group, given };
    }),
    cards: view.cards.map((card) => ({
      id: card.id,
      state: card.state,
      serialNumber: card.serialNumber,
      notAfter: card.notAfter === undefined ? undefined : isoTime(card.notAfter),
      operations: card.operations,
      cause: card.cause,
    })),
  };
}

import type { CedarValueJson, EntityJson, StatefulAuthorizationCall } from '@cedar-policy/cedar-wasm/nodejs';
import { isoTime } from '../wire/der-time.ts';
import type { Account, Host } from './account.ts';
import { lowerCase } from './lower-case.ts';
import { networkAddress } from './network-address.ts';
import type { Person } from './principal.ts';
import type { Question } from './question.ts';

/** What the engine is asked, but for the rules. */
export type Request = Omit<StatefulAuthorizationCall, 'preparsedSchemaName' | 'preparsedPolicySetId' | 'validateRequest'>;

const MOST_TEXT = 4096;
const MOST_ITEMS = 20_000;
/** 9999-12-31T23:59:59Z, the last that has a text. */
const LAST_TIME = 253_402_300_799;

const actions = {
  seen: { gateway: 'open', card: 'open', ticket: 'openTicket' },
  named: { gateway: 'openNamed', card: 'openNamed', ticket: 'openTicketNamed' },
} as const;

/** Escapes what separates two parts in the first of them, so that no two pairs read alike. */
const escaped = (text: string, separator: string): string =>
  text.replaceAll('%', '%25').replaceAll(separator, `%${separator.charCodeAt(0).toString(16).toUpperCase()}`);
const personId = ({ issuer, subject }: Person): string => `${escaped(issuer, '#')}#${subject}`;
const labelId = (name: string, value: string): string => `${escaped(name, '=')}=${value}`;

const entity = (type: string, id: string) => ({ type, id });
const reference = (type: string, id: string): CedarValueJson => ({ __entity: { type, id } });
const parents = (type: string, ids: readonly string[]) => Array.from(new Set(ids), (id) => entity(type, id));

function personEntity(person: Person): EntityJson {
  const { issuer, subject, userPrincipalName, groups, claims, strength } = person;
  const account = userPrincipalName === undefined ? {} : { userPrincipalName: lowerCase(userPrincipalName) };
  return {
    uid: entity('Person', personId(person)),
    attrs: { issuer, subject, ...account, strength: [...strength] },
    parents: parents('Group', groups),
    tags: { ...claims },
  };
}
function hostEntity({ name, labels, organizationalUnits }: Host): EntityJson {
  return {
    uid: entity('Host', lowerCase(name)),
    attrs: { name: lowerCase(name) },
    parents: [
      ...parents(
        'Label',
        Object.entries(labels).map(([label, value]) => labelId(label, value)),
      ),
      ...parents('OrganizationalUnit', organizationalUnits.map(lowerCase)),
    ],
    tags: { ...labels },
  };
}
function accountEntity({ name, domain, userPrincipalName, sid, groups, groupSids }: Account, own: boolean): EntityJson {
  return {
    uid: entity('Account', sid),
    attrs: {
      name: lowerCase(name),
      domain: lowerCase(domain),
      userPrincipalName: lowerCase(userPrincipalName),
      sid,
      groupSids: [...(groupSids ?? [])],
      own,
    },
    parents: parents('AccountGroup', groups.map(lowerCase)),
  };
}

/** All texts of a question: each has to be one, the engine would make U+FFFD of half a surrogate pair and two names would be one. */
function texts({ person, caller, host, account, reason }: Question): readonly (string | undefined)[] {
  return [
    ...[person.issuer, person.subject, person.userPrincipalName, ...person.groups, ...person.strength],
    ...Object.entries(person.claims).flat(),
    ...[caller.id, host.name, ...host.organizationalUnits, ...Object.entries(host.labels).flat()],
    ...[account.name, account.domain, account.userPrincipalName, account.sid, ...account.groups, ...(account.groupSids ?? [])],
    reason,
  ];
}
const isText = (text: string | undefined) => text === undefined || (text.length <= MOST_TEXT && text.isWellFormed());

/** The question as the engine takes it; undefined where no rule could be trusted with it. */
export function requestOf(question: Question): Request | undefined {
  const { person, caller, proof, host, account, ownAccount, mode, reason, time } = question;
  const network = networkAddress(question.network);
  const action = actions[proof === 'named' ? 'named' : 'seen'][mode];
  const all = texts(question);
  if (network === undefined || all.length > MOST_ITEMS || !all.every(isText)) return undefined;
  // A rule that forbids a group something would not see it.
  if (account.groupSids === undefined) return undefined;
  if (!Number.isInteger(time) || time < 0 || LAST_TIME < time) return undefined;
  const principal = personEntity(person);
  const resource = hostEntity(host);
  const wanted = accountEntity(account, ownAccount);
  return {
    principal: principal.uid,
    action: entity('Action', action),
    resource: resource.uid,
    context: {
      account: reference('Account', account.sid),
      mode: reference('Mode', mode),
      proof: reference('Proof', proof),
      caller: caller.id,
      network: { __extn: { fn: 'ip', arg: network } },
      time: { __extn: { fn: 'datetime', arg: isoTime(time) } },
      hour: Math.floor(time / 3600) % 24,
      // 1970-01-01 was a Thursday.
      weekday: ((Math.floor(time / 86_400) + 3) % 7) + 1,
      ...(reason === undefined ? {} : { reason }),
    },
    entities: [principal, resource, wanted],
  };
}

/**
 * What rules may speak of, as Cedar schema text. Asked is always: may this Person open this Host so, in this context?
 *
 * - A permit names the actions it means (checked when rules are read): `open` is gateway or card mode for somebody who was seen, by a
 *   token of their own. A Kerberos ticket that leaves Mayfly, and a person whom a launcher only names, are actions of their own: no
 *   permit reaches them by leaving something out. A forbid that names no action holds for all of them.
 * - Modes and proofs are enumerated: a misspelt one is a fault, not a rule that never applies.
 * - Names of a directory (hosts, accounts, their groups, organizational units) are in lower case, here and in rules.
 * - An account is `Account::"S-1-5-21-…"`, by its SID.
 * - A label is `Label::"name=value"`; in its name `%` and `=` are written %25 and %3D.
 * - A person is `Person::"issuer#subject"`; in the issuer `%` and `#` are written %25 and %23.
 * - Tags: of a person the claims that the configuration passes on, of a host its labels.
 * - Hours (0 to 23) and weekdays (Monday is 1) are those of UTC.
 */
export const policySchema = `
entity Group, Label, OrganizationalUnit, AccountGroup;
entity Mode enum ["gateway", "card", "ticket"];
entity Proof enum ["self", "token", "named"];
entity Person in [Group] {
  issuer: String,
  subject: String,
  userPrincipalName?: String,
  strength: Set<String>,
} tags String;
entity Host in [Label, OrganizationalUnit] {
  name: String,
} tags String;
entity Account in [AccountGroup] {
  name: String,
  domain: String,
  userPrincipalName: String,
  sid: String,
  groupSids: Set<String>,
  own: Bool,
};
type Request = {
  account: Account,
  mode: Mode,
  proof: Proof,
  caller: String,
  network: ipaddr,
  time: datetime,
  hour: Long,
  weekday: Long,
  reason?: String,
};
action "open", "openTicket", "openNamed", "openTicketNamed" appliesTo {
  principal: [Person],
  resource: [Host],
  context: Request,
};
`;

/** Types whose names have no case, and are in lower case. */
export const caselessTypes: ReadonlySet<string> = new Set(['Host', 'AccountGroup', 'OrganizationalUnit']);

/** Where no rule says it: the longest a session lasts, in minutes. */
export const DEFAULT_MINUTES = 60;
export const MOST_MINUTES = 1440;
export const MOST_APPROVALS = 20;

/** What a rule may allow besides; a permit that names none allows none. */
export const allowanceNames = [
  /** Enter, Tab, the space bar and the first button of the mouse reach the host before the logon. */
  'legal-notice',
  /** Another card, while the session goes on. */
  'reauthentication',
] as const;

/** Virtual channels that a rule may let through; a permit that names none lets none through. */
export const channelNames = [
  'clipboard-in',
  'clipboard-out',
  'clipboard-files',
  'drives',
  'printers',
  'ports',
  'smart-cards',
  'audio-out',
  'audio-in',
  'camera',
  'usb',
  'web-authentication',
] as const;

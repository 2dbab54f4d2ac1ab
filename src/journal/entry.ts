import { DecodeError } from '../wire/cursor.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';

/**
 * What each entry says, by event; `?` marks what may be left out. Serial numbers and digests (SHA-256) are lower-case hex, durations
 * milliseconds. INVARIANT: nothing else reaches the journal, so no PIN, token or key does.
 */
const shapes = {
  'session-requested': {
    session: 'text',
    caller: 'text',
    callerName: 'text',
    person: 'text?',
    host: 'text',
    account: 'text?',
    mode: 'text',
    reason: 'text?',
    network: 'text',
  },
  'session-decided': {
    session: 'text',
    effect: ['granted', 'denied', 'awaiting-approval'],
    rules: 'texts',
    sentence: 'text?',
    account: 'text?',
    sid: 'text?',
    userPrincipalName: 'text?',
    minutes: 'number?',
    approvals: 'texts?',
  },
  'approval-given': { session: 'text', caller: 'text', person: 'text', verdict: ['approve', 'deny'], reason: 'text?' },
  'session-ended': { session: 'text', state: ['ended', 'denied', 'expired', 'failed'], cause: 'text', sentence: 'text?' },
  /** `keyDigest` is of the SubjectPublicKeyInfo; `purpose` of a card that is not the first of its connection. */
  'card-requested': { session: 'text', card: 'text', keyDigest: 'text', purpose: 'text?' },
  'card-issued': {
    session: 'text',
    card: 'text',
    serialNumber: 'text',
    certificateDigest: 'text',
    notAfter: 'number',
    sid: 'text',
    userPrincipalName: 'text',
    ca: 'text',
  },
  'card-refused': { session: 'text', card: 'text', reasons: 'texts' },
  'card-released': { session: 'text', card: 'text', to: 'text' },
  'key-operation': { session: 'text', card: 'text', operation: 'text', number: 'number' },
  'card-authenticated': { session: 'text', card: 'text' },
  /** `ms`: how long the destruction took; `delayMs`: how long after it was due it was done. */
  'key-destroyed': { session: 'text', card: 'text', cause: 'text', ms: 'number', delayMs: 'number' },
  /** A client came with its launch token and its host has taken it; `network` is where it came from. */
  'gateway-connected': { session: 'text', card: 'text', host: 'text', network: 'text' },
  /** The host has sent the session on; `to` is the name that it gave. */
  'gateway-redirected': { session: 'text', card: 'text', host: 'text', to: 'text' },
  /** `fromClient` and `fromHost` are octets inside TLS; `loggedOn` is whom the host logged on who may not be. */
  'gateway-ended': {
    session: 'text',
    card: 'text?',
    host: 'text?',
    network: 'text?',
    loggedOn: 'text?',
    cause: 'text',
    sentence: 'text',
    fromClient: 'number',
    fromHost: 'number',
    ms: 'number',
  },
  /** `person`: whose it is; nobody's, where it is left out. */
  'token-created': { token: 'text', name: 'text', scopes: 'texts', by: 'text', person: 'text?' },
  'token-revoked': { token: 'text', name: 'text', scopes: 'texts', by: 'text' },
  'policy-loaded': { digest: 'text', files: 'texts' },
  'policy-refused': { sentence: 'text' },
  /** Another CA issues: a rotation. */
  'ca-changed': { from: 'text', to: 'text' },
  'service-started': { version: 'text', configDigest: 'text' },
  'service-stopped': {},
  /** A checkpoint of the chain as it stood at `sequence` was written outside the database. */
  checkpoint: { sequence: 'number', hash: 'text', journal: 'text' },
  alarm: { code: 'text', sentence: 'text' },
} as const;

type Kind = 'text' | 'text?' | 'texts' | 'texts?' | 'number' | 'number?' | readonly string[];
type Of<K> = K extends readonly string[]
  ? K[number]
  : K extends 'text' | 'text?'
    ? string
    : K extends 'number' | 'number?'
      ? number
      : readonly string[];
type Optional<S> = { [F in keyof S]: S[F] extends `${string}?` ? F : never }[keyof S];
type Fields<S> = { readonly [F in Exclude<keyof S, Optional<S>>]: Of<S[F]> } & {
  readonly [F in Optional<S>]?: Of<S[F]> | undefined;
};
type Shapes = typeof shapes;
export type JournalEvent = keyof Shapes;
/** One entry: what happened, when, and the facts of it. */
export type JournalEntry = {
  [E in JournalEvent]: { readonly event: E; readonly at: UnixSeconds } & Fields<Shapes[E]>;
}[JournalEvent];
/** An entry of a newer Mayfly, kept as it is. Its event is a text like any other; the mark is for the checker, to tell it from those above. */
export interface UnknownEntry {
  readonly event: string & { readonly isUnknown: true };
  readonly at: UnixSeconds;
  readonly [field: string]: unknown;
}

/** UTF-16 code units; a longer text is cut, so that nobody's reason fills the disk and no entry fails for its length. */
const MOST_TEXT = 1024;
const MOST_TEXTS = 64;
/** UTF-16 code units of a whole entry that is read; none that is written comes near it. */
const MOST_ENTRY = 0x10_0000;

const common: readonly (readonly [string, Kind])[] = [
  ['at', 'number'],
  ['event', 'text'],
];
const byName = ([a]: readonly [string, Kind], [b]: readonly [string, Kind]) => (a < b ? -1 : 1);
/** Sorted, so that entries come out in canonical order. */
const fieldsOf: ReadonlyMap<string, readonly (readonly [string, Kind])[]> = new Map(
  Object.entries(shapes).map(([event, shape]) => [event, [...common, ...Object.entries<Kind>(shape)].sort(byName)]),
);

const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);
function fits(kind: Kind, value: unknown): boolean {
  if (typeof kind !== 'string') return isText(value) && kind.includes(value);
  if (value === undefined) return kind.endsWith('?');
  if (kind.startsWith('number')) return Number.isFinite(value);
  return kind.startsWith('texts') ? isTexts(value) : isText(value);
}
const cut = (text: string) => (text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT - 1)}…`);
function bounded(value: unknown): unknown {
  if (isText(value)) return cut(value);
  if (!isTexts(value)) return value;
  const texts = value.map(cut);
  return texts.length <= MOST_TEXTS ? texts : [...texts.slice(0, MOST_TEXTS - 1), `… ${texts.length - MOST_TEXTS + 1} more`];
}

/**
 * The text that is chained and kept: JSON with sorted names and no white space (the order and spelling of RFC 8785).
 * @throws MayflyError `journal-entry` for what the types do not let through
 */
export function entryText(entry: JournalEntry): string {
  const given: Readonly<Record<string, unknown>> = { ...entry };
  const parts: string[] = [];
  for (const [name, kind] of fieldsOf.get(entry.event) ?? []) {
    const value = given[name];
    if (!fits(kind, value)) throw new MayflyError('journal-entry', `the journal takes no ${entry.event} with such a ${name}`);
    if (value !== undefined) parts.push(`"${name}":${JSON.stringify(bounded(value))}`);
  }
  if (parts.length === 0) throw new MayflyError('journal-entry', 'the journal knows no such event');
  return `{${parts.join(',')}}`;
}

const malformed = (reason: string) => new DecodeError(`journal entry ${reason}`, 0);
/** Octets that two readers could understand differently (names given twice, say) were not written by Mayfly. */
function canonicalObject(text: string): Readonly<Record<string, unknown>> {
  if (MOST_ENTRY < text.length) throw malformed(`of more than ${MOST_ENTRY} characters`);
  let value: unknown;
  let again: string | undefined;
  try {
    value = JSON.parse(text);
    again = JSON.stringify(value);
  } catch {
    throw malformed('is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('is not an object');
  const names = Object.keys(value);
  if (again !== text || names.some((name, i) => i > 0 && name <= (names[i - 1] ?? ''))) throw malformed('is not canonical');
  return value as Readonly<Record<string, unknown>>;
}
/** Reads one entry; fields that this version does not know stay in it. @throws DecodeError */
export function readEntry(text: string): JournalEntry | UnknownEntry {
  const value = canonicalObject(text);
  if (!isText(value['event']) || !Number.isFinite(value['at'])) throw malformed('says not what happened, or not when');
  for (const [name, kind] of fieldsOf.get(value['event']) ?? [])
    if (!fits(kind, value[name])) throw malformed(`${value['event']} has no ${name} as it must be`);
  return value as unknown as JournalEntry | UnknownEntry;
}

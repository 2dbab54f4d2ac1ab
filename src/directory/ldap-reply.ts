import { ByteReader, DecodeError } from '../wire/cursor.ts';

/**
 * What a directory answers: LDAPMessage, RFC 4511 4.1.1, in the BER of RFC 4511 5.1. Active Directory writes every length in four
 * octets, so lengths need not be minimal; all else is as strict as can be, for a directory is a stranger until its certificate has
 * been verified, and no friend afterwards. ldapts writes the requests; its reader neither bounds a message nor ends on every damaged one.
 */
export type LdapReply = LdapEntry | LdapReference | LdapResult;
export interface LdapEntry {
  readonly kind: 'entry';
  readonly messageId: number;
  readonly name: string;
  /** By lower-case attribute description. */
  readonly attributes: ReadonlyMap<string, readonly Uint8Array[]>;
}
/** Where else a search would have to go on. */
export interface LdapReference {
  readonly kind: 'reference';
  readonly messageId: number;
  readonly urls: readonly string[];
}
export type LdapOperation = 'bind' | 'search' | 'modify' | 'add' | 'delete' | 'extended';
export interface LdapResult {
  readonly kind: 'result';
  /** 0: said without being asked. */
  readonly messageId: number;
  readonly operation: LdapOperation;
  /** resultCode, RFC 4511 appendix A. */
  readonly code: number;
  readonly diagnostic: string;
  readonly referrals: readonly string[];
  /** Of the paged results control, RFC 2696; empty where there are no more. */
  readonly cookie: Uint8Array;
}

/** Octets of one message; a CRL with a hundred thousand entries has less. */
export const LONGEST_MESSAGE = 16 * 1024 * 1024;
const MOST_ATTRIBUTES = 1000;
const MOST_VALUES = 100_000;
const MOST_URLS = 100;
const PAGED_RESULTS = '1.2.840.113556.1.4.319';

const tag = { integer: 0x02, octetString: 0x04, enumerated: 0x0a, sequence: 0x30, set: 0x31, boolean: 0x01 } as const;
const operations: ReadonlyMap<number, LdapOperation> = new Map([
  [0x61, 'bind'],
  [0x65, 'search'],
  [0x67, 'modify'],
  [0x69, 'add'],
  [0x6b, 'delete'],
  [0x78, 'extended'],
]);
const ENTRY = 0x64;
const REFERENCE = 0x73;
const hex = (octet: number) => `0x${octet.toString(16).padStart(2, '0')}`;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Octets of tag and length, and of what follows; undefined while too little has come to tell. @throws DecodeError */
export function messageLength(start: Uint8Array): number | undefined {
  const [first, second] = start;
  if (first !== undefined && first !== tag.sequence)
    throw new DecodeError(`expected tag 0x30, got ${hex(first)}`, 0, ['message']);
  if (second === undefined) return undefined;
  const octets = second < 0x80 ? 0 : second & 0x7f;
  if (second === 0x80 || 4 < octets) throw new DecodeError('length is not 1 to 4 octets', 1, ['message']);
  if (start.length < 2 + octets) return undefined;
  const length = octets === 0 ? second : start.subarray(2, 2 + octets).reduce((sum, octet) => sum * 256 + octet, 0);
  if (LONGEST_MESSAGE < length) throw new DecodeError(`message of ${length} octets`, 1, ['message']);
  return 2 + octets + length;
}
function lengthOf(r: ByteReader): number {
  const at = r.at;
  const first = r.u8();
  if (first < 0x80) return first;
  const octets = first & 0x7f;
  if (octets === 0 || 4 < octets) throw new DecodeError('length is not 1 to 4 octets', at);
  return r.bytes(octets).reduce((sum, octet) => sum * 256 + octet, 0);
}
/** The inside of one element. */
function element(r: ByteReader, expected: number): ByteReader {
  const at = r.at;
  const got = r.u8();
  if (got !== expected) throw new DecodeError(`expected tag ${hex(expected)}, got ${hex(got)}`, at);
  return r.sub(lengthOf(r));
}
function ended(r: ByteReader): void {
  if (0 < r.left) throw r.fail(`${r.left} octets left over`);
}
function many<T>(r: ByteReader, atMost: number, read: (r: ByteReader) => T): T[] {
  const found: T[] = [];
  while (0 < r.left) {
    if (found.length === atMost) throw r.fail(`more than ${atMost} elements`);
    found.push(read(r));
  }
  return found;
}
function unsigned(r: ByteReader, expected: number): number {
  const inside = element(r, expected);
  const at = inside.at;
  if (inside.left < 1 || 4 < inside.left) throw inside.fail('integer is not 1 to 4 octets');
  const value = inside.bytes().reduce((sum, octet) => sum * 256 + octet, 0);
  if (0x7fff_ffff < value) throw new DecodeError('integer is negative', at);
  return value;
}
const octets = (r: ByteReader, expected: number = tag.octetString) => element(r, expected).bytes();
function text(r: ByteReader, expected: number = tag.octetString): string {
  const at = r.at;
  try {
    return utf8.decode(octets(r, expected));
  } catch (e) {
    if (e instanceof DecodeError) throw e;
    throw new DecodeError('text is not UTF-8', at, [], { cause: e });
  }
}

function entryOf(messageId: number, r: ByteReader): LdapEntry {
  const name = text(r);
  const attributes = new Map<string, readonly Uint8Array[]>();
  for (const [type, values] of many(element(r, tag.sequence), MOST_ATTRIBUTES, attribute)) {
    if (attributes.has(type)) throw r.fail('attribute is given twice');
    attributes.set(type, values);
  }
  ended(r);
  return { kind: 'entry', messageId, name, attributes };
}
function attribute(r: ByteReader): [string, Uint8Array[]] {
  const inside = element(r, tag.sequence);
  const type = text(inside).toLowerCase();
  const values = many(element(inside, tag.set), MOST_VALUES, (value) => octets(value));
  ended(inside);
  return [type, values];
}
function resultOf(messageId: number, operation: LdapOperation, r: ByteReader): Omit<LdapResult, 'cookie'> {
  const code = unsigned(r, tag.enumerated);
  octets(r); // matchedDN
  const diagnostic = text(r).replace(/\0+$/, ''); // Active Directory ends it with a NUL
  const referrals = r.peek() === 0xa3 ? many(element(r, 0xa3), MOST_URLS, (url) => text(url)) : [];
  // serverSaslCreds; responseName and responseValue: nothing that we ask for has them.
  for (const [of, optional] of [['bind', 0x87] as const, ['extended', 0x8a] as const, ['extended', 0x8b] as const])
    if (operation === of && r.peek() === optional) element(r, optional);
  ended(r);
  return { kind: 'result', messageId, operation, code, diagnostic, referrals };
}
/** The cookie of a paged search; other controls are not ours. */
function control(r: ByteReader): Uint8Array | undefined {
  const inside = element(r, tag.sequence);
  const type = text(inside);
  if (inside.peek() === tag.boolean) element(inside, tag.boolean);
  const value = inside.left === 0 ? undefined : element(inside, tag.octetString);
  ended(inside);
  if (type !== PAGED_RESULTS || !value) return undefined;
  const paged = element(value, tag.sequence);
  ended(value);
  unsigned(paged, tag.integer);
  const cookie = octets(paged);
  ended(paged);
  return cookie;
}

/** One whole message. @throws DecodeError */
export function readLdapReply(message: Uint8Array): LdapReply {
  const outer = new ByteReader(message);
  const r = element(outer, tag.sequence);
  ended(outer);
  const messageId = unsigned(r, tag.integer);
  const operation = r.peek() ?? 0;
  const body = element(r, operation);
  const cookie = r.peek() === 0xa0 ? many(element(r, 0xa0), MOST_URLS, control).find((found) => found !== undefined) : undefined;
  ended(r);
  if (operation === ENTRY) return entryOf(messageId, body);
  if (operation === REFERENCE) return { kind: 'reference', messageId, urls: many(body, MOST_URLS, (url) => text(url)) };
  const of = operations.get(operation);
  if (of === undefined) throw new DecodeError(`operation ${hex(operation)} is no answer`, 0, ['message']);
  return { ...resultOf(messageId, of, body), cookie: cookie ?? new Uint8Array(0) };
}

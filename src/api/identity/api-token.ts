import { equalInConstantTime } from '../../crypto/constant-time.ts';
import { sha256 } from '../../crypto/digest.ts';
import { scopes as allScopes, type Caller, type Person, type Scope } from '../../policy/principal.ts';
import type { UnixSeconds } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { identityFailure } from './identity-failure.ts';

/** What is kept of a token of our own: its secret is in nobody's hands but the holder's. */
export interface TokenRecord {
  /** 16 letters of base32 in lower case (RFC 4648 6); no secret. */
  readonly id: string;
  /** For people to read. */
  readonly name: string;
  /** SHA-256 of the secret, which is 256 random bits: no salt and no slow hash would add to that. */
  readonly digest: Uint8Array;
  readonly scopes: readonly Scope[];
  readonly created: UnixSeconds;
  /** The first second in which it is no longer valid. */
  readonly expires: UnixSeconds;
  readonly revoked?: UnixSeconds;
  /** Whose token it is; absent for a launcher's. */
  readonly person?: Person;
}
export interface TokenStore {
  find(id: string): TokenRecord | undefined;
}
export interface TokenRequest {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Seconds. */
  readonly lifetime: number;
  readonly person?: Person | undefined;
  readonly now: UnixSeconds;
}

export const apiTokenPrefix = 'mayfly_';
/** A year and a day, in seconds: a token that nobody renews is one that nobody remembers. */
export const longestTokenLifetime = 366 * 86_400;
const ID_OCTETS = 10;
const SECRET_OCTETS = 32;
const MOST_NAME = 128;
const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** @param octets ten, two letters for each ten bits */
function idOf(octets: Uint8Array): string {
  const bits = octets.reduce((before, octet) => (before << 8n) | BigInt(octet), 0n);
  return Array.from({ length: 16 }, (_, i) => base32.charAt(Number((bits >> BigInt(75 - 5 * i)) & 31n))).join('');
}
const refused = (message: string, next: string) => new MayflyError('token-request', message, { next });

/**
 * A new token: `text` is shown once and forgotten, `record` is kept.
 * @throws MayflyError `token-request`
 */
export function newToken(
  random32: Uint8Array,
  random10: Uint8Array,
  { name, scopes, lifetime, person, now }: TokenRequest,
): { readonly record: TokenRecord; readonly text: string } {
  if (random32.length !== SECRET_OCTETS || random10.length !== ID_OCTETS)
    throw new MayflyError('token-request', 'a token needs 32 and 10 random octets');
  if (name.length === 0 || MOST_NAME < name.length || !name.isWellFormed() || /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(name))
    throw refused('this is no name for a token', `write 1 to ${MOST_NAME} printable characters`);
  if (scopes.length === 0 || scopes.some((scope) => !allScopes.includes(scope)))
    throw refused('these are no scopes of a token', `choose of ${allScopes.join(', ')}`);
  if (!Number.isSafeInteger(lifetime) || lifetime < 1 || longestTokenLifetime < lifetime)
    throw refused('a token cannot live that long', 'give a whole number of seconds, 366 days at most');
  const id = idOf(random10);
  const record: TokenRecord = {
    id,
    name,
    digest: sha256(random32),
    scopes: allScopes.filter((scope) => scopes.includes(scope)),
    created: now,
    expires: now + lifetime,
    ...(person === undefined ? {} : { person }),
  };
  return { record, text: `${apiTokenPrefix}${id}_${Buffer.from(random32).toString('base64url')}` };
}

/** Id and secret of `mayfly_<id>_<secret>`; undefined for whatever else, of any length. */
export function readToken(text: string): { readonly id: string; readonly secret: Uint8Array } | undefined {
  // The last of 43 letters carries four bits only: with others set the same secret would have several texts.
  const [, id, letters] = /^mayfly_([a-z2-7]{16})_([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])$/.exec(text) ?? [];
  if (id === undefined || letters === undefined) return undefined;
  return { id, secret: new Uint8Array(Buffer.from(letters, 'base64url')) };
}

const nobodysDigest = new Uint8Array(32);
/**
 * Who holds this token. An unknown id takes the comparison as well and gets the answer of a wrong secret; that a token was
 * revoked or has expired is told only to who knows its secret.
 * @throws MayflyError `token-malformed`, `token-unknown`, `token-revoked`, `token-expired`
 */
export function tokenHolder(text: string, store: TokenStore, now: UnixSeconds): Caller {
  const read = readToken(text);
  if (read === undefined) throw identityFailure('token-malformed');
  const record = store.find(read.id);
  const isRight = equalInConstantTime(sha256(read.secret), record?.digest ?? nobodysDigest);
  if (record === undefined || !isRight) throw identityFailure('token-unknown');
  if (record.revoked !== undefined) throw identityFailure('token-revoked');
  if (record.expires <= now) throw identityFailure('token-expired');
  return { id: `token:${record.id}`, name: record.name, scopes: record.scopes, person: record.person };
}

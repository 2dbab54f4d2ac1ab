import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestTokenLifetime, newToken, readToken, type TokenRecord, tokenHolder } from '../../../src/api/identity/api-token.ts';
import { sha256 } from '../../../src/crypto/digest.ts';
import type { Person, Scope } from '../../../src/policy/principal.ts';
import { MayflyError } from '../../../src/wire/mayfly-error.ts';
import { fuzzed, fuzzRuns } from '../../fuzz-runs.ts';
import { refusalOf } from './refusal-of.ts';

const now = 1_800_000_000;
const secret = Uint8Array.from({ length: 32 }, (_, i) => 255 - i);
const idOctets = Uint8Array.from({ length: 10 }, (_, i) => i);
const request = { name: 'portal', scopes: ['sessions'], lifetime: 3600, now } as const;
const { record, text } = newToken(secret, idOctets, request);
const storeOf = (...records: TokenRecord[]) => ({ find: (id: string) => records.find((kept) => kept.id === id) });
const refusal = async (given: string, store = storeOf(record), at = now) =>
  (await refusalOf(async () => tokenHolder(given, store, at), given)).code;

describe('a new token', () => {
  it('is id and secret for the holder, and a digest for the store', () => {
    // RFC 4648 6 by hand: 00000 00000 00000 10000 00100 00000 11000 00100 | 00000 10100 00011 00000 01110 00100 00001 00100 1...
    expect(text).toBe(`mayfly_aaaqeayeaudaocaj_${Buffer.from(secret).toString('base64url')}`);
    expect(record).toEqual({
      id: 'aaaqeayeaudaocaj',
      name: 'portal',
      digest: sha256(secret),
      scopes: ['sessions'],
      created: now,
      expires: now + 3600,
    });
    expect(JSON.stringify(record)).not.toContain(Buffer.from(secret).toString('base64url').slice(0, 8));
  });
  it('keeps each scope once, and whose it is', () => {
    const person: Person = {
      issuer: 'mayfly',
      subject: 'a',
      userPrincipalName: undefined,
      groups: [],
      claims: {},
      strength: [],
    };
    const made = newToken(secret, idOctets, { ...request, scopes: ['journal', 'approve', 'journal'], person });
    expect(made.record).toMatchObject({ scopes: ['approve', 'journal'], person });
    expect(tokenHolder(made.text, storeOf(made.record), now).person).toBe(person);
  });
  it.each<[string, object]>([
    ['no name', { name: '' }],
    ['a long name', { name: 'x'.repeat(129) }],
    ['a name that moves the cursor', { name: 'a\u001b[2J' }],
    ['half a character', { name: '\ud800' }],
    ['no scope', { scopes: [] }],
    ['a scope of its own', { scopes: ['everything'] as unknown as Scope[] }],
    ['no lifetime', { lifetime: 0 }],
    ['half a second', { lifetime: 0.5 }],
    ['no end', { lifetime: Number.POSITIVE_INFINITY }],
    ['years', { lifetime: longestTokenLifetime + 1 }],
  ])('is not made with %s', (_, change) => {
    expect(() => newToken(secret, idOctets, { ...request, ...change })).toThrow(
      expect.objectContaining({ code: 'token-request' }) as Error,
    );
  });
  it('is not made of fewer random octets', () => {
    expect(() => newToken(secret.subarray(1), idOctets, request)).toThrow(MayflyError);
    expect(() => newToken(secret, secret, request)).toThrow(MayflyError);
  });
  it('is read again, whatever the octets', () => {
    const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(
        octets(32),
        octets(10),
        fuzzed('api-token', (random32, random10) => {
          const made = newToken(random32, random10, request);
          expect(readToken(made.text)).toEqual({ id: made.record.id, secret: random32 });
        }),
      ),
      { numRuns: fuzzRuns },
    );
  });
});

describe('the text of a token', () => {
  it.each([
    ['nothing', ''],
    ['the prefix', 'mayfly_'],
    ['an octet less', text.slice(0, -1)],
    ['an octet more', `${text}A`],
    ['a newline behind it', `${text}\n`],
    ['a space before it', ` ${text}`],
    ['an id in upper case', text.toUpperCase()],
    ['another prefix', text.replace('mayfly', 'mayfry')],
    ['padding', `${text}=`],
    ['bits behind the last octet', text.replace(/.$/, 'B')],
    ['a megabyte', text.repeat(10_000)],
  ])('is not read from %s', (_, given) => {
    expect(readToken(given)).toBeUndefined();
  });
});

describe('the holder of a token', () => {
  it('is known by it', () => {
    expect(tokenHolder(text, storeOf(record), now)).toEqual({
      id: `token:${record.id}`,
      name: 'portal',
      scopes: ['sessions'],
      person: undefined,
    });
    expect(tokenHolder(text, storeOf(record), record.expires - 1).name).toBe('portal');
  });
  it('is refused, by name, and told of end and revocation only with the right secret', async () => {
    const other = text.replace(/.{43}$/, Buffer.alloc(32, 7).toString('base64url'));
    const revoked = { ...record, revoked: now - 1 };
    expect(await refusal(text.slice(1))).toBe('token-malformed');
    expect(await refusal(text, storeOf())).toBe('token-unknown');
    expect(await refusal(other)).toBe('token-unknown');
    expect(await refusal(text, storeOf(record), record.expires)).toBe('token-expired');
    expect(await refusal(text, storeOf(revoked))).toBe('token-revoked');
    expect(await refusal(text, storeOf(revoked), record.expires)).toBe('token-revoked');
    expect(await refusal(other, storeOf(revoked))).toBe('token-unknown');
    expect(await refusal(other, storeOf(record), record.expires)).toBe('token-unknown');
  });
  it('is nobody where the store holds no whole digest, and where the digest is the one that stands for none', async () => {
    expect(await refusal(text, storeOf({ ...record, digest: record.digest.subarray(1) }))).toBe('token-unknown');
    expect(await refusal(text, storeOf({ ...record, digest: new Uint8Array() }))).toBe('token-unknown');
    expect(await refusal(text, storeOf({ ...record, digest: new Uint8Array(32) }))).toBe('token-unknown');
  });
});

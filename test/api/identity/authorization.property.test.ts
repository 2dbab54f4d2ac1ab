import fc from 'fast-check';
import type { JWK } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { newToken } from '../../../src/api/identity/api-token.ts';
import { Identity } from '../../../src/api/identity/identity.ts';
import { fuzzed, fuzzRuns } from '../../fuzz-runs.ts';
import { rawJws, rs256 } from './raw-jws.ts';
import { leaked, refusalOf } from './refusal-of.ts';
import { RESOURCE, ServedProvider } from './served-provider.ts';
import { signingKey } from './signing-key.ts';

const codes =
  /^(?:token-(?:missing|malformed|unknown|expired|revoked|signature|issuer|audience|algorithm|not-yet)|identity-provider)$/;
const now = () => Math.floor(Date.now() / 1000);
const { record, text } = newToken(new Uint8Array(32).fill(0x5a), new Uint8Array(10).fill(0xa5), {
  name: 'portal',
  scopes: ['sessions'],
  lifetime: 3600,
  now: now(),
});
let provider: ServedProvider;
let key: JWK;
let identity: Identity;
let genuine: string;
beforeAll(async () => {
  key = await signingKey('RS256', 'one');
  provider = await ServedProvider.start([key]);
  identity = new Identity({
    providers: [{ issuer: provider.issuer, audiences: [RESOURCE] }],
    tokens: { find: (id) => (id === record.id ? record : undefined) },
    clock: now,
  });
  genuine = (await provider.logOn('alice', { upn: 'alice@corp.example' })).accessToken;
  return () => provider.stop();
});

/** One of ours, or a caller. */
async function outcome(header: string | undefined, secret = header ?? ''): Promise<string> {
  const caller = await identity.authenticate(header).catch((e: unknown) => e);
  if (!(caller instanceof Error)) return 'known';
  const error = await refusalOf(() => Promise.reject(caller), secret);
  expect(error.code).toMatch(codes);
  return error.code;
}
const property = <Values extends [unknown, ...unknown[]]>(
  name: string,
  arbitraries: { [K in keyof Values]: fc.Arbitrary<Values[K]> },
  predicate: (...values: Values) => Promise<void>,
) =>
  fc.assert(fc.asyncProperty(...arbitraries, fuzzed(`authorization ${name}`, predicate)), { numRuns: Math.ceil(fuzzRuns / 4) });

describe('the Authorization header', () => {
  it.each([
    [undefined, 'token-missing'],
    ['', 'token-missing'],
    ['Basic cG9ydGFsOnNlY3JldHNlY3JldA==', 'token-missing'],
    ['DPoP eyJhbGciOiJSUzI1NiJ9.e30.c2ln', 'token-missing'],
    ['Bearereyj', 'token-missing'],
    ['Bearer', 'token-malformed'],
    ['Bearer ', 'token-malformed'],
    ['Bearer  ', 'token-malformed'],
    ['Bearer a b', 'token-malformed'],
    ['Bearer a,Bearer b', 'token-malformed'],
    ['Bearer a\nb', 'token-malformed'],
    ['Bearer \u00fc', 'token-malformed'],
    ['Bearer ..', 'token-malformed'],
    ['Bearer mayfly_', 'token-malformed'],
    [`Bearer ${'a'.repeat(70_000)}`, 'token-malformed'],
    [`Bearer ${'a.'.repeat(10_000)}`, 'token-malformed'],
    [`Bearer${' '.repeat(100_000)}x`, 'token-malformed'],
  ])('%j is refused by name', async (header, code) => {
    expect(await outcome(header, header?.replace(/^\w* ?/, ''))).toBe(code);
  });
  it('lets both kinds of token in', async () => {
    expect(await outcome(`Bearer ${text}`)).toBe('known');
    expect(await outcome(`BEARER ${genuine}`)).toBe('known');
  });
  it('of any text ends in an error of ours', async () => {
    await property(
      'text',
      [
        fc.oneof(
          fc.string(),
          fc.string({ unit: 'binary' }),
          fc.string().map((s) => `Bearer ${s}`),
        ),
      ],
      async (header) => {
        expect(await outcome(header, header.replace(/^bearer */i, ''))).not.toBe('known');
      },
    );
  });
  it('of any header and claims, signed or not, ends in an error of ours', async () => {
    const alg = fc.constantFrom('RS256', 'PS256', 'ES256', 'EdDSA', 'none', 'HS256', '', 'RS256 ');
    const member = fc.oneof(fc.jsonValue(), fc.constantFrom('one', 'at+jwt', 'JWT', RESOURCE, 'alice', now(), now() + 300));
    const names = fc.constantFrom('kid', 'typ', 'crit', 'jwk', 'jku', 'b64', 'alg', '__proto__');
    const claims = fc.constantFrom('sub', 'aud', 'exp', 'iat', 'nbf', 'upn', 'groups', 'amr', 'cnf', '_claim_names', 'toString');
    await property(
      'jws',
      [alg, fc.dictionary(names, member), fc.dictionary(claims, member), fc.boolean()],
      async (named, head, body, isSigned) => {
        const header = { alg: named, typ: 'at+jwt', kid: 'one', ...head };
        const sound = { sub: 'alice', aud: RESOURCE, iat: now(), exp: now() + 300 };
        const payload = { ...sound, ...body, iss: provider.issuer };
        const token = rawJws(header, payload, isSigned ? rs256(key) : () => new Uint8Array(256));
        const end = await outcome(`Bearer ${token}`, token);
        if (!isSigned) expect(end).not.toBe('known');
      },
    );
  });
  it('of a damaged token ends in an error of ours', async () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'AZaz09-_.=~+/ \u00e9')), { minLength: 1, maxLength: 4 });
    await property('damaged', [fc.constantFrom('api', 'jwt'), damage], async (kind, changes) => {
      const whole = kind === 'api' ? text : genuine;
      const letters = [...whole];
      for (const [at, letter] of changes) letters[at % letters.length] = letter;
      const damaged = letters.join('');
      const end = await outcome(`Bearer ${damaged}`, damaged);
      // Bits behind the last octet of the signature say nothing, nor does a letter that is replaced by itself.
      const same = (one: string) =>
        one
          .split('.')
          .map((part) => Buffer.from(part, 'base64url').toString('hex'))
          .join('.');
      if (end === 'known') expect(same(damaged)).toBe(same(whole));
    });
  });
  it('would be found in an error that quotes it', () => {
    expect(leaked(new Error(`no such token: ${text}`), text)).toBeDefined();
    expect(leaked(new Error('no', { cause: { payload: { token: `x${genuine.slice(30, 80)}` } } }), genuine)).toBeDefined();
    expect(leaked(new Error('no such token'), text)).toBeUndefined();
  });
});

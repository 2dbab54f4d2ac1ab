import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Identity, type IdentityOptions } from '../../../src/api/identity/identity.ts';
import type { OidcProvider } from '../../../src/api/identity/oidc-provider.ts';
import { refusalOf } from './refusal-of.ts';
import { CLIENT, RESOURCE, ServedProvider } from './served-provider.ts';
import { signingKey } from './signing-key.ts';

const claims = {
  upn: 'alice@corp.example',
  groups: ['launch', 'Domain Users'],
  department: 'finance',
  nested: { deep: 'x' },
};
let provider: ServedProvider;
let alice: Awaited<ReturnType<ServedProvider['logOn']>>;
beforeAll(async () => {
  provider = await ServedProvider.start([await signingKey('RS256', 'first')]);
  alice = await provider.logOn('alice', { ...claims, amr: ['pwd', 'hwk'], acr: 'urn:example:two-factors' });
  return () => provider.stop();
});
const now = () => Math.floor(Date.now() / 1000);
const identity = (change: Partial<OidcProvider> = {}, more: Partial<IdentityOptions> = {}) =>
  new Identity({
    providers: [{ issuer: provider.issuer, audiences: [RESOURCE], ...change }],
    tokens: { find: () => undefined },
    clock: now,
    ...more,
  });
const refusal = async (token: string, change: Partial<OidcProvider> = {}, later = 0) =>
  (await refusalOf(() => identity(change, { clock: () => now() + later }).authenticate(`Bearer ${token}`), token)).code;

describe('a token of a real provider', () => {
  it('is its bearer: subject, account, groups, passed claims, strength', async () => {
    expect(decodeProtectedHeader(alice.accessToken).typ).toBe('at+jwt');
    const known = identity({ passedClaims: ['department', 'absent'] });
    const person = {
      issuer: provider.issuer,
      subject: 'alice',
      userPrincipalName: 'alice@corp.example',
      groups: ['launch', 'Domain Users'],
      claims: { department: 'finance' },
      strength: ['pwd', 'hwk', 'urn:example:two-factors'],
    };
    expect(await known.authenticate(`bearer  ${alice.accessToken}`)).toEqual({
      id: `oidc:${provider.issuer}#alice`,
      name: 'alice@corp.example',
      scopes: ['sessions', 'approve'],
      person,
    });
    expect(await known.person(alice.accessToken)).toEqual(person);
  });
  it('tells account and groups by the claims that the configuration names', async () => {
    const person = await identity({ accountClaim: 'department', groupsClaim: 'upn' }).person(alice.accessToken);
    expect(person).toMatchObject({ userPrincipalName: 'finance', groups: ['alice@corp.example'] });
    const bare = await identity({ accountClaim: 'absent', groupsClaim: 'constructor' }).authenticate(
      `Bearer ${alice.accessToken}`,
    );
    expect(bare).toMatchObject({ name: 'alice', person: { userPrincipalName: undefined, groups: [] } });
  });
  it('is a launcher where a client got it for itself, and then no person', async () => {
    const token = await provider.clientToken();
    expect(await identity().authenticate(`Bearer ${token}`)).toEqual({
      id: `client:${provider.issuer}#${CLIENT}`,
      name: CLIENT,
      scopes: ['sessions'],
      person: undefined,
    });
    expect((await refusalOf(() => identity().person(token), token)).code).toBe('token-malformed');
  });
  it('is a person where its name is a client that got the token for somebody', async () => {
    const { accessToken } = await provider.logOn('another-client', claims);
    expect((await identity().authenticate(`Bearer ${accessToken}`)).id).toBe(`oidc:${provider.issuer}#another-client`);
  });
  it('may be an id_token only where that is configured, for the client that it was made for', async () => {
    const accepting = { tokenTypes: ['JWT'], audiences: [CLIENT] } as const;
    expect(await identity(accepting).person(alice.idToken)).toMatchObject({
      subject: 'alice',
      groups: ['launch', 'Domain Users'],
      strength: ['pwd', 'otp', 'urn:example:two-factors'],
    });
    expect(await refusal(alice.idToken, { audiences: [CLIENT] })).toBe('token-malformed');
    expect(await refusal(alice.idToken, { ...accepting, audiences: [RESOURCE] })).toBe('token-audience');
    expect(await refusal(alice.accessToken, { tokenTypes: ['JWT'] })).toBe('token-malformed');
  });
  it('is for its audience, of its issuer, and of an accepted algorithm', async () => {
    expect(await refusal(alice.accessToken, { audiences: ['https://other.example'] })).toBe('token-audience');
    expect(await refusal(alice.accessToken, { audiences: [`${RESOURCE}/`] })).toBe('token-audience');
    expect(await refusal(alice.accessToken, { issuer: `${provider.issuer}/` })).toBe('token-issuer');
    expect(await refusal(alice.accessToken, { algorithms: ['ES256', 'PS256'] })).toBe('token-algorithm');
  });
  it('has an end, tolerance and age', async () => {
    // The provider's tokens last 300 seconds.
    expect(await refusal(alice.accessToken, {}, 400)).toBe('token-expired');
    expect(await refusal(alice.accessToken, { clockTolerance: 0 }, 301)).toBe('token-expired');
    expect(await refusal(alice.accessToken, { maxTokenAge: 60, clockTolerance: 0 }, 120)).toBe('token-expired');
    expect(await refusal(alice.accessToken, {}, -3600)).toBe('token-not-yet');
    const tolerant = identity({ clockTolerance: 60 }, { clock: () => now() + 300 });
    expect((await tolerant.person(alice.accessToken)).subject).toBe('alice');
  });
  it('is refused where the account is no text', async () => {
    expect(await refusal(alice.accessToken, { accountClaim: 'nested' })).toBe('token-malformed');
    expect(await refusal(alice.accessToken, { groupsClaim: 'nested' })).toBe('token-malformed');
    expect(await refusal(alice.accessToken, { passedClaims: ['nested'] })).toBe('token-malformed');
  });
  it('is verified with keys from an address that the configuration names', async () => {
    const named = identity({ jwksUri: `${provider.issuer}/jwks` });
    const before = provider.asked.get('/.well-known/openid-configuration');
    expect((await named.person(alice.accessToken)).subject).toBe('alice');
    expect(provider.asked.get('/.well-known/openid-configuration')).toBe(before);
  });
});

describe('each accepted algorithm', () => {
  let other: ServedProvider;
  beforeAll(async () => {
    other = await ServedProvider.start([await signingKey('RS256', 'rsa')]);
  });
  afterAll(() => other.stop());
  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('%s verifies', async (alg) => {
    other.restart([await signingKey(alg, alg)], alg);
    const { accessToken } = await other.logOn('bob', claims);
    expect(decodeProtectedHeader(accessToken).alg).toBe(alg);
    const fresh = new Identity({
      providers: [{ issuer: other.issuer, audiences: [RESOURCE] }],
      tokens: { find: () => undefined },
      clock: now,
    });
    expect((await fresh.person(accessToken)).subject).toBe('bob');
  });
});

describe('a provider that would not be safe', () => {
  it.each<[string, Partial<OidcProvider>]>([
    ['over plain HTTP', { issuer: 'http://id.corp.example' }],
    ['over plain HTTP at a name that may be anybody', { issuer: 'http://localhost:8080' }],
    ['over plain HTTP at what only looks like loopback', { issuer: 'http://127.0.0.1.corp.example' }],
    ['with a password in its URL', { issuer: 'https://mayfly:secret@id.corp.example' }],
    ['with a name in its URL', { issuer: 'https://mayfly@id.corp.example' }],
    ['with a query', { issuer: 'https://id.corp.example?tenant=1' }],
    ['with a fragment', { issuer: 'https://id.corp.example#1' }],
    ['with a space', { issuer: 'https://id.corp.example/ ' }],
    ['without issuer', { issuer: '' }],
    ['that is a name only', { issuer: 'urn:corp:sts' }],
    ['with keys over plain HTTP', { jwksUri: 'http://id.corp.example/keys' }],
    ['with keys in a file', { jwksUri: 'file:///etc/passwd' }],
    ['for nobody', { audiences: [] }],
    ['for the audience of no letters', { audiences: [''] }],
    ['without signatures', { algorithms: ['RS256', 'none'] }],
    ['with MACs', { algorithms: ['HS256'] }],
    ['with no algorithm', { algorithms: [] }],
    ['with no type', { tokenTypes: [] }],
    ['with another type', { tokenTypes: ['logout+jwt' as 'JWT'] }],
    ['with another clock', { clockTolerance: 61 }],
    ['with a clock that is nowhere', { clockTolerance: Number.NaN }],
    ['with tokens for ever', { maxTokenAge: Number.POSITIVE_INFINITY }],
  ])('is refused %s', (_, change) => {
    const given = { issuer: 'https://id.corp.example', audiences: ['mayfly'], ...change };
    const made = () => new Identity({ providers: [given], tokens: { find: () => undefined }, clock: now });
    expect(made).toThrow(expect.objectContaining({ code: 'identity-config' }) as Error);
  });
  it('is refused when it is there twice', () => {
    const twice = { issuer: 'https://id.corp.example', audiences: ['mayfly'] };
    expect(() => new Identity({ providers: [twice, twice], tokens: { find: () => undefined }, clock: now })).toThrow(
      expect.objectContaining({ code: 'identity-config' }) as Error,
    );
  });
  it('is accepted as a name with keys at a URL, and over plain HTTP on this machine itself', () => {
    const providers = [
      { issuer: 'http://sts.corp.example/adfs/services/trust', jwksUri: 'https://sts.corp.example/adfs/discovery/keys' },
      { issuer: 'https://login.example/tenant/v2.0' },
      { issuer: 'http://[::1]:8080/' },
    ].map((each) => ({ ...each, audiences: ['mayfly'] }));
    expect(() => new Identity({ providers, tokens: { find: () => undefined }, clock: now })).not.toThrow();
  });
});

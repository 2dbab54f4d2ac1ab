import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { JWK } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { type FetchJson, fetchJson } from '../../../src/api/identity/fetch-json.ts';
import { Identity } from '../../../src/api/identity/identity.ts';
import { rawJws, rs256 } from './raw-jws.ts';
import { refusalOf } from './refusal-of.ts';
import { RESOURCE, ServedProvider } from './served-provider.ts';
import { publicPart, signingKey } from './signing-key.ts';

const MINUTE = 60;
let later = 0;
const now = () => Math.floor(Date.now() / 1000) + later;
const identityOf = (issuer: string, fetch?: FetchJson, jwksUri?: string) =>
  new Identity({ providers: [{ issuer, audiences: [RESOURCE], jwksUri }], tokens: { find: () => undefined }, clock: now, fetch });
/** As the provider would make it, at any time and with any key. */
const token = (issuer: string, key: JWK, kid = key.kid) =>
  rawJws(
    { alg: 'RS256', typ: 'at+jwt', kid },
    { iss: issuer, sub: 'alice', aud: RESOURCE, iat: now(), exp: now() + 300 },
    rs256(key),
  );
const codeOf = async (identity: Identity, text: string) => (await refusalOf(() => identity.person(text), text)).code;
const first = await signingKey('RS256', 'first');
const second = await signingKey('RS256', 'second');
beforeEach(() => {
  later = 0;
});

describe('the keys of a real provider', () => {
  let provider: ServedProvider;
  let identity: Identity;
  beforeEach(async () => {
    provider = await ServedProvider.start([first]);
    identity = identityOf(provider.issuer);
    return () => provider.stop();
  });
  const logOn = async () => (await provider.logOn('alice', { upn: 'alice@corp.example' })).accessToken;
  const subject = async (text: string) => (await identity.person(text)).subject;

  it('are fetched once for all who come at the same time, and kept', async () => {
    const text = await logOn();
    expect(await Promise.all(Array.from({ length: 50 }, () => subject(text)))).toEqual(Array.from({ length: 50 }, () => 'alice'));
    expect(await subject(text)).toBe('alice');
    expect(provider.timesAskedForKeys).toBe(1);
    later = 9 * MINUTE;
    expect(await subject(token(provider.issuer, first))).toBe('alice');
    expect(provider.timesAskedForKeys).toBe(1);
    later = 11 * MINUTE;
    expect(await subject(token(provider.issuer, first))).toBe('alice');
    expect(provider.timesAskedForKeys).toBe(2);
  });
  it('are found again after a change, with one question, and the old one counts no more', async () => {
    const old = await logOn();
    expect(await subject(old)).toBe('alice');
    provider.restart([second]);
    later = MINUTE;
    const fresh = await logOn();
    expect(await subject(fresh)).toBe('alice');
    expect(provider.timesAskedForKeys).toBe(2);
    expect(await codeOf(identity, old)).toBe('token-signature');
    expect(provider.timesAskedForKeys).toBe(2);
  });
  it('may be old and new ones at once', async () => {
    const old = await logOn();
    provider.restart([second, first]);
    const fresh = await logOn();
    expect([await subject(old), await subject(fresh)]).toEqual(['alice', 'alice']);
    expect(provider.timesAskedForKeys).toBe(1);
  });
  it('count no more ten minutes after they were withdrawn, whoever asks', async () => {
    expect(await subject(await logOn())).toBe('alice');
    provider.restart([second]);
    later = 9 * MINUTE;
    expect(await subject(token(provider.issuer, first))).toBe('alice');
    later = 11 * MINUTE;
    expect(await codeOf(identity, token(provider.issuer, first))).toBe('token-signature');
  });
  it('are not asked for by every key id that somebody makes up', async () => {
    expect(await subject(await logOn())).toBe('alice');
    const forged = (round: number) =>
      Array.from({ length: 100 }, (_, i) => codeOf(identity, token(provider.issuer, second, `made-up-${round}-${i}`)));
    const all = (code: string) => Array.from({ length: 100 }, () => code);
    expect(await Promise.all(forged(0))).toEqual(all('token-signature'));
    expect(provider.timesAskedForKeys).toBe(1); // just asked
    for (const round of [1, 2, 3]) {
      later += 31;
      expect(await Promise.all(forged(round))).toEqual(all('token-signature'));
      for (const answer of forged(round)) expect(await answer).toBe('token-signature');
      expect(provider.timesAskedForKeys).toBe(1 + round);
    }
    expect(await subject(await logOn())).toBe('alice');
  });
  it('are used for an hour where the provider is down, and no longer', async () => {
    expect(await subject(await logOn())).toBe('alice');
    await provider.stop();
    for (later of [11 * MINUTE, 30 * MINUTE, 59 * MINUTE]) expect(await subject(token(provider.issuer, first))).toBe('alice');
    // It may be a new key: nobody can tell.
    expect(await codeOf(identity, token(provider.issuer, second))).toBe('identity-provider');
    later = 61 * MINUTE;
    expect(await codeOf(identity, token(provider.issuer, first))).toBe('identity-provider');
  });
  it('are fetched again where the clock was set back', async () => {
    expect(await subject(await logOn())).toBe('alice');
    later = -2 * 60 * MINUTE;
    expect(await subject(token(provider.issuer, first))).toBe('alice');
    expect(provider.timesAskedForKeys).toBe(2);
  });
  it('of two with no name in the token are none', async () => {
    provider.restart([first, second]);
    const unnamed = rawJws(
      { alg: 'RS256', typ: 'at+jwt' },
      { iss: provider.issuer, sub: 'alice', aud: RESOURCE, iat: now(), exp: now() + 300 },
      rs256(first),
    );
    expect(await codeOf(identity, unnamed)).toBe('token-signature');
    provider.restart([first]);
    later = 11 * MINUTE;
    expect(await codeOf(identity, unnamed)).toBe('token-expired');
  });
});

describe('a provider that is not as it should be', () => {
  let server: Server;
  let issuer = '';
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const asked: string[] = [];
  beforeEach(async () => {
    asked.length = 0;
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
    const address = server.address();
    issuer = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
    return () => {
      server.closeAllConnections();
      server.close();
    };
  });
  const publicKey = publicPart(first);
  const json = (response: ServerResponse, value: unknown) => void response.end(JSON.stringify(value));
  /** Sound discovery; the keys as given. */
  const serving =
    (keys: unknown): typeof answer =>
    ({ url }, response) =>
      url === '/keys' ? json(response, keys) : json(response, { issuer, jwks_uri: `${issuer}/keys` });

  it('is told from one that is', async () => {
    answer = serving({ keys: [publicKey] });
    expect((await identityOf(issuer).person(token(issuer, first))).subject).toBe('alice');
    expect(asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });
  it.each<[string, (issuer: string) => unknown]>([
    ['is somebody else', () => ({ issuer: 'https://id.example', jwks_uri: 'HOST/keys' })],
    ['calls itself a little differently', () => ({ issuer: 'HOST/', jwks_uri: 'HOST/keys' })],
    ['has no name', () => ({ jwks_uri: 'HOST/keys' })],
    ['has no keys', () => ({ issuer: 'HOST' })],
    ['has keys over plain HTTP elsewhere', () => ({ issuer: 'HOST', jwks_uri: 'http://id.corp.example/keys' })],
    ['has keys in a file', () => ({ issuer: 'HOST', jwks_uri: 'file:///etc/passwd' })],
    ['has keys behind a password', () => ({ issuer: 'HOST', jwks_uri: 'https://a:b@id.corp.example/keys' })],
    ['has keys at a list', () => ({ issuer: 'HOST', jwks_uri: ['HOST/keys'] })],
    ['is a list', () => []],
    ['is nothing', () => null],
  ])('by its discovery %s', async (_, document) => {
    answer = ({ url }, response) =>
      url === '/keys'
        ? json(response, { keys: [publicKey] })
        : void response.end(JSON.stringify(document(issuer)).replaceAll('HOST', issuer));
    const text = token(issuer, first);
    const { code, cause } = await refusalOf(() => identityOf(issuer).person(text), text);
    expect(code).toBe('identity-provider');
    expect(cause).toMatchObject({ message: expect.stringMatching(/^the discovery document /) as string });
    expect(asked).toEqual(['/.well-known/openid-configuration']);
  });
  it.each<[string, unknown, string]>([
    ['no set', [publicKey], 'identity-provider'],
    ['no list', { keys: { 0: publicKey } }, 'identity-provider'],
    ['what is no key', { keys: [publicKey, 'key'] }, 'identity-provider'],
    ['keys without end', { keys: Array.from({ length: 101 }, () => publicKey) }, 'identity-provider'],
    ['no key', { keys: [] }, 'token-signature'],
    ['a key for encryption', { keys: [{ ...publicKey, use: 'enc' }] }, 'token-signature'],
    ['a secret', { keys: [{ kty: 'oct', kid: 'first', k: 'c2VjcmV0' }] }, 'token-signature'],
    ['its private key', { keys: [first] }, 'identity-provider'],
    ['half a key', { keys: [{ ...publicKey, n: undefined }] }, 'identity-provider'],
    [
      'a key of few bits',
      { keys: [{ ...publicKey, n: 'sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri', e: 'AQAB' }] },
      'token-signature',
    ],
    ['one name for two keys', { keys: [publicKey, { ...publicKey }] }, 'token-signature'],
  ])('by its keys: %s', async (_, keys, code) => {
    answer = serving(keys);
    expect(await codeOf(identityOf(issuer), token(issuer, first))).toBe(code);
  });
  it('is not asked in vain by everybody', async () => {
    answer = (_, response) => void response.writeHead(500).end();
    const identity = identityOf(issuer);
    const text = token(issuer, first);
    for (let i = 0; i < 20; i++) expect(await codeOf(identity, text)).toBe('identity-provider');
    expect(asked.length).toBe(1);
    answer = serving({ keys: [publicKey] });
    later = 6;
    expect((await identity.person(text)).subject).toBe('alice');
  });
  it('keeps nobody waiting whom the old keys can serve', async () => {
    answer = serving({ keys: [publicKey] });
    const hang: FetchJson = () => new Promise(() => undefined);
    let fetch: FetchJson = fetchJson;
    const identity = identityOf(issuer, (url, options) => fetch(url, options));
    expect((await identity.person(token(issuer, first))).subject).toBe('alice');
    later = 11 * MINUTE;
    answer = (request) => void request.socket.destroy();
    expect((await identity.person(token(issuer, first))).subject).toBe('alice');
    later = 12 * MINUTE;
    fetch = hang;
    expect((await identity.person(token(issuer, first))).subject).toBe('alice');
  });
  it('is a failure with what happened as its cause', async () => {
    answer = (_, response) => void response.writeHead(302, { location: 'https://id.example/' }).end();
    const text = token(issuer, first);
    const { message, cause } = await refusalOf(() => identityOf(issuer).person(text), text);
    expect(message).toBe('the identity provider does not answer as it should');
    expect(cause).toMatchObject({ code: 'identity-provider', message: `${issuer} answered with HTTP status 302` });
  });
});

import { createPublicKey } from 'node:crypto';
import { createServer } from 'node:http';
import { decodeJwt, type JWK } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { Identity } from '../../../src/api/identity/identity.ts';
import { hs256, privateKeyOf, rawJws, rs256, type Signer, unsigned } from './raw-jws.ts';
import { refusalOf } from './refusal-of.ts';
import { RESOURCE, ServedProvider } from './served-provider.ts';
import { publicPart, signingKey } from './signing-key.ts';

const now = () => Math.floor(Date.now() / 1000);
let provider: ServedProvider;
let key: JWK;
/** Of somebody who calls it like the provider's. */
let strangersKey: JWK;
let identity: Identity;
let genuine: string;
beforeAll(async () => {
  key = await signingKey('RS256', 'one');
  strangersKey = await signingKey('RS256', 'one');
  provider = await ServedProvider.start([key]);
  identity = new Identity({
    providers: [{ issuer: provider.issuer, audiences: [RESOURCE], tokenTypes: ['at+jwt', 'JWT'] }],
    tokens: { find: () => undefined },
    clock: now,
  });
  genuine = (await provider.logOn('alice', { upn: 'alice@corp.example' })).accessToken;
  return () => provider.stop();
});
const header = () => ({ alg: 'RS256', typ: 'at+jwt', kid: 'one' });
const claims = () => ({
  iss: provider.issuer,
  sub: 'alice',
  aud: RESOURCE,
  iat: now(),
  exp: now() + 300,
  upn: 'alice@corp.example',
});
const signed = (change: object, headerChange: object = {}, signer: Signer = rs256(key)) =>
  rawJws({ ...header(), ...headerChange }, { ...claims(), ...change }, signer);
const refusal = (token: string) => refusalOf(() => identity.authenticate(`Bearer ${token}`), token);
const codeOf = async (token: string) => (await refusal(token)).code;
const publicPem = () => createPublicKey(privateKeyOf(key)).export({ type: 'spki', format: 'pem' });

it('what this file forges is as good as the real ones but for one fault', async () => {
  expect((await identity.person(genuine)).subject).toBe('alice');
  expect((await identity.person(signed({}))).subject).toBe('alice');
  expect((await identity.person(signed({}, { typ: undefined }))).subject).toBe('alice');
  expect((await identity.person(signed({}, { typ: 'application/AT+JWT' }))).subject).toBe('alice');
  expect((await identity.person(signed({ aud: ['x', RESOURCE] }))).subject).toBe('alice');
});

describe('a forged signature', () => {
  it.each(['none', 'None', 'nOnE', ''])('of the algorithm %j counts for nothing', async (alg) => {
    expect(await codeOf(signed({}, { alg }, unsigned))).toBe('token-algorithm');
    expect(await codeOf(signed({}, { alg }, rs256(key)))).toBe('token-algorithm');
  });
  it('is no MAC with the public key as secret', async () => {
    const { kty, n, e } = key;
    const jwk = JSON.stringify({ kty, n, e });
    for (const secret of [publicPem(), jwk, createPublicKey(privateKeyOf(key)).export({ type: 'spki', format: 'der' })]) {
      expect(await codeOf(signed({}, { alg: 'HS256' }, hs256(secret)))).toBe('token-algorithm');
      expect(await codeOf(signed({}, { alg: 'RS256' }, hs256(secret)))).toBe('token-signature');
    }
  });
  it('is not left out, shortened or taken from another token', async () => {
    const [head = '', body = '', signature = ''] = genuine.split('.');
    const other = signed({ sub: 'mallory' }).split('.')[2] ?? '';
    expect(await codeOf(`${head}.${body}.`)).toBe('token-signature');
    expect(await codeOf(`${head}.${body}.${signature.slice(0, -4)}`)).toBe('token-signature');
    expect(await codeOf(`${head}.${body}.${other}`)).toBe('token-signature');
    const mallory = Buffer.from(JSON.stringify({ ...decodeJwt(genuine), sub: 'mallory' })).toString('base64url');
    expect(await codeOf(`${head}.${mallory}.${signature}`)).toBe('token-signature');
  });
  it('is not by another key that is called the same', async () => {
    expect(await codeOf(signed({}, {}, rs256(strangersKey)))).toBe('token-signature');
  });
  it('is not by a key that the token brings along or tells the way to', async () => {
    let visits = 0;
    const server = createServer((_, response) => {
      visits++;
      response.end(JSON.stringify({ keys: [strangersKey] }));
    });
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
    const address = server.address();
    const url = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}/` : '';
    const publicJwk = publicPart(strangersKey);
    const x5c = [createPublicKey(privateKeyOf(strangersKey)).export({ type: 'spki', format: 'der' }).toString('base64')];
    for (const lure of [{ jwk: publicJwk }, { jku: url }, { x5u: url }, { x5c }]) {
      expect(await codeOf(signed({}, lure, rs256(strangersKey)))).toBe('token-signature');
      expect(await codeOf(signed({}, { ...lure, kid: 'mine' }, rs256(strangersKey)))).toBe('token-signature');
      expect(await codeOf(signed({}, { ...lure, kid: undefined }, rs256(strangersKey)))).toBe('token-signature');
      // Nor does it hurt where the signature is right.
      expect((await identity.person(signed({}, lure))).subject).toBe('alice');
    }
    server.close();
    expect(visits).toBe(0);
  });
  it.each<[string, object]>([
    ['a kid that is no text', { kid: 7 }],
    ['a kid that is a path', { kid: '../../../../dev/null' }],
    ['a kid of the prototype', { kid: '__proto__' }],
    ['another algorithm than the key is for', { alg: 'PS256' }],
  ])('is not with %s', async (_, change) => {
    expect(await codeOf(signed({}, change))).toBe('token-signature');
  });
});

describe('a header', () => {
  it.each<[string, object]>([
    ['an unknown critical extension', { crit: ['exp'], exp: 1 }],
    ['an extension that jose knows', { crit: ['b64'], b64: true }],
    ['an unencoded payload', { crit: ['b64'], b64: false }],
    ['no critical extension', { crit: [] }],
    ['critical nonsense', { crit: 'exp' }],
    ['the type of a logout token', { typ: 'logout+jwt' }],
    ['the type of a proof of possession', { typ: 'dpop+jwt' }],
    ['a type that is no text', { typ: ['at+jwt'] }],
    ['no type', { typ: null }],
  ])('with %s is refused', async (_, change) => {
    expect(await codeOf(signed({}, change))).toBe('token-malformed');
  });
  it.each([['RS1'], ['RS512'], ['ES256K'], [['RS256']], [null], ['rs256'], ['constructor']])(
    'with alg %j is refused',
    async (alg) => {
      expect(await codeOf(signed({}, { alg }))).toBe('token-algorithm');
    },
  );
});

describe('claims', () => {
  it.each<[string, object, string]>([
    ['another issuer', { iss: 'https://id.example' }, 'token-issuer'],
    ['a longer issuer', { iss: 'HOST/' }, 'token-issuer'],
    ['issuers', { iss: ['HOST'] }, 'token-issuer'],
    ['no issuer', { iss: undefined }, 'token-issuer'],
    ['another audience', { aud: 'https://other.example' }, 'token-audience'],
    ['other audiences', { aud: ['https://other.example', [RESOURCE]] }, 'token-audience'],
    ['an audience in another case', { aud: RESOURCE.toUpperCase() }, 'token-audience'],
    ['an audience that is an object', { aud: { [RESOURCE]: true } }, 'token-audience'],
    ['no audience', { aud: undefined }, 'token-audience'],
    ['an end in the past', { exp: 1 }, 'token-expired'],
    ['an end before all time', { exp: -1e308 }, 'token-expired'],
    ['no end', { exp: undefined }, 'token-malformed'],
    ['an end that is text', { exp: '9999999999' }, 'token-malformed'],
    ['an end that is no number', { exp: null }, 'token-malformed'],
    ['an end beyond all numbers', { exp: 1e300 }, 'token-malformed'],
    ['a beginning in the future', { nbf: 4_000_000_000 }, 'token-not-yet'],
    ['a beginning that is text', { nbf: 'now' }, 'token-malformed'],
    ['an issue in the future', { iat: 4_000_000_000 }, 'token-not-yet'],
    ['an issue long ago', { iat: 1_000_000_000 }, 'token-expired'],
    ['no time of issue', { iat: undefined }, 'token-malformed'],
    ['a time of issue that is text', { iat: '1' }, 'token-malformed'],
    ['no subject', { sub: undefined }, 'token-malformed'],
    ['an empty subject', { sub: '' }, 'token-malformed'],
    ['a subject that is a number', { sub: 7 }, 'token-malformed'],
    ['a subject of 256 letters', { sub: 'x'.repeat(256) }, 'token-malformed'],
    ['a subject that moves the cursor', { sub: 'alice\u001b[2J' }, 'token-malformed'],
    ['a subject with half a character', { sub: 'alice\ud800' }, 'token-malformed'],
    ['an account that is a list', { upn: ['alice@corp.example'] }, 'token-malformed'],
    ['an account of 257 letters', { upn: 'x'.repeat(257) }, 'token-malformed'],
    ['an account that runs backwards', { upn: '\u202ealice' }, 'token-malformed'],
    ['a thousand and one groups', { groups: Array.from({ length: 1001 }, (_, i) => `g${i}`) }, 'token-malformed'],
    ['a group of 257 letters', { groups: ['x'.repeat(257)] }, 'token-malformed'],
    ['a group that is a list', { groups: [['admins']] }, 'token-malformed'],
    ['groups that are an object', { groups: { 0: 'admins', length: 1 } }, 'token-malformed'],
    ['groups that are kept elsewhere', { _claim_names: { groups: 'src1' }, _claim_sources: {} }, 'token-malformed'],
    ['groups that are left out', { hasgroups: true }, 'token-malformed'],
    ['methods without end', { amr: Array.from({ length: 33 }, () => 'pwd') }, 'token-malformed'],
    ['a method that is a number', { amr: [1] }, 'token-malformed'],
    ['a class that is a list', { acr: ['1'] }, 'token-malformed'],
    ['an event', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }, 'token-malformed'],
    ['a key that its bearer has to prove', { cnf: { jkt: 'x' } }, 'token-malformed'],
  ])('with %s are refused', async (_, change, code) => {
    const here = JSON.parse(JSON.stringify({ change }).replaceAll('HOST', provider.issuer)) as { readonly change: object };
    const gone = Object.fromEntries(Object.entries(change).filter(([, value]) => value === undefined));
    expect(await codeOf(signed({ ...here.change, ...gone }))).toBe(code);
  });
  it('may hold as much as is allowed', async () => {
    const groups = Array.from({ length: 1000 }, (_, i) => `group ${i}`);
    expect(await identity.person(signed({ sub: 's'.repeat(255), groups, amr: 'pwd' }))).toMatchObject({
      groups,
      strength: ['pwd'],
    });
    expect((await identity.person(signed({ nbf: now() + 10, iat: now() + 10 }))).subject).toBe('alice');
  });
  it('of a client that acts for itself name nobody', async () => {
    for (const own of [{ sub: 'portal', client_id: 'portal' }, { idtyp: 'app' }]) {
      const token = signed(own);
      expect(await identity.authenticate(`Bearer ${token}`)).toMatchObject({ scopes: ['sessions'], person: undefined });
      expect((await refusalOf(() => identity.person(token), token)).code).toBe('token-malformed');
    }
    expect(await identity.authenticate(`Bearer ${signed({ client_id: 'portal', idtyp: 'user' })}`)).toMatchObject({
      person: { subject: 'alice' },
    });
  });
  it('with an infinite end are refused', async () => {
    const infinite = JSON.stringify(claims()).replace(/"exp":\d+/, '"exp":1e999');
    expect(await codeOf(rawJws(header(), infinite, rs256(key)))).toBe('token-malformed');
  });
  it('of one who is not who it says are of nobody', async () => {
    const named = JSON.stringify(claims()).replace('"sub":"alice"', '"__proto__":{"sub":"alice"}');
    expect(await codeOf(rawJws(header(), named, rs256(key)))).toBe('token-malformed');
  });
});

describe('notation', () => {
  it('that gives a name twice is refused, at any depth and however the name is written', async () => {
    const payload = JSON.stringify(claims());
    for (const twice of [
      payload.replace('{', '{"sub":"mallory",'),
      payload.replace('{', '{"\\u0073ub":"mallory",'),
      payload.replace('{', '{"sub" \n:"mallory",'),
      payload.replace('{', `{"iss":"https://other.example",`),
      payload.replace('{', '{"x":[{"a":{"b":1,"b":2}}],'),
      payload.replace('{', '{"__proto__":1,"__proto__":2,'),
    ])
      expect(await codeOf(rawJws(header(), twice, rs256(key))), twice).toBe('token-malformed');
    const head = JSON.stringify(header());
    expect(await codeOf(rawJws(head.replace('{', '{"alg":"none",'), payload, rs256(key)))).toBe('token-malformed');
    expect(await codeOf(rawJws(head.replace('}', ',"kid":"other"}'), payload, rs256(key)))).toBe('token-malformed');
  });
  it('that only looks like a name given twice is accepted', async () => {
    const odd = { ...claims(), 'a":1,"sub': '"sub":"mallory","sub":', '\\': ['\\"', '"', { sub: 'x' }], list: ['a', ':', 'b'] };
    expect((await identity.person(rawJws(header(), odd, rs256(key)))).subject).toBe('alice');
  });
  it.each<[string, () => string]>([
    ['64 kB', () => signed({ filler: 'x'.repeat(65_536) })],
    ['64 kB of nested lists', () => rawJws(header(), '['.repeat(65_536), rs256(key))],
    ['deeply nested lists, unclosed', () => rawJws(header(), '{"x":'.repeat(4000), rs256(key))],
    ['a list', () => rawJws(header(), [claims()], rs256(key))],
    ['null', () => rawJws(header(), 'null', rs256(key))],
    ['text', () => rawJws(header(), '"claims"', rs256(key))],
    ['no JSON', () => rawJws(header(), 'alice', rs256(key))],
    ['two objects', () => rawJws(header(), `${JSON.stringify(claims())}{}`, rs256(key))],
    ['a byte order mark', () => rawJws(header(), `\ufeff${JSON.stringify(claims())}`, rs256(key))],
    ['a header of text', () => rawJws('none', claims(), rs256(key))],
    ['five parts', () => `${signed({})}.x.y`],
    ['two parts', () => signed({}).split('.').slice(0, 2).join('.')],
    ['a token in a token', () => rawJws({ ...header(), cty: 'JWT' }, signed({}), rs256(key))],
    ['another alphabet', () => signed({}).replace(/\.(.)/, '.+')],
    ['padding', () => `${signed({})}=`],
    ['a letter outside every octet', () => `${signed({})}AAA`],
  ])('of %s is refused', async (_, made) => {
    expect(await codeOf(made())).toBe('token-malformed');
  });
  it('of lists in lists is read like any other', async () => {
    const nested = JSON.stringify(claims()).replace('{', `{"x":${'['.repeat(5000)}${']'.repeat(5000)},`);
    expect((await identity.person(rawJws(header(), nested, rs256(key)))).subject).toBe('alice');
    expect(await codeOf(rawJws(header(), nested.replace('"x"', '"upn":"x","upn"'), rs256(key)))).toBe('token-malformed');
  });
  it('of 64 kB is refused where it comes in no header', async () => {
    const token = signed({ filler: 'x'.repeat(65_536) });
    expect((await refusalOf(() => identity.person(token), token)).code).toBe('token-malformed');
  });
  it('in no UTF-8, or with a letter outside every octet although it is signed, is refused', async () => {
    const [head = ''] = signed({}).split('.');
    const body = Buffer.from(JSON.stringify(claims())).toString('base64url');
    const uneven = `${head}.${body}${'A'.repeat((5 - (body.length % 4)) % 4)}`;
    expect(await codeOf(`${uneven}.${Buffer.from(rs256(key)(Buffer.from(uneven))).toString('base64url')}`)).toBe(
      'token-malformed',
    );
    const latin = Buffer.from(JSON.stringify({ ...claims(), name: 'J\u00fcrgen' }), 'latin1').toString('base64url');
    const token = `${head}.${latin}.${Buffer.from(rs256(key)(Buffer.from(`${head}.${latin}`))).toString('base64url')}`;
    expect(await codeOf(token)).toBe('token-malformed');
  });
  it('is a cause for the log without a word of the token', async () => {
    const { cause } = await refusal(signed({ sub: 7 }));
    expect(cause).toMatchObject({ code: 'token-malformed', message: 'the claim sub is no text of 1 to 255 characters' });
  });
});

import { describe, expect, it } from 'vitest';
import { type LogonRequest, type PrepareContext, prepare } from '../../src/pki/issue.ts';
import { lint, lints } from '../../src/pki/lint.ts';
import { encode } from '../../src/wire/codec.ts';
import { optional, sequence } from '../../src/wire/der.ts';
import { bitString, int32, nothing, objectIdentifier, unsignedInteger } from '../../src/wire/der-primitives.ts';
import type { LogonCertificate } from '../../src/x509/logon-certificate.ts';
import { oid } from '../../src/x509/oid.ts';
import { cardKeys, refusedKeys } from '../vectors/x509/subject-keys.ts';
import { acceptedPrincipalNames } from './accepted-principal-names.ts';
import { contextFor, DAY, goodRequest, keylessIssuer, now } from './made-issuance.ts';

/** The smallest change to a good request or its surroundings, and the lints that must speak, all of them and no other. */
type Case = readonly [
  what: string,
  lints: string | readonly string[],
  request: Partial<LogonRequest>,
  around?: Partial<PrepareContext>,
];
const upn = (what: string, lintNames: string | readonly string[], userPrincipalName: string): Case => [
  `UPN: ${what}`,
  lintNames,
  { userPrincipalName },
];
const sid = (what: string, text: string, lintName = 'sid-form'): Case => [`SID: ${what}`, lintName, { sid: text }];
const key = (what: string, subjectPublicKeyInfo: Uint8Array, lintName = 'public-key'): Case => [
  `key: ${what}`,
  lintName,
  { subjectPublicKeyInfo },
];
const urls = (what: string, ...crlUrls: string[]): Case => [
  `CDP: ${what}`,
  'crl-distribution-point',
  {},
  { issuer: { ...keylessIssuer, crlUrls } },
];
const domain = 'S-1-5-21-1004336348-1177238915-682003330';
const ofLength = (n: number) => `${'a'.repeat(n - '@corp.test'.length)}@corp.test`;

const rsaShape = sequence({ modulus: unsignedInteger, publicExponent: unsignedInteger });
const spkiShape = sequence({
  algorithm: sequence({ id: objectIdentifier, none: optional(nothing), number: optional(int32) }),
  key: bitString,
});
const modulus = (bits: number) => new Uint8Array(Math.ceil(bits / 8)).fill(0xff, 1).fill(2 ** ((bits - 1) % 8), 0, 1);
const rsa = (bits: number, publicExponent: readonly number[] = [1, 0, 1], parameters: object = { none: null }) =>
  encode(spkiShape, {
    algorithm: { id: oid.rsaEncryption, ...parameters },
    key: encode(rsaShape, { modulus: modulus(bits), publicExponent: Uint8Array.from(publicExponent) }),
  });
const good = cardKeys['RSA-2048 a'];

const cases: readonly Case[] = [
  upn('none', ['upn-form', 'upn-suffix'], ''),
  upn('no @', ['upn-form', 'upn-suffix'], 'alice'),
  upn('the suffix alone', 'upn-form', 'corp.test'),
  upn('nothing before the @', 'upn-form', '@corp.test'),
  upn('nothing behind the @', ['upn-form', 'upn-suffix'], 'alice@'),
  upn('two @', 'upn-form', 'alice@evil.test@corp.test'),
  upn('two @ in a row', 'upn-form', 'alice@@corp.test'),
  upn('257 characters', 'upn-form', ofLength(257)),
  upn('257 UTF-16 units of 133 characters', 'upn-form', `${'\u{20000}'.repeat(123)}a@corp.test`),
  upn('suffix of another domain', 'upn-suffix', 'alice@evil.test'),
  upn('a domain below', 'upn-suffix', 'alice@sub.corp.test'),
  upn('a domain that ends alike', 'upn-suffix', 'alice@evilcorp.test'),
  upn('suffix with a dot at its end', ['upn-form', 'upn-suffix'], 'alice@corp.test.'),
  upn('suffix with a dot at its start', ['upn-form', 'upn-suffix'], 'alice@.corp.test'),
  upn('suffix with a hyphen at its end', ['upn-form', 'upn-suffix'], 'alice@corp.test-'),
  upn('suffix with an underscore', ['upn-form', 'upn-suffix'], 'alice@co_rp.test'),
  upn('suffix with a label of 64', ['upn-form', 'upn-suffix'], `alice@${'a'.repeat(64)}.test`),
  upn('IDN suffix in Unicode', ['upn-form', 'upn-suffix'], 'alice@münchen.test'),
  upn('suffix with a Kelvin sign', ['upn-characters', 'upn-form', 'upn-suffix'], 'alice@\u212aorp.test'),
  upn('suffix with a Cyrillic o', ['upn-form', 'upn-suffix'], 'alice@c\u043erp.test'),
  upn('IP address', 'upn-suffix', 'alice@10.0.0.1'),
  upn('NUL', 'upn-characters', 'ali\0ce@corp.test'),
  upn('NUL before the suffix', ['upn-characters', 'upn-form', 'upn-suffix'], 'alice@evil.test\0.corp.test'),
  upn('a line feed', 'upn-characters', 'alice\n@corp.test'),
  upn('a line feed at its end', ['upn-characters', 'upn-form', 'upn-suffix'], 'alice@corp.test\n'),
  upn('a tab', 'upn-characters', 'al\tice@corp.test'),
  upn('escape', 'upn-characters', 'al\x1b[31mice@corp.test'),
  upn('delete', 'upn-characters', 'alice\x7f@corp.test'),
  upn('C1 control', 'upn-characters', 'alice\x9b@corp.test'),
  upn('a space', 'upn-characters', 'alice example@corp.test'),
  upn('a space before it', 'upn-characters', ' alice@corp.test'),
  upn('a no-break space', 'upn-characters', 'alice\u00a0b@corp.test'),
  upn('an ideographic space', 'upn-characters', '太郎\u3000山田@corp.test'),
  upn('a line separator', 'upn-characters', 'alice\u2028@corp.test'),
  upn('right-to-left override', 'upn-characters', 'alice\u202enimda@corp.test'),
  upn('left-to-right mark', 'upn-characters', 'alice\u200e@corp.test'),
  upn('isolate', 'upn-characters', '\u2066alice\u2069@corp.test'),
  upn('Arabic letter mark', ['upn-characters', 'upn-scripts'], 'alice\u061c@corp.test'),
  upn('zero width space', 'upn-characters', 'ali\u200bce@corp.test'),
  upn('zero width joiner', 'upn-characters', 'ali\u200dce@corp.test'),
  upn('word joiner', 'upn-characters', 'ali\u2060ce@corp.test'),
  upn('byte order mark', 'upn-characters', '\ufeffalice@corp.test'),
  upn('soft hyphen', 'upn-characters', 'ali\u00adce@corp.test'),
  upn('combining grapheme joiner', 'upn-characters', 'ali\u034fce@corp.test'),
  upn('Hangul filler', ['upn-characters'], '\u3164@corp.test'),
  upn('variation selector', 'upn-characters', 'alice\ufe0f@corp.test'),
  upn('tag characters', 'upn-characters', 'alice\u{e0061}\u{e0062}@corp.test'),
  upn('half a surrogate pair', ['upn-characters', 'upn-scripts'], 'ali\ud800ce@corp.test'),
  upn('the other half', ['upn-characters', 'upn-scripts'], '\udc00alice@corp.test'),
  upn('private use', ['upn-characters', 'upn-scripts'], 'alice\ue000@corp.test'),
  upn('unassigned', ['upn-characters', 'upn-scripts'], 'alice\u0378@corp.test'),
  upn('noncharacter', ['upn-characters', 'upn-scripts'], 'alice\uffff@corp.test'),
  upn('fullwidth letters', 'upn-characters', '\uff41lice@corp.test'),
  upn('fullwidth @', ['upn-characters', 'upn-form', 'upn-suffix'], 'alice\uff20corp.test'),
  upn('a small @ before the @', 'upn-characters', 'alice\ufe6bevil@corp.test'),
  upn('ligature', 'upn-characters', '\ufb01ona@corp.test'),
  upn('superscript', 'upn-characters', 'alice\u00b2@corp.test'),
  upn('mathematical letters', 'upn-characters', '\u{1d41a}lice@corp.test'),
  upn('long s', 'upn-characters', 'alice\u017f@corp.test'),
  upn('not composed', 'upn-characters', 'mu\u0308ller@corp.test'),
  upn('a mark to begin with', 'upn-characters', '\u0301alice@corp.test'),
  upn('a mark on a dot', 'upn-characters', 'alice.\u0338b@corp.test'),
  upn('the same mark twice', 'upn-characters', 'x\u0332\u0332@corp.test'),
  upn('five marks', 'upn-characters', 'x\u0316\u0317\u0318\u0319\u031c@corp.test'),
  upn('enclosing circle', 'upn-characters', 'a\u20ddlice@corp.test'),
  upn('emoji', 'upn-characters', '\u{1f600}@corp.test'),
  upn('division slash', 'upn-characters', 'alice\u2215admin@corp.test'),
  upn('en dash', 'upn-characters', 'alice\u2013admin@corp.test'),
  upn('fraction slash', 'upn-characters', 'alice\u2044admin@corp.test'),
  upn('Greek question mark', 'upn-characters', 'alice\u037e@corp.test'),
  ...[...'"/\\[]:;|=,*?<>'].map((c) => upn(`reserved ${c}`, 'upn-characters', `al${c}ice@corp.test`)),
  upn('Latin with a Cyrillic a', 'upn-scripts', '\u0430dmin@corp.test'),
  upn('Cyrillic with a Latin a', 'upn-scripts', 'ив\u0061н@corp.test'),
  upn('Latin with a Greek omicron', 'upn-scripts', 'r\u03bf\u03bft@corp.test'),
  upn('Greek with Cyrillic', 'upn-scripts', 'αлфа@corp.test'),
  upn('Latin with Armenian', 'upn-scripts', 'h\u0585st@corp.test'),
  upn('Latin with Hebrew', 'upn-scripts', 'alice\u05d0@corp.test'),
  upn('Japanese with Cyrillic', 'upn-scripts', '山田и@corp.test'),
  upn('Hangul with Kana', 'upn-scripts', '한か@corp.test'),
  upn('Latin with Arabic digits', 'upn-scripts', 'alice\u0661@corp.test'),
  upn('Cherokee, whose letters are Latin to the eye', 'upn-scripts', '\u13aa\u13a1@corp.test'),

  sid('none', ''),
  sid('in lower case', domain.toLowerCase().concat('-1105')),
  sid('of the domain itself', domain.replace(/-\d+$/, '')),
  sid('with an authority missing', 'S-1-21-1-2-3-1105'),
  sid('of a well-known group', 'S-1-5-32-544'),
  sid('of SYSTEM', 'S-1-5-18'),
  sid('of an Entra account', 'S-1-12-1-1-2-3-4'),
  sid('with a part too many', `${domain}-1105-1`),
  sid('with letters', `${domain}-11O5`),
  sid('in hexadecimal', `${domain}-0x451`),
  sid('negative', `${domain}--5`),
  sid('with a sign', `${domain}-+1105`),
  sid('with a leading zero', `${domain}-01105`),
  sid('with RID zero', `${domain}-0`),
  sid('with a leading zero in the domain', 'S-1-5-21-01-2-3-1105'),
  sid('with RID 2^32', `${domain}-4294967296`),
  sid('with a domain part of 2^32', 'S-1-5-21-4294967296-2-3-1105'),
  sid('with a RID that wraps to 500', `${domain}-4294967796`),
  sid('with spaces', ` ${domain}-1105 `),
  sid('with a line feed at its end', `${domain}-1105\n`),
  sid('with a NUL', `${domain}-1105\0`),
  sid('with Arabic digits', `${domain}-\u0661\u0661\u0660\u0665`),
  sid('with a fraction', `${domain}-1105.0`),
  sid('in SDDL', 'BA'),
  upn('the built-in Administrator', 'built-in-name', 'Administrator@corp.test'),
  upn('a computer', 'built-in-name', 'DC1$@corp.test'),
  sid('Administrator 500', `${domain}-500`, 'refused-sid'),
  sid('Guest 501', `${domain}-501`, 'refused-sid'),
  sid('krbtgt 502', `${domain}-502`, 'refused-sid'),
  sid('Domain Admins 512', `${domain}-512`, 'refused-sid'),
  sid('RID 1', `${domain}-1`, 'refused-sid'),
  sid('RID 999', `${domain}-999`, 'refused-sid'),
  [
    'SID: on the list',
    'refused-sid',
    {},
    { bounds: { ...contextFor(keylessIssuer).bounds, refusedSids: new Set([goodRequest.sid]) } },
  ],

  ['lifetime: over the bound', 'lifetime', { lifetime: 1801 }],
  ['lifetime: zero', 'lifetime', { lifetime: 0 }],
  ['lifetime: negative', 'lifetime', { lifetime: -1 }],
  ['lifetime: not a number', 'lifetime', { lifetime: Number.NaN }],
  ['lifetime: endless', ['lifetime', 'issuer-validity'], { lifetime: Number.POSITIVE_INFINITY }],
  ['lifetime: endless, the other way', 'lifetime', { lifetime: Number.NEGATIVE_INFINITY }],
  ['lifetime: half a second', 'lifetime', { lifetime: 300.5 }],
  [
    'lifetime: a bound that is no number',
    'lifetime',
    {},
    { bounds: { ...contextFor(keylessIssuer).bounds, maxLifetime: Number.NaN } },
  ],
  ['lifetime: a clock between two seconds', 'lifetime', {}, { now: now + 0.5 }],
  ['lifetime: a clock that is no number', 'lifetime', {}, { now: Number.NaN }],
  [
    "issuer: not-after a second beyond the CA's",
    'issuer-validity',
    { lifetime: 300 },
    { issuer: { ...keylessIssuer, notAfter: now + 299 } },
  ],
  ['issuer: ended', 'issuer-validity', {}, { issuer: { ...keylessIssuer, notAfter: now - DAY } }],
  ["issuer: the clock is before the CA's birth", 'issuer-validity', {}, { issuer: { ...keylessIssuer, notBefore: now + 1 } }],

  urls('missing'),
  urls('https', 'https://pki.corp.test/ca.crl'),
  urls('HTTPS in upper case', 'HTTPS://pki.corp.test/ca.crl'),
  urls('ftp', 'ftp://pki.corp.test/ca.crl'),
  urls('file', 'file:///ca.crl'),
  urls('ldaps', 'ldaps://dc1.corp.test/CN=x'),
  urls('no scheme', 'pki.corp.test/ca.crl'),
  urls('empty', ''),
  urls('no host', 'http:///ca.crl'),
  urls('no slashes', 'http:pki.corp.test/ca.crl'),
  urls('localhost', 'http://localhost/ca.crl'),
  urls('localhost in upper case', 'http://LOCALHOST/ca.crl'),
  urls('localhost with a dot', 'http://localhost./ca.crl'),
  urls('below localhost', 'http://pki.localhost/ca.crl'),
  urls('localhost behind a user', 'http://user@localhost/ca.crl'),
  urls('127.0.0.1 with a port', 'http://127.0.0.1:8080/ca.crl'),
  urls('127.1.2.3', 'http://127.1.2.3/ca.crl'),
  urls('127.1', 'http://127.1/ca.crl'),
  urls('127.0.0.1 as one number', 'http://2130706433/ca.crl'),
  urls('127.0.0.1 in hexadecimal', 'http://0x7f.0.0.1/ca.crl'),
  urls('0.0.0.0', 'http://0.0.0.0/ca.crl'),
  urls('IPv6 loopback', 'http://[::1]/ca.crl'),
  urls('IPv6 loopback in full', 'http://[0:0:0:0:0:0:0:1]:80/ca.crl'),
  urls('IPv6, any address', 'http://[::]/ca.crl'),
  urls('127.0.0.1 in IPv6', 'http://[::ffff:127.0.0.1]/ca.crl'),
  urls('LDAP on loopback', 'ldap://127.0.0.1/CN=x'),
  urls('a space', 'ldap:///CN=Public Key Services?certificateRevocationList'),
  urls('letters beyond ASCII', 'http://münchen.test/ca.crl'),
  urls('the second of two', keylessIssuer.crlUrls[0]!, 'https://pki.corp.test/ca.crl'),

  key('RSA-1024', refusedKeys['RSA-1024']),
  key('RSA-2047', refusedKeys['RSA-2047']),
  key('RSA-4097', rsa(4097)),
  key('RSA-8192', rsa(8192)),
  key('exponent 3', refusedKeys['RSA-2048, exponent 3']),
  key('exponent 1', rsa(2048, [1])),
  key('exponent 65539', rsa(2048, [1, 0, 3])),
  key('exponent of 2^64 + 65537', rsa(2048, [1, 0, 0, 0, 0, 0, 1, 0, 1])),
  key('parameters missing', rsa(2048, undefined, {})),
  key('parameters that are no NULL', rsa(2048, undefined, { number: 0 })),
  key('P-384', refusedKeys['P-384']),
  key('secp256k1', refusedKeys.secp256k1),
  key('Ed25519', refusedKeys.Ed25519),
  key('X25519', refusedKeys.X25519),
  key('RSASSA-PSS', refusedKeys['RSASSA-PSS']),
  key('DSA', refusedKeys.DSA),
  key('empty', new Uint8Array()),
  key(
    'garbage',
    Uint8Array.from({ length: 300 }, (_, i) => (i * 7) & 0xff),
  ),
  key('cut short', good.subarray(0, -1)),
  key('bytes behind it', Uint8Array.from([...good, 0])),
  key('a compressed point', Uint8Array.from([...cardKeys['P-256 a'].subarray(0, 26), 2, ...cardKeys['P-256 a'].subarray(27)])),
  key(
    'a modulus with a leading zero too many',
    Uint8Array.from(good, (octet, i) => (i === 33 ? 0 : octet)),
  ),
  ['key: known', 'duplicate-key', {}, { isKnownKey: (spki) => spki === goodRequest.subjectPublicKeyInfo }],

  ['card: known', 'card-id', {}, { isKnownCard: (id) => id === goodRequest.cardId }],
  ['card: no id', 'card-id', { cardId: '' }],
  ['card: 7 characters', 'card-id', { cardId: 'a234567' }],
  ['card: 65 characters', 'card-id', { cardId: 'a'.repeat(65) }],
  ['card: an underscore', 'card-id', { cardId: 'card_0001' }],
  ['card: a line feed at its end', 'card-id', { cardId: 'card-0001\n' }],
  ['card: letters beyond ASCII', 'card-id', { cardId: 'cärd-0001' }],

  ['account: empty', 'account', { account: '' }],
  ['account: a space', 'account', { account: ' ' }],
  ['account: a space at its end', 'account', { account: 'alice ' }],
  ['account: 65 characters', 'account', { account: 'a'.repeat(65) }],
  ['account: NUL', 'account', { account: 'alice\0' }],
  ['account: a line feed inside', 'account', { account: 'alice\nCN=root' }],
  ['account: right-to-left override', 'account', { account: 'alice\u202enimda' }],
  ['account: zero width space', 'account', { account: 'ali\u200bce' }],
  ['account: Hangul filler', 'account', { account: 'alice\u3164' }],
  ['account: combining grapheme joiner', 'account', { account: 'ali\u034fce' }],
  ['account: half a surrogate pair', 'account', { account: 'ali\udfffce' }],
  ['account: private use', 'account', { account: 'alice\uf8ff' }],

  ['list: holds the account', 'refused-sid-list', {}, { refusedSidList: { state: 'good', sids: new Set([goodRequest.sid]) } }],
  ['list: unusable', 'refused-sid-list', {}, { refusedSidList: { state: 'unusable', reason: 'the list is stale' } }],
  ['list: none', 'refused-sid-list', {}, { refusedSidList: { state: 'not-configured' } }],
  [
    'list: unusable, though the account is excepted',
    'refused-sid-list',
    {},
    {
      refusedSidList: { state: 'unusable', reason: 'the list is stale' },
      bounds: { ...contextFor(keylessIssuer).bounds, exceptedSids: new Set([goodRequest.sid]) },
    },
  ],
  [
    'list: unusable, though the CA is of a lab',
    'refused-sid-list',
    {},
    { issuer: { ...keylessIssuer, lab: true }, refusedSidList: { state: 'unusable', reason: 'the list is stale' } },
  ],

  ['serial: too short', 'serial-number', {}, { random: new Uint8Array(15) }],
  ['serial: too long', 'serial-number', {}, { random: new Uint8Array(17) }],
  ['serial: none', 'serial-number', {}, { random: new Uint8Array() }],
];

describe('every lint', () => {
  it('is tried by what breaks it alone', () => {
    expect(cases.length).toBeGreaterThan(80);
    const tried = new Set(cases.filter(([, names]) => typeof names === 'string').map(([, names]) => names));
    // What is asked of a CA holds no purposes: they are tried below.
    expect(new Set([...tried, 'extended-key-usage'])).toEqual(new Set(lints.map(({ name }) => name)));
    expect(new Set(cases.map(([what]) => what)).size).toBe(cases.length);
  });
  for (const [what, names, request, around = {}] of cases) {
    it(`${JSON.stringify(what)} → ${[names].flat().join(', ')}`, () => {
      const preparation = prepare({ ...goodRequest, ...request }, { ...contextFor(keylessIssuer), ...around });
      const faults = preparation.ok ? [] : preparation.faults;
      expect(faults.map((fault) => fault.lint).sort()).toEqual([names].flat().sort());
      for (const { reason, source } of faults) {
        expect(reason).toMatch(/^[^\n]*[^.\n]$/u);
        expect(source).not.toBe('');
      }
    });
  }
  it('cites its source and has a name of its own', () => {
    expect(new Set(lints.map(({ name }) => name)).size).toBe(lints.length);
    for (const { name, source } of lints) expect(`${name} ${source}`).toMatch(/^[a-z]+(-[a-z]+)* .{10,}$/);
  });
});

describe('purposes', () => {
  const certificate: LogonCertificate = {
    ...goodRequest,
    serialNumber: Uint8Array.from({ length: 16 }, () => 0x41),
    notBefore: now - 300,
    notAfter: now + 300,
    extendedKeyUsage: [oid.clientAuth, oid.smartcardLogon],
  };
  const both = [oid.clientAuth, oid.smartcardLogon];
  it.each<[string, string[], boolean]>([
    ['the two', both, true],
    ['the two, turned round', both.toReversed(), true],
    ['none', [], false],
    ['client authentication alone', [oid.clientAuth], false],
    ['smart card logon alone', [oid.smartcardLogon], false],
    ['any purpose', [oid.anyExtendedKeyUsage], false],
    ['any purpose beside the two', [...both, oid.anyExtendedKeyUsage], false],
    ['server authentication too', [...both, oid.serverAuth], false],
    ['the KDC purpose too', [oid.pkinitKPKdc, ...both], false],
    ['PKINIT client too', [...both, oid.pkinitKPClientAuth], false],
    ['one of them twice', [...both, oid.clientAuth], false],
  ])('%s', (_, extendedKeyUsage, fine) => {
    const faults = lint({ ...certificate, extendedKeyUsage }, contextFor(keylessIssuer));
    expect(faults.map((fault) => fault.lint)).toEqual(fine ? [] : ['extended-key-usage']);
  });
  it.each<[string, Partial<LogonCertificate>, string]>([
    ['not-before in the future', { notBefore: now + 1 }, 'lifetime'],
    ['not-before too far back', { notBefore: now - 301 }, 'lifetime'],
    ['a serial number of zero', { serialNumber: new Uint8Array(16) }, 'serial-number'],
    ['a negative serial number', { serialNumber: new Uint8Array(16).fill(0x80) }, 'serial-number'],
    ['a serial number with a leading zero', { serialNumber: new Uint8Array(16).fill(1, 1) }, 'serial-number'],
  ])('a certificate that `prepare` would never make: %s', (_, change, name) => {
    expect(lint({ ...certificate, ...change }, contextFor(keylessIssuer)).map((fault) => fault.lint)).toEqual([name]);
  });
});

describe('what is legitimate passes', () => {
  const context = contextFor(keylessIssuer);
  it.each(acceptedPrincipalNames)('UPN %s: %s', (_, prefix) => {
    const preparation = prepare({ ...goodRequest, userPrincipalName: `${prefix}@corp.test` }, context);
    expect(preparation.ok ? [] : preparation.faults).toEqual([]);
  });
  it.each<[string, Partial<LogonRequest>, Partial<PrepareContext>?]>([
    ['256 characters of UPN', { userPrincipalName: ofLength(256) }],
    ['suffix in upper case', { userPrincipalName: 'alice@CORP.Test' }],
    ['IDN suffix in ASCII', { userPrincipalName: 'alice@xn--mnchen-3ya.test' }],
    ['RID 1000', { sid: `${domain}-1000` }],
    ['RID 2^32 - 1', { sid: `${domain}-4294967295` }],
    ['a domain of zeros', { sid: 'S-1-5-21-0-0-0-1000' }],
    ['a second', { lifetime: 1 }],
    ['the bound', { lifetime: 1800 }],
    ["the CA's last second", {}, { issuer: { ...keylessIssuer, notAfter: now + 300 } }],
    ["the CA's first second", {}, { issuer: { ...keylessIssuer, notBefore: now } }],
    ['account of 64 characters', { account: '\u{20000}'.repeat(64) }],
    ['account with what RFC 4514 would escape', { account: 'O\'Brien, "Al"+Co=<x>;#\\' }],
    ['account in Arabic', { account: 'محمد علي' }],
    ['card id of 8', { cardId: 'a2345678' }],
    ['card id of 64', { cardId: '-'.repeat(64) }],
    ['LDAP with a host', {}, { issuer: { ...keylessIssuer, crlUrls: ['ldap://dc1.corp.test/CN=x?certificateRevocationList'] } }],
    ['a scheme in upper case', {}, { issuer: { ...keylessIssuer, crlUrls: ['HTTP://pki.corp.test/ca.crl'] } }],
    ['a host of IPv6', {}, { issuer: { ...keylessIssuer, crlUrls: ['http://[2001:db8::1]:8080/ca.crl'] } }],
    ['a host that only begins like loopback', {}, { issuer: { ...keylessIssuer, crlUrls: ['http://127.corp.test/'] } }],
    [
      'an exception from the list',
      {},
      {
        refusedSidList: { state: 'good', sids: new Set([goodRequest.sid]) },
        bounds: { ...contextFor(keylessIssuer).bounds, exceptedSids: new Set([goodRequest.sid]) },
      },
    ],
    ['a lab without a list', {}, { issuer: { ...keylessIssuer, lab: true }, refusedSidList: { state: 'not-configured' } }],
    ['a lab without a CRL', {}, { issuer: { ...keylessIssuer, lab: true, crlUrls: [] } }],
    ['a lab on loopback', {}, { issuer: { ...keylessIssuer, lab: true, crlUrls: ['https://127.0.0.1/'] } }],
    ...Object.entries(cardKeys).map(([name, subjectPublicKeyInfo]): [string, Partial<LogonRequest>] => [
      name,
      { subjectPublicKeyInfo },
    ]),
  ])('%s', (_, request, around = {}) => {
    const preparation = prepare({ ...goodRequest, ...request }, { ...context, ...around });
    expect(preparation.ok ? [] : preparation.faults).toEqual([]);
  });
});

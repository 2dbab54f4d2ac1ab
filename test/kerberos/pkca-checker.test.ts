import { createECDH, createHash, createPublicKey, getDiffieHellman } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encode } from '../../src/wire/codec.ts';
import { context, octetString, sequence } from '../../src/wire/der.ts';
import { nothing } from '../../src/wire/der-primitives.ts';
import { oid } from '../../src/x509/oid.ts';
import { DAY, now } from '../x509/made-certificate.ts';
import { contentTypeAttribute, digestAttribute } from '../x509/made-signed-data.ts';
import { checkAsRequest, type PkcaDemands, type Rules, strictest } from './pkca-checker.ts';
import { curveValue, makeRequest, modpValue, pointValue, type RequestChange, token } from './pkca-checker-made-request.ts';
import { alice, bob, cardOf, logonCa, otherCa, REALM, root } from './stand-in-realm.ts';

const demandsOf = (rules: Partial<Rules> = {}): PkcaDemands => ({
  ...strictest,
  realm: REALM,
  roots: [root.der],
  ntAuth: [logonCa.der],
  accounts: [alice, bob],
  token: (given) => Buffer.compare(given, token) === 0,
  ...rules,
});
const judged = (bytes: Uint8Array, rules?: Partial<Rules>) => {
  const verdict = checkAsRequest(bytes, demandsOf(rules), now);
  return verdict.ok ? 'ok' : `${verdict.code} ${verdict.why}`;
};
const sha = (algorithm: string, bytes: Uint8Array) => new Uint8Array(createHash(algorithm).update(bytes).digest());
const checksum2 = (algorithm: string, id: string) => (body: Uint8Array) => ({
  paChecksum2: { checksum: sha(algorithm, body), algorithmIdentifier: { algorithm: id } },
});

describe('an AS-REQ that is right', () => {
  const right: Record<string, RequestChange> = {
    'in every way': {},
    'on the curve': { pack: { clientPublicValue: curveValue } },
    'by an EC key': { card: cardOf(alice, { key: 'ec' }) },
    'under rsaEncryption': {
      signing: () => ({ signature: { hash: 'sha256', algorithm: oid.rsaEncryption, parameters: encode(nothing, null) } }),
    },
    'with parameters of the checksum': {
      authenticator: (body) => ({
        paChecksum2: {
          checksum: sha('sha256', body),
          algorithmIdentifier: { algorithm: oid.sha256, parameters: encode(nothing, null) },
        },
      }),
    },
    'with a longer checksum': { authenticator: checksum2('sha512', oid.sha512) },
    'with a nonce for the agreement': { pack: { clientDhNonce: new Uint8Array(32) } },
    'with key derivations': { pack: { supportedKdfs: [{ kdfId: '1.3.6.1.5.2.3.6.2' }] } },
    'by the account name': { body: { cname: { nameType: 1, nameString: ['ALICE'] } } },
    'with other padata': { padata: (item) => [{ padataType: 128, padataValue: Uint8Array.of(0x30, 0) }, item] },
  };
  it.each(Object.entries(right))('%s', (_, change) => {
    expect(judged(makeRequest(change))).toBe('ok');
  });
});

const signedOver = (hash: string, digest: string, algorithm: string) => (eContent: Uint8Array) => ({
  digest,
  attributes: [contentTypeAttribute(oid.pkinitAuthData), digestAttribute(eContent, hash)],
  signature: { hash, algorithm },
});
/** One fault, the code it is answered with, and the rule without which it passes. */
type Fault = readonly [change: RequestChange, refused: RegExp, off?: Partial<Rules>];
const prime = (name: string) => new Uint8Array(getDiffieHellman(name).getPrime());
const point = new Uint8Array(createECDH('prime256v1').generateKeys());
const p384 = new Uint8Array(createECDH('secp384r1').generateKeys());
const signatureKey = new Uint8Array(createPublicKey(cardOf(alice).privateKey).export({ type: 'spki', format: 'der' }));
const one = Uint8Array.of(1);
const p = prime('modp14');
const faults: Record<string, Fault> = {
  // Public key encryption, groups.
  'no public value': [{ pack: { clientPublicValue: undefined } }, /^60 public key encryption/, { diffieHellman: false }],
  'the 1024-bit group': [{ pack: { clientPublicValue: modpValue({ p: prime('modp2'), q: one, y: one }) } }, /^65 q is not/],
  'the 1024-bit group, where q is not looked at': [
    { pack: { clientPublicValue: modpValue({ p: prime('modp2'), y: one }) } },
    /^65 /,
    { groups: ['modp-2'], strictGroup: false },
  ],
  'a prime of nobody': [
    { pack: { clientPublicValue: modpValue({ p: p.with(9, (p[9] ?? 0) ^ 1) }) } },
    /^65 p and g are of no group/,
  ],
  'another generator': [{ pack: { clientPublicValue: modpValue({ g: Uint8Array.of(5) }) } }, /^65 p and g are of no group/],
  'q of another': [{ pack: { clientPublicValue: modpValue({ q: p }) } }, /^65 q is not/, { strictGroup: false }],
  'q left out': [{ pack: { clientPublicValue: modpValue({ q: undefined }) } }, /^65 q is not/, { strictGroup: false }],
  'y of 1': [{ pack: { clientPublicValue: modpValue({ y: one }) } }, /^65 y does not lie/, { strictGroup: false }],
  'y of p': [{ pack: { clientPublicValue: modpValue({ y: p }) } }, /^65 y does not lie/, { strictGroup: false }],
  'the curve P-384': [{ pack: { clientPublicValue: pointValue(p384, oid.secp384r1) } }, /^65 group p-384/, { groups: ['p-384'] }],
  'a point beside the curve': [
    { pack: { clientPublicValue: pointValue(point.with(64, (point[64] ?? 0) ^ 1)) } },
    /^65 the point does not/,
  ],
  'a point compressed': [
    { pack: { clientPublicValue: pointValue(point.subarray(0, 33).with(0, 2)) } },
    /^65 the point is not an unc/,
  ],
  'a point in an OCTET STRING': [
    { pack: { clientPublicValue: pointValue(encode(octetString, point)) } },
    /^65 the point is not an unc/,
  ],
  'a key for signatures': [
    { pack: { clientPublicValue: signatureKey } },
    /^65 the public value is a key of 1\.2\.840\.113549\.1\.1\.1/,
  ],
  // Checksums.
  'no paChecksum': [{ authenticator: () => ({ paChecksum: undefined }) }, /^79 paChecksum is missing/, { paChecksum: false }],
  'a wrong paChecksum': [
    { authenticator: () => ({ paChecksum: new Uint8Array(20) }) },
    /^41 paChecksum is not/,
    { paChecksum: false },
  ],
  'SHA-256 as paChecksum': [{ authenticator: (body) => ({ paChecksum: sha('sha256', body) }) }, /^41 /, { paChecksum: false }],
  'no paChecksum2': [{ authenticator: () => ({ paChecksum2: undefined }) }, /^79 paChecksum2 is missing/, { paChecksum2: false }],
  'a wrong paChecksum2': [{ authenticator: () => checksum2('sha256', oid.sha256)(one) }, /^41 paChecksum2 is not/],
  'SHA-1 as paChecksum2': [{ authenticator: checksum2('sha1', oid.sha1) }, /^79 paChecksum2 is SHA-1/, { paChecksum2: false }],
  'paChecksum2 of another digest than it says': [{ authenticator: checksum2('sha512', oid.sha256) }, /^41 paChecksum2 is not/],
  'paChecksum2 of MD5': [{ authenticator: checksum2('md5', '1.2.840.113549.2.5') }, /^41 paChecksum2 is not/],
  'a body changed after the signature': [{ bodySent: { till: now + 899 } }, /^41 paChecksum is not/],
  'a name changed after the signature': [
    { bodySent: { cname: { nameType: 10, nameString: [bob.principalName] } } },
    /^41 paChecksum is not/,
  ],
  // SignedData.
  'SHA-1 under the signature': [
    { signing: signedOver('sha1', oid.sha1, oid.sha1WithRSAEncryption) },
    /^80 digest 1\.3\.14\.3\.2\.26 is not accepted/,
    { digests: ['sha1'] },
  ],
  'attributes in no order': [
    {
      signing: (eContent) => ({
        attributes: [digestAttribute(eContent), contentTypeAttribute(oid.pkinitAuthData)],
        unsorted: true,
      }),
    },
    /^64 signed attributes are not in the order of DER/,
  ],
  'a signed content type of something else': [
    { signing: (eContent) => ({ attributes: [contentTypeAttribute(oid.pkinitDHKeyData), digestAttribute(eContent)] }) },
    /^64 signed content type is not/,
  ],
  'a digest of something else': [
    { signing: () => ({ attributes: [contentTypeAttribute(oid.pkinitAuthData), digestAttribute(one)] }) },
    /^64 message digest is not/,
  ],
  'no digest': [
    { signing: () => ({ attributes: [contentTypeAttribute(oid.pkinitAuthData)] }) },
    /^64 attribute 1\.2\.840\.113549\.1\.9\.4 is not there once/,
  ],
  'SHA-512, where SHA-256 is wanted': [
    { signing: signedOver('sha512', oid.sha512, oid.sha512WithRSAEncryption) },
    /^80 /,
    { digests: ['sha512'] },
  ],
  'no signed attributes': [
    { signing: () => ({ noAttributes: true }) },
    /^64 signed attributes are missing/,
    { signedAttributes: false },
  ],
  'another content': [{ signing: () => ({ eContent: one }) }, /^64 message digest is not/],
  'a signature by another key': [
    { signing: () => ({ signatureBy: otherCa }) },
    /^64 signature does not verify/,
    { signature: false },
  ],
  'a signature algorithm of another key': [
    { signing: () => ({ signature: { hash: 'sha256', algorithm: oid.ecdsaWithSHA256 } }) },
    /^64 signature algorithm is not that of the signer/,
    { signature: false },
  ],
  'a signature algorithm of another digest': [
    { signing: () => ({ signature: { hash: 'sha512', algorithm: oid.sha512WithRSAEncryption } }) },
    /^64 signature algorithm is not that of the digest/,
    { signature: false },
  ],
  'a digest that is not declared': [{ signing: () => ({ declared: [oid.sha512] }) }, /^64 the digest is not declared/],
  'two signers': [{ signing: () => ({ times: 2 }) }, /^24 cannot be read: there is not one signer/],
  'another content type': [{ signing: () => ({ eContentType: oid.pkinitDHKeyData }) }, /^24 content type is not/],
  'not SignedData': [{ signing: () => ({ contentInfoType: '1.2.840.113549.1.7.1' }) }, /^24 signedAuthPack is not SignedData/],
  'signedAuthPack with an explicit tag': [
    { pkAsReq: (signed) => encode(sequence({ signed: context(0, octetString) }), { signed }) },
    /^24 signedAuthPack is not an impl/,
  ],
  // Certificate.
  'no certificate': [{ certificates: [otherCa.der] }, /^70 the signer's certificate did not/],
  'no certificate of the issuing CA': [{ certificates: cardOf(alice).certificates.slice(0, 1) }, /never/],
  'a CA that is not in the NTAuth store': [
    { card: cardOf(alice, { issuer: otherCa }) },
    /^62 the issuing CA is not/,
    { trust: false },
  ],
  'a certificate that has ended': [
    { card: cardOf(alice, { notAfter: now - 1 }) },
    /^71 a certificate of the path/,
    { trust: false },
  ],
  'a certificate of tomorrow': [
    { card: cardOf(alice, { notBefore: now + DAY, notAfter: now + 2 * DAY }) },
    /^71 /,
    { trust: false },
  ],
  'no smart card logon': [
    { card: cardOf(alice, { extendedKeyUsage: [oid.clientAuth] }) },
    /^77 extended key/,
    { purpose: false },
  ],
  'no client authentication': [{ card: cardOf(alice, { extendedKeyUsage: [oid.smartcardLogon] }) }, /^77 /, { purpose: false }],
  'the name of another': [
    { card: cardOf(alice, { userPrincipalName: bob.principalName }) },
    /^75 the certificate is of/,
    { mapping: 'off' },
  ],
  'the SID of another': [{ card: cardOf(alice, { sid: bob.sid }) }, /^66 the certificate has not the SID/, { mapping: 'weak' }],
  // Time, freshness.
  'a clock 301 seconds ahead': [{ authenticator: () => ({ ctime: now + 301 }) }, /^37 /, { skew: 400 }],
  'a clock 301 seconds behind': [{ authenticator: () => ({ ctime: now - 301 }) }, /^37 /, { skew: undefined }],
  'a million microseconds': [{ authenticator: () => ({ cusec: 1_000_000 }) }, /^60 cusec is not/],
  'no freshness token': [
    { authenticator: () => ({ freshnessToken: undefined }) },
    /^24 the freshness token is/,
    { freshness: 'checked' },
  ],
  'a freshness token of another': [{ authenticator: () => ({ freshnessToken: one }) }, /^90 /, { freshness: 'off' }],
  // Body.
  'another realm': [{ body: { realm: 'OTHER.EXAMPLE' } }, /^68 /],
  'an unknown person': [{ body: { cname: { nameType: 10, nameString: ['eve@corp.example'] } } }, /^6 /],
  'a ticket for a service': [{ body: { sname: { nameType: 2, nameString: ['kadmin', 'changepw'] } } }, /^7 /],
  'a renewable ticket': [{ body: { kdcOptions: 0x0081_0000 } }, /^13 options are 810000/, { options: false }],
  'a forwardable ticket': [{ body: { kdcOptions: 0x4001_0000 } }, /^13 /, { options: false }],
  'a proxiable ticket': [{ body: { kdcOptions: 0x1001_0000 } }, /^13 /, { options: false }],
  'no canonical name': [{ body: { kdcOptions: 0 } }, /^13 /, { options: false }],
  'a ticket for ten hours': [{ body: { till: now + 36_000 } }, /^12 the ticket would live/, { lifetime: undefined }],
  'a time of renewal': [{ body: { rtime: now + 900 } }, /^12 /, { lifetime: undefined }],
  'a ticket that has ended': [{ body: { till: now } }, /^12 the ticket has ended/],
  'a nonce of 32 bits': [{ body: { nonce: 0x8000_0000 } }, /^60 nonce is not/, { nonce: false }],
  'RC4 among the encryption types': [{ body: { etype: [18, 23] } }, /^14 encryption type 23/, { noWeakEncryptionTypes: false }],
  'DES among the encryption types': [{ body: { etype: [18, 3] } }, /^14 encryption type 3/, { noWeakEncryptionTypes: false }],
  'no common encryption type': [{ body: { etype: [] } }, /^14 no encryption type/],
  // Message.
  'version 4': [{ pvno: 4 }, /^3 /],
  'another message type': [{ msgType: 12 }, /^40 /],
  'no PA-PK-AS-REQ': [{ padata: () => [] }, /^25 /],
  'PA-PK-AS-REQ twice': [{ padata: (item) => [item, item] }, /^25 /],
  'PA-PK-AS-REQ in the old edition': [{ padata: (item) => [{ ...item, padataType: 15 }] }, /^25 /],
  'PA-PK-AS-REQ in both editions': [
    { padata: (item) => [item, { ...item, padataType: 15 }] },
    /^60 PA-PK-AS-REQ is there in both/,
  ],
};
// The domain controller knows its issuing CAs itself: this one is no fault.
const { 'no certificate of the issuing CA': withoutCa, ...real } = faults;

describe('an AS-REQ that is wrong in one way', () => {
  it.each(Object.entries(real))('%s', (_, [change, refused, off]) => {
    const bytes = makeRequest(change);
    expect(judged(bytes)).toMatch(refused);
    if (off) expect(judged(bytes, off)).toBe('ok');
  });
  it('seen before', () => {
    const cache = { seen: new Set<string>() };
    const check = (change: RequestChange, rules?: Partial<Rules>) =>
      checkAsRequest(makeRequest(change), demandsOf(rules), now, cache);
    expect(check({}).ok).toBe(true);
    expect(check({ body: { nonce: 5 } })).toMatchObject({ ok: false, code: 34 });
    expect(check({ authenticator: () => ({ cusec: 2 }) }).ok).toBe(true);
    expect(check({}, { replay: false }).ok).toBe(true);
  });
  it('without the certificate of its CA, which the NTAuth store has', () => {
    expect(judged(makeRequest(withoutCa?.[0]))).toBe('ok');
  });
  it.each([
    ['nothing', new Uint8Array()],
    ['text', new TextEncoder().encode('GET / HTTP/1.1')],
    ['a request cut short', makeRequest().subarray(0, -1)],
    ['a request with an octet more', Uint8Array.of(...makeRequest(), 0)],
    ['a length that is not minimal', Uint8Array.of(0x6a, 0x81, 2, 0x30, 0)],
    ['a length without an end', Uint8Array.of(0x6a, 0x80, 0x30, 0, 0, 0)],
  ])('%s', (_, bytes) => {
    expect(judged(bytes)).toMatch(/^60 unreadable/);
  });
});

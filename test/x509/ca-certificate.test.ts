import { X509Certificate as NodeCertificate } from 'node:crypto';
import fc from 'fast-check';
import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { fileSigner } from '../../src/ca/file-signer.ts';
import { issue } from '../../src/pki/issue.ts';
import { decode } from '../../src/wire/codec.ts';
import { choice, sequence, sequenceOf, setOf } from '../../src/wire/der.ts';
import { objectIdentifier } from '../../src/wire/der-primitives.ts';
import { ia5String, printableString, utf8String } from '../../src/wire/der-strings.ts';
import { fromHex } from '../../src/wire/hex.ts';
import { type CaCertificateProfile, makeCaCertificate, makeCaRequest, readCaRequest } from '../../src/x509/ca-certificate.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { makeCrl } from '../../src/x509/crl.ts';
import { distinguishedName } from '../../src/x509/distinguished-name.ts';
import { oid } from '../../src/x509/oid.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { contextFor, DAY, goodRequest, madeCa, now, preparedOf } from '../pki/made-issuance.ts';
import { hex } from '../wire/annotated-hex.ts';
import { certtool } from './certificate-tools.ts';
import { ecKey, type MadeKey, rsaKey } from './made-certificate.ts';
import { openssl, pem } from './openssl.ts';

const signerOf = ({ privateKey }: MadeKey) => fileSigner(privateKey);
const rsa = rsaKey();
const [p256, p384] = [ecKey(), ecKey('P-384')];
const purposes = [oid.clientAuth, oid.smartcardLogon];
const profile = (key: MadeKey, change: Partial<CaCertificateProfile> = {}): CaCertificateProfile => ({
  subject: 'CN=Mayfly CA,O=Example',
  serialNumber: fromHex('4a00112233445566778899aabbccddee'),
  notBefore: now - DAY,
  notAfter: now + 3650 * DAY,
  publicKey: key.spki,
  pathLength: 0,
  extendedKeyUsage: purposes,
  crlUrls: [],
  caIssuerUrls: [],
  ...change,
});
const opensslText = (der: Uint8Array) => openssl(['x509', '-inform', 'DER', '-in', 'c', '-noout', '-text'], { c: der }).text;

describe('a self-signed CA', () => {
  it.each([
    ['RSA', rsa, 'sha256WithRSAEncryption'],
    ['P-256', p256, 'ecdsa-with-SHA256'],
    ['P-384', p384, 'ecdsa-with-SHA384'],
  ] as const)('%s: openssl, certtool and node agree', async (_, key, algorithm) => {
    const der = await makeCaCertificate(profile(key), signerOf(key));
    const text = opensslText(der);
    expect(text).toContain(`Signature Algorithm: ${algorithm}`);
    expect(text).toMatch(/Basic Constraints: critical\n *CA:TRUE, pathlen:0\n/);
    expect(text).toMatch(/Key Usage: critical\n *Certificate Sign, CRL Sign\n/);
    expect(text).toMatch(/Extended Key Usage: *\n *TLS Web Client Authentication, Microsoft Smartcard Login\n/);
    expect(text).not.toMatch(/CRL Distribution|Authority Information/);
    const own = pem('CERTIFICATE', [der]);
    expect(
      openssl(['verify', '-x509_strict', '-check_ss_sig', '-attime', String(now), '-CAfile', 'ca', 'ca'], { ca: own }).text,
    ).toContain('ca: OK');
    const gnutls = certtool(['--certificate-info', '--inder'], der);
    expect(gnutls).toMatch(/Certificate Authority \(CA\): TRUE\n\t\t\tPath Length Constraint: 0\n/);
    expect(gnutls).toContain('Certificate signing.\n\t\t\tCRL signing.\n');
    const node = new NodeCertificate(der);
    expect([node.ca, node.verify(node.publicKey), node.checkIssued(node)]).toEqual([true, true, true]);
    const read = readCertificate(der);
    expect(read).toMatchObject({ notBefore: now - DAY, notAfter: now + 3650 * DAY, extKeyUsage: purposes });
    expect(hex(read.publicKey)).toBe(hex(key.spki));
  });
  it('leaves purposes open when there are none, and dates from 2050 in GeneralizedTime', async () => {
    const der = await makeCaCertificate(profile(p256, { extendedKeyUsage: [], notAfter: 2_524_608_000 }), signerOf(p256));
    expect(opensslText(der)).not.toContain('Extended Key Usage');
    expect(Buffer.from(der).toString('latin1')).toContain('20500101000000Z');
    expect(readCertificate(der).notAfter).toBe(2_524_608_000);
    expect(readCertificate(der).extKeyUsage).toBeUndefined();
  });
});

describe('a CA below a root', () => {
  it.each([
    ['RSA', rsa, ecKey()],
    ['P-384', p384, p256],
  ] as const)('%s: chain, names and URLs hold, a CRL at each step', async (_, rootKey, key) => {
    const odd = 'CN=Zoë\\, "the" Root,O=A \\+ B'.replaceAll('"', '\\"');
    const rootDer = await makeCaCertificate(
      profile(rootKey, { subject: odd, pathLength: 1, extendedKeyUsage: [] }),
      signerOf(rootKey),
    );
    const root = readCertificate(rootDer);
    const urls = ['ldap:///CN=r?certificateRevocationList', 'http://pki.corp.test/r.crl'];
    const below = profile(key, { crlUrls: urls, caIssuerUrls: ['http://pki.corp.test/r.crt'], serialNumber: fromHex('4b') });
    const der = await makeCaCertificate(below, signerOf(rootKey), root);
    const issuing = readCertificate(der);
    expect(hex(issuing.issuer)).toBe(hex(root.subject));
    expect(issuing.crlUrls).toEqual(urls);
    const text = opensslText(der);
    expect(text.match(/Full Name:/g)).toHaveLength(1);
    expect(text).toContain('CA Issuers - URI:http://pki.corp.test/r.crt');
    expect(text).not.toContain('OCSP');

    const issuer = { ...(await madeCa('P-256')).issuer, ...issuing, signatureAlgorithm: signerOf(key).algorithm.identifier };
    const leaf = await issue(preparedOf(goodRequest, contextFor(issuer)), issuer, signerOf(key));
    expect(hex(readCertificate(leaf).issuer)).toBe(hex(issuing.subject));
    const crlProfile = { number: 1, thisUpdate: now - 600, nextUpdate: now + DAY, revoked: [] };
    const files = {
      root: pem('CERTIFICATE', [rootDer]),
      issuing: pem('CERTIFICATE', [der]),
      leaf: pem('CERTIFICATE', [leaf]),
      crls: pem('X509 CRL', [
        await makeCrl(crlProfile, root, signerOf(rootKey)),
        await makeCrl(crlProfile, issuing, signerOf(key)),
      ]),
    };
    const verify = ['verify', '-x509_strict', '-crl_check_all', '-attime', String(now), '-CAfile', 'root', '-CRLfile', 'crls'];
    expect(openssl([...verify, '-untrusted', 'issuing', '-purpose', 'sslclient', 'leaf'], files).text).toContain('leaf: OK');
    expect(openssl([...verify, '-untrusted', 'issuing', '-purpose', 'sslserver', 'leaf'], files).ok).toBe(false);
  });
});

describe('a request', () => {
  it.each([
    ['RSA', rsa],
    ['P-256', p256],
    ['P-384', p384],
  ] as const)('%s: openssl and certtool verify it and see what is asked for', async (_, key) => {
    const der = await makeCaRequest(profile(key, { subject: 'CN=Zoë\\, Sub,O=A \\+ B' }), signerOf(key));
    const checked = openssl(['req', '-inform', 'DER', '-in', 'r', '-verify', '-noout', '-text'], { r: der });
    expect(checked.ok).toBe(true);
    expect(checked.text).toMatch(/verify OK/);
    expect(checked.text).toMatch(/CA:TRUE, pathlen:0/);
    expect(checked.text).toContain('TLS Web Client Authentication, Microsoft Smartcard Login');
    const gnutls = certtool(['--crq-info', '--inder'], der);
    expect(gnutls).toContain('Self signature: verified');
    expect(gnutls).toContain('Path Length Constraint: 0');
    expect(readCaRequest(der)).toEqual({ publicKey: key.spki, ekuConstraint: true });
    const open = await makeCaRequest(profile(key, { extendedKeyUsage: [] }), signerOf(key));
    expect(readCaRequest(open)).toMatchObject({ ekuConstraint: false });
  });
  it('is unreadable where it is none', () => {
    for (const der of [new Uint8Array(), Uint8Array.of(0x30, 0), rsa.spki]) {
      expect(() => readCaRequest(der)).toThrow(expect.objectContaining({ code: 'request-unreadable' }) as Error);
    }
  });
});

describe('a distinguished name', () => {
  const shape = sequenceOf(
    setOf(sequence({ type: objectIdentifier, value: choice({ utf8: utf8String, printable: printableString, ia5: ia5String }) })),
  );
  const read = (text: string) => decode(shape, distinguishedName(text)).map((set) => set.map(({ value }) => value.value));
  it.each<[string, string[][]]>([
    ['CN=a', [['a']]],
    ['CN=Mayfly Lab CA 0a0b0c0d,OU=Mayfly Lab - do not trust', [['Mayfly Lab CA 0a0b0c0d'], ['Mayfly Lab - do not trust']]],
    ['CN=a, O=b', [['a'], ['b']]],
    ['CN=a+OU=b,O=c', [['a', 'b'], ['c']]],
    ['CN=a\\, b', [['a, b']]],
    ['CN="a, b+c;d"', [['a, b+c;d']]],
    ['CN=a\\"b\\\\c\\+d\\;e\\<f\\>g', [['a"b\\c+d;e<f>g']]],
    ['CN=a=b', [['a=b']]],
    ["CN=O'Brien & Söhne (日本)", [["O'Brien & Söhne (日本)"]]],
    ['DC=corp,DC=test', [['corp'], ['test']]],
    ['C=DE,O=x', [['DE'], ['x']]],
    ['2.5.4.3=a', [['a']]],
    [`CN=${'\u{20000}'.repeat(64)}`, [['\u{20000}'.repeat(64)]]],
  ])('%s', (text, values) => {
    expect(read(text)).toEqual(values);
  });
  it.each([
    '',
    ' ',
    'CN',
    'CN=',
    'Mayfly CA',
    'CN=a,',
    ',CN=a',
    'CN=a,,O=b',
    'CN=a,CN=',
    'CN= a',
    'CN=a ',
    'CN=a;O=b',
    'CN=a"b"',
    'CN="a',
    'CN=a\\',
    'CN=a\\00b',
    'CN=#0c0161',
    'CN=a\nO=b',
    'CN=a\0b',
    'CN=a\x7f',
    'CN=\ud800',
    'C=DEU',
    'C=D',
    'DC=münchen',
    'E=zoë@b',
    'X=1',
    'cn=a',
    '=a',
    'CN=a/O=b,',
    `CN=${'a'.repeat(65)}`,
    'CN=<a>',
    'CN==a,b',
  ])('%j is none', (text) => {
    expect(() => distinguishedName(text)).toThrow(expect.objectContaining({ code: 'distinguished-name' }) as Error);
  });
  it('comes out as it went in, whatever is in it', () => {
    const value = fc
      .string({
        unit: fc.oneof(fc.constantFrom(...'ab ,+"\\<>;=#\''), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 })),
        minLength: 1,
        maxLength: 12,
      })
      .map((text) => text.trim())
      .filter((text) => text !== '' && text.isWellFormed() && !/[\0-\x1f\x7f]/.test(text));
    const escaped = (text: string) => text.replace(/[\\",;+<>]|^#/g, '\\$&');
    const check = (values: string[]) => {
      expect(read(values.map((text) => `CN=${escaped(text)}`).join(','))).toEqual(values.map((text) => [text]));
    };
    fc.assert(fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), check), { numRuns: fuzzRuns });
  });
});

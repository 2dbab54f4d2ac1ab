import { ContentInfo, SignedData } from 'pkijs';
import { describe, expect, it } from 'vitest';
import { encode } from '../../src/wire/codec.ts';
import type { DigestName } from '../../src/wire/conversation.ts';
import { octetString } from '../../src/wire/der.ts';
import { oid } from '../../src/x509/oid.ts';
import { type SignedDataContent, signedData } from '../../src/x509/signed-data.ts';
import { verifySignedData } from '../../src/x509/verify-signed-data.ts';
import { caExtensions, ecKey, makeCertificate, now } from './made-certificate.ts';
import { answered, ca, content, signers, stranger } from './made-signed-data.ts';
import { openssl, opensslCmsVerify } from './openssl.ts';

const hashes: Record<DigestName, string> = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' };
const cases = Object.entries(signers).flatMap(([name, signer]) =>
  (Object.keys(hashes) as DigestName[]).map((digest) => ({ name, signer, digest })),
);
const plan = (change: Partial<SignedDataContent> = {}): SignedDataContent => ({
  contentType: oid.pkinitAuthData,
  content,
  certificates: [signers.rsa.der],
  ...change,
});

describe('signedData', () => {
  it.each(cases)('is read by openssl, pkijs and ourselves: $name, $digest', async ({ signer, digest }) => {
    const bytes = answered(signedData(plan({ certificates: [signer.der], digest })), signer.key, hashes[digest]);

    const other = opensslCmsVerify(bytes, [ca.der], now);
    expect(other.ok, other.text).toBe(true);
    expect(other.content).toEqual(content);

    const info = ContentInfo.fromBER(new Uint8Array(bytes));
    const library = new SignedData({ schema: info.content });
    expect(library.encapContentInfo.eContentType).toBe(oid.pkinitAuthData);
    expect(await library.verify({ signer: 0, checkChain: false })).toBe(true);

    const own = await verifySignedData({ bytes, contentType: oid.pkinitAuthData, digests: [digest] });
    expect(own).toEqual({ ok: true, content, certificates: [signer.der], crls: [] });
  });

  it('is written by openssl the same way, octet for octet', () => {
    const bytes = answered(signedData(plan({ certificates: [signers.rsa.der, stranger.der, ca.der] })), signers.rsa.key);
    const run = openssl(['cms', '-cmsout', '-inform', 'DER', '-outform', 'DER', '-in', 'cms'], { cms: bytes });
    expect(run.ok, run.text).toBe(true);
    expect(new Uint8Array(run.stdout)).toEqual(bytes);
  });

  it('says what RFC 4556 wants, in the order of DER', () => {
    const intermediate = makeCertificate({ subject: 'a', key: ecKey(), issuer: ca, extensions: caExtensions() });
    const bytes = answered(signedData(plan({ certificates: [signers.rsa.der, intermediate.der] })), signers.rsa.key);
    const { text, ok } = openssl(['cms', '-cmsout', '-print', '-inform', 'DER', '-in', 'cms'], { cms: bytes });
    expect(ok).toBe(true);
    const shown = text.replace(/\s+/g, ' ');
    expect(shown).toContain(
      'd.signedData: version: 3 digestAlgorithms: algorithm: sha256 (2.16.840.1.101.3.4.2.1) parameter: <ABSENT>',
    );
    expect(shown).toMatch(/eContentType: .*\(1\.3\.6\.1\.5\.2\.3\.1\)/);
    expect(shown).toMatch(/signerInfos: version: 1 d\.issuerAndSerialNumber:/);
    expect(shown).toMatch(
      /signatureAlgorithm: algorithm: sha256WithRSAEncryption \(1\.2\.840\.113549\.1\.1\.11\) parameter: NULL/,
    );
    expect(shown.indexOf('object: contentType')).toBeLessThan(shown.indexOf('object: messageDigest'));
    expect(shown).toContain('unsignedAttrs: <ABSENT>');
    expect(shown).not.toContain('signingTime');
  });

  it('asks once, for the SET OF encoding of the attributes', () => {
    const conversation = signedData(plan());
    const step = conversation.next();
    if (step.done || step.value.do !== 'sign') throw new Error('does not ask for a signature');
    const { bytes } = step.value;
    expect(bytes[0]).toBe(0x31);
    const end = conversation.next(new Uint8Array(256));
    if (!end.done) throw new Error('asks again');
    const sent = Buffer.from(end.value);
    expect(sent.includes(Buffer.of(0xa0, ...bytes.subarray(1)))).toBe(true);
    expect(sent.includes(Buffer.from(encode(octetString, new Uint8Array(256))))).toBe(true);
  });

  it('refuses a signer it cannot name or whose key it cannot use', () => {
    const odd = makeCertificate({ subject: 'odd', key: ecKey('secp256k1'), issuer: ca, extensions: [] });
    expect(() => signedData(plan({ certificates: [] })).next()).toThrow('there is no certificate of the signer');
    expect(() => signedData(plan({ certificates: [odd.der] })).next()).toThrow('neither RSA nor ECDSA');
    expect(() => signedData(plan({ certificates: [stranger.der.slice(1)] })).next()).toThrow('expected tag');
  });
});

import { webcrypto } from 'node:crypto';
import fc from 'fast-check';
import 'reflect-metadata';
import * as peculiar from '@peculiar/x509';
import * as pkijs from 'pkijs';
import { describe, expect, it } from 'vitest';
import { type CrlProfile, makeCrl, type RevocationReason, readCrlTimes, revocationReasons } from '../../src/x509/crl.ts';
import { librarySigner } from '../../src/x509/library-signer.ts';
import { DAY, madeCa, now } from '../pki/made-issuance.ts';
import { hex } from '../wire/annotated-hex.ts';
import { same } from '../wire/property.ts';
import { certtool } from './certificate-tools.ts';
import { openssl, pem } from './openssl.ts';

const cas = [await madeCa('RSA-2048'), await madeCa('P-256'), await madeCa('P-384', 'CN=Zoë\\, Sub\\+CA,O="A; B"')];
const [ca] = cas as [(typeof cas)[0], ...typeof cas];
const times = { thisUpdate: now - 600, nextUpdate: now + 7 * DAY };
const reasons = Object.keys(revocationReasons) as RevocationReason[];
const everyReason: CrlProfile = {
  ...times,
  number: 7,
  revoked: reasons.map((reason, i) => ({ serialNumber: `7f0${i}`, revokedAt: now + i, reason })),
};
const opensslText = (der: Uint8Array) => openssl(['crl', '-inform', 'DER', '-in', 'crl', '-noout', '-text'], { crl: der }).text;

/** The library's own generator over the same profile: what it makes is what was published before ours. */
async function byLibrary(profile: CrlProfile, { certificate, signer }: (typeof cas)[0]): Promise<string> {
  const { key, crypto } = librarySigner(signer);
  const crl = await peculiar.X509CrlGenerator.create(
    {
      issuer: new peculiar.Name(new Uint8Array(certificate.subject)),
      thisUpdate: new Date(profile.thisUpdate * 1000),
      nextUpdate: new Date(profile.nextUpdate * 1000),
      entries: profile.revoked.map(({ serialNumber, revokedAt, reason }) => ({
        serialNumber,
        revocationDate: new Date(revokedAt * 1000),
        ...(reason === 'unspecified' ? {} : { reason: peculiar.X509CrlReason[reason] }),
      })),
      extensions: [
        new peculiar.AuthorityKeyIdentifierExtension(hex(certificate.keyId)),
        new peculiar.Extension('2.5.29.20', false, Uint8Array.of(2, 1, profile.number)),
      ],
      signingAlgorithm: key.algorithm,
      signingKey: key,
    },
    crypto,
  );
  return hex(new Uint8Array(crl.rawData));
}

describe('a CRL', () => {
  it.each(cas)('is read by openssl, certtool, @peculiar/x509 and pkijs, and its signature holds', async (authority) => {
    const der = new Uint8Array(await makeCrl(everyReason, authority.certificate, authority.signer));
    const parent = { ca: pem('CERTIFICATE', [authority.certificate.der]) };
    expect(openssl(['crl', '-inform', 'DER', '-in', 'crl', '-noout', '-CAfile', 'ca'], { crl: der, ...parent }).text).toContain(
      'verify OK',
    );

    const library = new peculiar.X509Crl(der);
    expect(library.entries.map(({ serialNumber, reason }) => [serialNumber, reason])).toEqual(
      everyReason.revoked.map(({ serialNumber, reason }) => [
        serialNumber,
        reason === 'unspecified' ? undefined : revocationReasons[reason],
      ]),
    );
    expect(library.entries.map(({ revocationDate }) => revocationDate.getTime() / 1000)).toEqual(
      everyReason.revoked.map((r) => r.revokedAt),
    );
    const publicKey = new peculiar.X509Certificate(new Uint8Array(authority.certificate.der)).publicKey;
    expect(await library.verify({ publicKey }, webcrypto as Crypto)).toBe(true);

    const second = pkijs.CertificateRevocationList.fromBER(der);
    expect(second.version).toBe(1);
    expect(hex(new Uint8Array(second.issuer.toSchema().toBER()))).toBe(hex(authority.certificate.subject));
    expect(second.revokedCertificates?.map(({ userCertificate }) => hex(userCertificate.valueBlock.valueHexView))).toEqual(
      everyReason.revoked.map(({ serialNumber }) => serialNumber),
    );
    expect(await second.verify({ issuerCertificate: pkijs.Certificate.fromBER(new Uint8Array(authority.certificate.der)) })).toBe(
      true,
    );
    expect(readCrlTimes(der)).toEqual(times);
  });
  it('says every reason but the unspecified one, which is said by silence, RFC 5280 5.3.1', async () => {
    const text = opensslText(await makeCrl(everyReason, ca.certificate, ca.signer));
    expect(text).toMatch(/Version 2/);
    expect(text).toMatch(/X509v3 CRL Number: *\n *7\n/);
    expect(text.match(/CRL entry extensions:/g)).toHaveLength(reasons.length - 1);
    const printed = ['Key Compromise', 'Affiliation Changed', 'Superseded', 'Cessation Of Operation', 'Privilege Withdrawn'];
    for (const reason of printed) expect(text).toContain(`X509v3 CRL Reason Code: \n                ${reason}`);
    expect(text).not.toContain('Unspecified');
    const gnutls = certtool(['--crl-info', '--inder'], await makeCrl(everyReason, ca.certificate, ca.signer));
    expect(gnutls).toContain(`Revoked certificates (${reasons.length}):`);
    expect(gnutls).toContain('CRL Number (not critical): 07');
    expect(gnutls).toContain(hex(ca.certificate.keyId));
  });
  it('is empty without a list, not with an empty one', async () => {
    const der = await makeCrl({ ...times, number: 1, revoked: [] }, ca.certificate, ca.signer);
    expect(opensslText(der)).toContain('No Revoked Certificates.');
    expect(new peculiar.X509Crl(new Uint8Array(der)).entries).toEqual([]);
    expect(pkijs.CertificateRevocationList.fromBER(new Uint8Array(der)).revokedCertificates).toBeUndefined();
    expect(certtool(['--crl-info', '--inder'], der)).toContain('No revoked certificates.');
  });
  // But for `unspecified`: there the library writes an empty list of extensions, which RFC 5280 5.1 does not allow.
  it('has the octets that the library would have written', async () => {
    const revoked = fc.uniqueArray(
      fc.record({
        serialNumber: fc
          .uint8Array({ minLength: 1, maxLength: 20 })
          .map((octets) => hex(Uint8Array.of((octets[0] ?? 0) | 1, ...octets.slice(1)))),
        revokedAt: fc.integer({ min: 0, max: 4_000_000_000 }),
        reason: fc.constantFrom(...reasons.filter((reason) => reason !== 'unspecified')),
      }),
      { maxLength: 8, selector: ({ serialNumber }) => serialNumber },
    );
    const check = async (profile: CrlProfile) => {
      same(hex(await makeCrl(profile, ca.certificate, ca.signer)), await byLibrary(profile, ca), 'CRL');
    };
    const profiles = fc.record({
      number: fc.nat(127),
      thisUpdate: fc.integer({ min: 0, max: 4_000_000_000 }),
      nextUpdate: fc.integer({ min: 0, max: 4_000_000_000 }),
      revoked: revoked.filter((all) => all.every(({ serialNumber }) => Number.parseInt(serialNumber.slice(0, 2), 16) < 0x80)),
    });
    await fc.assert(fc.asyncProperty(profiles, check), { numRuns: 100 });
  });
  it('counts far: numbers to 2^31 - 1', async () => {
    const der = await makeCrl({ ...times, number: 2 ** 31 - 1, revoked: [] }, ca.certificate, ca.signer);
    expect(certtool(['--crl-info', '--inder'], der)).toContain('CRL Number (not critical): 7fffffff');
    await expect(makeCrl({ ...times, number: 2 ** 31, revoked: [] }, ca.certificate, ca.signer)).rejects.toMatchObject({
      code: 'encode',
    });
  });
  it('is unreadable where it is none', () => {
    expect(() => readCrlTimes(ca.certificate.der)).toThrow(expect.objectContaining({ code: 'crl-unreadable' }) as Error);
  });
});

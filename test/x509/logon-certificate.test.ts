import { describe, expect, it } from 'vitest';
import { issue } from '../../src/pki/issue.ts';
import { publicationOf } from '../../src/pki/publication.ts';
import { decode } from '../../src/wire/codec.ts';
import { any, context, defaulted, octetString, sequence, sequenceOf } from '../../src/wire/der.ts';
import { bitString, boolean, int32, objectIdentifier, unsignedInteger } from '../../src/wire/der-primitives.ts';
import { type LogonCertificate, type LogonIssuer, logonCertificateWriter } from '../../src/x509/logon-certificate.ts';
import { oid } from '../../src/x509/oid.ts';
import { keyIdentifier } from '../../src/x509/public-key.ts';
import { contextFor, goodRequest, keylessIssuer, madeCa, preparedOf } from '../pki/made-issuance.ts';
import * as vector from '../vectors/x509/logon-certificate.ts';
import { cardKeys } from '../vectors/x509/subject-keys.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';

const tbsShape = sequence({
  version: context(0, int32),
  serialNumber: unsignedInteger,
  signature: any,
  issuer: any,
  validity: any,
  subject: any,
  subjectPublicKeyInfo: any,
  extensions: context(3, sequenceOf(any)),
});
const extensionShape = sequence({ id: objectIdentifier, critical: defaulted(boolean, false), value: octetString });
const certificate: LogonCertificate = {
  serialNumber: Uint8Array.from({ length: 16 }, (_, i) => 0x70 + i),
  notBefore: vector.validity.notBefore,
  notAfter: vector.validity.notAfter,
  account: vector.subject.account,
  cardId: vector.subject.cardId,
  subjectPublicKeyInfo: cardKeys['RSA-2048 a'],
  userPrincipalName: vector.principalName.userPrincipalName,
  sid: vector.securityIdentifier.sid,
  extendedKeyUsage: [oid.clientAuth, oid.smartcardLogon],
};
const same = (actual: Uint8Array | undefined, annotated: string) => expect(actual && hex(actual)).toBe(hex(bytes(annotated)));

function written(change: Partial<LogonCertificate> = {}, issuer: Partial<LogonIssuer> = {}) {
  const tbs = decode(tbsShape, logonCertificateWriter({ ...keylessIssuer, ...issuer })({ ...certificate, ...change }));
  const whole = new Map(tbs.extensions.map((der) => [decode(extensionShape, der).id, der]));
  const value = (id: string) => {
    const der = whole.get(id);
    return der && decode(extensionShape, der).value;
  };
  return { tbs, whole, value };
}

describe('the logon certificate, octet for octet', () => {
  it('says the SID as [MS-WCCE] 2.2.2.7.7.4 wants it', () => {
    const { whole, value } = written();
    same(value(oid.ntdsCaSecurityExt), vector.securityIdentifier.value);
    same(whole.get(oid.ntdsCaSecurityExt), vector.securityIdentifier.extension);
  });
  it('says the UPN as UTF-8 in an otherName', () => {
    same(written().value(oid.subjectAltName), vector.principalName.value);
  });
  it.each(['uri', 'both'] as const)('says the SID in a URI as well: %s', (sidPlacement) => {
    const { userPrincipalName, sid, value } = vector.principalNameAndSid;
    const made = written({ userPrincipalName, sid }, { sidPlacement });
    same(made.value(oid.subjectAltName), value);
    expect(made.whole.has(oid.ntdsCaSecurityExt)).toBe(sidPlacement === 'both');
  });
  it('has one distribution point with two URLs, LDAP first', () => {
    same(written({}, { crlUrls: vector.twoUrls.urls }).value(oid.cRLDistributionPoints), vector.twoUrls.value);
    expect(keylessIssuer.crlUrls.map((url) => url.split(':')[0])).toEqual(['ldap', 'http']);
  });
  it('names its issuer, and never an OCSP responder', () => {
    same(written({}, { caIssuerUrls: vector.caIssuers.urls }).value(oid.authorityInfoAccess), vector.caIssuers.value);
    const ocsp = '2b06010505073001';
    const whole = hex(logonCertificateWriter(keylessIssuer)(certificate));
    expect(whole).not.toContain(ocsp);
    expect(whole).toContain('2b06010505073002');
  });
  it('leaves out what has nothing to say', () => {
    const { whole } = written({}, { crlUrls: [], caIssuerUrls: [] });
    expect(whole.has(oid.cRLDistributionPoints) || whole.has(oid.authorityInfoAccess)).toBe(false);
  });
  it('is for signatures, client authentication and smart card logon', () => {
    same(written().whole.get(oid.keyUsage), vector.keyUsage);
    same(written().value(oid.extKeyUsage), vector.purposes);
  });
  it('names the account and the card', () => {
    same(written().tbs.subject, vector.subject.value);
    same(written().tbs.validity, vector.validity.value);
  });
  it('points at both keys', () => {
    same(written().value(oid.subjectKeyIdentifier), `04 14 ${hex(keyIdentifier(certificate.subjectPublicKeyInfo))}`);
    same(written().value(oid.authorityKeyIdentifier), `30 16 80 14 ${hex(keylessIssuer.keyId)}`);
  });
  it('repeats the issuer’s name, the key and the serial number as they are', () => {
    const { tbs } = written();
    expect(tbs.issuer).toEqual(keylessIssuer.subject);
    expect(tbs.subjectPublicKeyInfo).toEqual(certificate.subjectPublicKeyInfo);
    expect(tbs.serialNumber).toEqual(certificate.serialNumber);
    expect(tbs.signature).toEqual(keylessIssuer.signatureAlgorithm);
    expect(tbs.version).toBe(2);
  });
  it('holds these extensions in this order and no other: no basicConstraints, nothing critical but keyUsage', () => {
    const { tbs } = written({}, { sidPlacement: 'both' });
    const extensions = tbs.extensions.map((der) => decode(extensionShape, der));
    expect(extensions.map(({ id }) => id)).toEqual([
      oid.keyUsage,
      oid.extKeyUsage,
      oid.subjectAltName,
      oid.ntdsCaSecurityExt,
      oid.subjectKeyIdentifier,
      oid.authorityKeyIdentifier,
      oid.cRLDistributionPoints,
      oid.authorityInfoAccess,
    ]);
    expect(extensions.filter(({ critical }) => critical).map(({ id }) => id)).toEqual([oid.keyUsage]);
  });
  it('is GeneralizedTime from 2050 on, RFC 5280 4.1.2.5', () => {
    const { tbs } = written({ notBefore: 2_524_607_999, notAfter: 2_524_608_000 });
    same(tbs.validity, `30 20 17 0d ${hex(Buffer.from('491231235959Z'))} 18 0f ${hex(Buffer.from('20500101000000Z'))}`);
  });
});

describe('its size', () => {
  const shape = sequence({ tbs: any, algorithm: any, signature: bitString });
  it('is below 1,800 octets with a typical RSA-3072 CA and both URLs', async () => {
    const ca = await madeCa('RSA-3072');
    const issuer = {
      ...ca.issuer,
      ...publicationOf(hex(ca.certificate.keyId), 'corp.example.com', 'http://pki.corp.example.com'),
    };
    const around = contextFor(issuer);
    const bounds = { ...around.bounds, upnSuffixes: ['corp.example.com'] };
    const request = { ...goodRequest, userPrincipalName: 'firstname.lastname@corp.example.com' };
    const der = await issue(preparedOf(request, { ...around, bounds }), issuer, ca.signer);
    expect(decode(shape, der).signature).toHaveLength(384);
    expect(der.length).toBeLessThan(1800);
    expect(der.length).toBeGreaterThan(1200);
  });
});

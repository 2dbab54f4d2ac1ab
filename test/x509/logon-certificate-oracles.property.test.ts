import { createPublicKey, X509Certificate as NodeCertificate, webcrypto } from 'node:crypto';
import fc from 'fast-check';
import 'reflect-metadata';
import * as peculiar from '@peculiar/x509';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { describe, expect, it } from 'vitest';
import { issue } from '../../src/pki/issue.ts';
import type { Issuer } from '../../src/pki/issuer.ts';
import { toHex } from '../../src/wire/hex.ts';
import { makeCrl } from '../../src/x509/crl.ts';
import type { LogonCertificate } from '../../src/x509/logon-certificate.ts';
import { oid } from '../../src/x509/oid.ts';
import { keyIdentifier } from '../../src/x509/public-key.ts';
import { fuzzed, fuzzRuns } from '../fuzz-runs.ts';
import { contextFor, goodRequest, madeCa, preparedOf } from '../pki/made-issuance.ts';
import { type RandomIssuance, randomIssuance, upnSuffixes } from '../pki/random-issuance.ts';
import { same } from '../wire/property.ts';
import { certtool, hasHxtool, hxtool } from './certificate-tools.ts';
import { openssl, pem } from './openssl.ts';

const cas = {
  'RSA-3072': await madeCa('RSA-3072'),
  'P-256': await madeCa('P-256'),
  'P-384': await madeCa('P-384'),
  'RSA-2048': undefined,
};
type Ca = NonNullable<(typeof cas)['P-256']>;

interface Issued {
  readonly der: Uint8Array<ArrayBuffer>;
  readonly certificate: LogonCertificate;
  readonly issuer: Issuer;
  readonly ca: Ca;
}
/** Issues as the CA process does. A CRL URL is what only a lab may do without. */
async function issued({ request, ca: kind, now, random, ...settings }: RandomIssuance): Promise<Issued> {
  const ca = cas[kind] as Ca;
  const issuer: Issuer = { ...ca.issuer, ...settings, lab: settings.crlUrls.length === 0 };
  const around = contextFor(issuer);
  const prepared = preparedOf(request, { ...around, now, random, bounds: { ...around.bounds, upnSuffixes } });
  return { der: new Uint8Array(await issue(prepared, issuer, ca.signer)), certificate: prepared.certificate, issuer, ca };
}
const uriOf = ({ sid }: LogonCertificate) => `tag:microsoft.com,2022-09-14:sid:${sid}`;
/** SEQUENCE { [0] { OID, [0] { OCTET STRING } } } → the text in the octets. */
function sidText(value: ArrayBuffer): string {
  const [name] = (asn1js.fromBER(value).result as asn1js.Sequence).valueBlock.value as [asn1js.Constructed];
  const [, wrapped] = name.valueBlock.value as [asn1js.ObjectIdentifier, asn1js.Constructed];
  return Buffer.from((wrapped.valueBlock.value[0] as asn1js.OctetString).valueBlock.valueHexView).toString('ascii');
}
function extensionIds({ issuer }: Issued): string[] {
  return [
    oid.keyUsage,
    oid.extKeyUsage,
    oid.subjectAltName,
    ...(issuer.sidPlacement === 'uri' ? [] : [oid.ntdsCaSecurityExt]),
    oid.subjectKeyIdentifier,
    oid.authorityKeyIdentifier,
    ...(issuer.crlUrls.length > 0 ? [oid.cRLDistributionPoints] : []),
    ...(issuer.caIssuerUrls.length > 0 ? [oid.authorityInfoAccess] : []),
  ];
}
/** Everything said about the certificate, in the one form the readings below are brought into. */
function expected(made: Issued) {
  const { certificate: c, issuer } = made;
  return {
    serialNumber: toHex(c.serialNumber),
    notBefore: c.notBefore,
    notAfter: c.notAfter,
    issuer: toHex(issuer.subject),
    account: c.account,
    cardId: c.cardId,
    publicKey: toHex(c.subjectPublicKeyInfo),
    extensions: extensionIds(made),
    critical: [oid.keyUsage],
    keyUsage: '0780',
    purposes: [oid.clientAuth, oid.smartcardLogon],
    userPrincipalName: c.userPrincipalName,
    uris: issuer.sidPlacement === 'extension' ? [] : [uriOf(c)],
    sid: issuer.sidPlacement === 'uri' ? undefined : c.sid,
    keyId: toHex(keyIdentifier(c.subjectPublicKeyInfo)),
    authorityKeyId: toHex(made.ca.certificate.keyId),
    crlUrls: issuer.crlUrls.length > 0 ? [[...issuer.crlUrls]] : [],
    caIssuers: [...issuer.caIssuerUrls],
  };
}
const hexOf = (octets: ArrayBuffer | Uint8Array) => Buffer.from(octets as Uint8Array).toString('hex');
const seconds = (date: Date) => date.getTime() / 1000;

function byPeculiar(der: Uint8Array<ArrayBuffer>) {
  const c = new peculiar.X509Certificate(der);
  const san = [...(c.getExtension(peculiar.SubjectAlternativeNameExtension)?.names.items ?? [])];
  const usage = c.getExtension(peculiar.KeyUsagesExtension);
  const points = c.getExtension(peculiar.CRLDistributionPointsExtension)?.distributionPoints ?? [];
  const access = c.getExtension(peculiar.AuthorityInfoAccessExtension);
  same([access?.ocsp ?? [], access?.timeStamping ?? [], access?.caRepository ?? []], [[], [], []], 'other accesses');
  same(usage?.usages, peculiar.KeyUsageFlags.digitalSignature, 'key usage flags');
  const sid = c.getExtension(oid.ntdsCaSecurityExt);
  return {
    serialNumber: c.serialNumber,
    notBefore: seconds(c.notBefore),
    notAfter: seconds(c.notAfter),
    issuer: hexOf(c.issuerName.toArrayBuffer()),
    account: c.subjectName.getField('CN').join('|'),
    cardId: c.subjectName.getField(oid.serialNumber).join('|'),
    publicKey: hexOf(c.publicKey.rawData),
    extensions: [...c.extensions].map(({ type }) => type),
    critical: [...c.extensions].filter(({ critical }) => critical).map(({ type }) => type),
    keyUsage: hexOf(usage?.value ?? new Uint8Array()).slice(4),
    purposes: [...(c.getExtension(peculiar.ExtendedKeyUsageExtension)?.usages ?? [])].map(String),
    userPrincipalName: san
      .filter(({ type }) => type === 'upn')
      .map(({ value }) => value)
      .join('|'),
    uris: san.filter(({ type }) => type === 'url').map(({ value }) => value),
    sid: sid ? sidText(sid.value) : undefined,
    keyId: c.getExtension(peculiar.SubjectKeyIdentifierExtension)?.keyId,
    authorityKeyId: c.getExtension(peculiar.AuthorityKeyIdentifierExtension)?.keyId,
    // The library's lists are arrays of classes of their own.
    crlUrls: [...points].map((p) => [...(p.distributionPoint?.fullName ?? [])].map((name) => name.uniformResourceIdentifier)),
    caIssuers: [...(access?.caIssuers ?? [])].map(({ value }) => value),
  };
}
function byPkijs(der: Uint8Array<ArrayBuffer>) {
  const c = pkijs.Certificate.fromBER(der);
  const extension = (id: string) => c.extensions?.find(({ extnID }) => extnID === id);
  const parsed = (id: string): unknown => extension(id)?.parsedValue;
  const san = (parsed(oid.subjectAltName) as pkijs.AltName).altNames;
  const [upn, ...others] = san as [pkijs.GeneralName, ...pkijs.GeneralName[]];
  const other = (upn.value as asn1js.Constructed).valueBlock.value as [asn1js.ObjectIdentifier, asn1js.Constructed];
  same([upn.type, other[0].valueBlock.toString()], [0, oid.ntPrincipalName], 'type of the name');
  const text = (type: string) =>
    c.subject.typesAndValues.filter((t) => t.type === type).map((t) => (t.value as asn1js.Utf8String).valueBlock.value);
  const points = (parsed(oid.cRLDistributionPoints) as pkijs.CRLDistributionPoints | undefined)?.distributionPoints ?? [];
  const access = (parsed(oid.authorityInfoAccess) as pkijs.InfoAccess | undefined)?.accessDescriptions ?? [];
  const sid = extension(oid.ntdsCaSecurityExt);
  const authority = (parsed(oid.authorityKeyIdentifier) as pkijs.AuthorityKeyIdentifier).keyIdentifier;
  same(
    access.filter(({ accessMethod }) => accessMethod !== oid.caIssuers),
    [],
    'other accesses',
  );
  same([c.version, c.signature.isEqual(c.signatureAlgorithm)], [2, true], 'version and algorithms');
  return {
    serialNumber: hexOf(c.serialNumber.valueBlock.valueHexView),
    notBefore: seconds(c.notBefore.value),
    notAfter: seconds(c.notAfter.value),
    issuer: hexOf(c.issuer.toSchema().toBER()),
    account: text(oid.commonName).join('|'),
    cardId: text(oid.serialNumber).join('|'),
    publicKey: hexOf(c.subjectPublicKeyInfo.toSchema().toBER()),
    extensions: c.extensions?.map(({ extnID }) => extnID),
    critical: c.extensions?.filter(({ critical }) => critical).map(({ extnID }) => extnID),
    keyUsage: hexOf(extension(oid.keyUsage)?.extnValue.valueBlock.valueHexView ?? new Uint8Array()).slice(4),
    purposes: (parsed(oid.extKeyUsage) as pkijs.ExtKeyUsage).keyPurposes,
    userPrincipalName: (other[1].valueBlock.value[0] as asn1js.Utf8String).valueBlock.value,
    uris: others.map(({ type, value }) => (type === 6 ? (value as string) : `type ${type}`)),
    sid: sid ? sidText(new Uint8Array(sid.extnValue.valueBlock.valueHexView).buffer) : undefined,
    keyId: hexOf((parsed(oid.subjectKeyIdentifier) as asn1js.OctetString).valueBlock.valueHexView),
    authorityKeyId: hexOf(authority?.valueBlock.valueHexView ?? new Uint8Array()),
    crlUrls: points.map(({ distributionPoint }) => (distributionPoint as pkijs.GeneralName[]).map((n) => n.value as string)),
    caIssuers: access.map(({ accessLocation }) => accessLocation.value as string),
  };
}
function byNode({ der, certificate: c, issuer, ca }: Issued): void {
  const read = new NodeCertificate(der);
  same(read.serialNumber.toLowerCase(), toHex(c.serialNumber), 'serial number');
  same([seconds(read.validFromDate), seconds(read.validToDate)], [c.notBefore, c.notAfter], 'validity');
  same(hexOf(read.publicKey.export({ format: 'der', type: 'spki' })), toHex(c.subjectPublicKeyInfo), 'public key');
  same(read.keyUsage, [oid.clientAuth, oid.smartcardLogon], 'purposes');
  same(read.ca, false, 'CA flag');
  same(
    read.infoAccess?.trim(),
    issuer.caIssuerUrls.length > 0 ? `CA Issuers - URI:${issuer.caIssuerUrls[0]}` : undefined,
    'access',
  );
  const parent = new NodeCertificate(ca.certificate.der);
  same(read.checkIssued(parent), true, 'issued by its issuer');
  same(read.verify(createPublicKey(ca.key)), true, 'signature');
}

// Issuing, and two libraries that verify: a tenth of what a codec gets in a long run.
const numRuns = Math.max(1_000, Math.floor(fuzzRuns / 10));

describe('certificates of any profile', () => {
  it('are read and verified by @peculiar/x509, pkijs and node as they were meant', async () => {
    const parents = new Map(
      Object.values(cas).flatMap((ca) =>
        ca
          ? [
              [
                ca,
                {
                  peculiar: new peculiar.X509Certificate(new Uint8Array(ca.certificate.der)),
                  pkijs: pkijs.Certificate.fromBER(new Uint8Array(ca.certificate.der)),
                },
              ] as const,
            ]
          : [],
      ),
    );
    const check = fuzzed('logon-certificate', async (wanted: RandomIssuance) => {
      const made = await issued(wanted);
      const parent = parents.get(made.ca);
      if (!parent) throw new Error('no parent');
      same(byPeculiar(made.der), expected(made), '@peculiar/x509');
      same(byPkijs(made.der), expected(made), 'pkijs');
      byNode(made);
      const library = new peculiar.X509Certificate(made.der);
      same(
        await library.verify({ publicKey: parent.peculiar, signatureOnly: true }, webcrypto as Crypto),
        true,
        'signature, @peculiar/x509',
      );
      same(await pkijs.Certificate.fromBER(made.der).verify(parent.pkijs), true, 'signature, pkijs');
    });
    await fc.assert(fc.asyncProperty(randomIssuance, check), { numRuns });
  });
});

const samples = await Promise.all(fc.sample(randomIssuance, { numRuns: 24, seed: 2 }).map(issued));
/** All that is escaped comes back: tools print UTF-8 as they like. */
const utf8 = (text: string) => Buffer.from(text, 'latin1').toString('utf8');
const colons = (hexText: string) => hexText.toUpperCase().match(/../g)?.join(':') ?? '';

describe('tools agree', () => {
  it('openssl: text and chain with CRL', async () => {
    for (const { der, certificate: c, issuer, ca } of samples) {
      const seen = openssl(['x509', '-inform', 'DER', '-in', 'c', '-noout', '-text', '-nameopt', 'RFC2253,-esc_msb,utf8'], {
        c: der,
      });
      const text = utf8(seen.text);
      expect(text).toContain('X509v3 Key Usage: critical\n                Digital Signature\n');
      expect(text).toContain('TLS Web Client Authentication, Microsoft Smartcard Login');
      expect(text).toContain(`othername: UPN::${c.userPrincipalName}`);
      expect(text.includes(`URI:${uriOf(c)}`)).toBe(issuer.sidPlacement !== 'extension');
      expect(text.includes('1.3.6.1.4.1.311.25.2:')).toBe(issuer.sidPlacement !== 'uri');
      expect(text).toContain(`serialNumber=${c.cardId}`);
      expect(text).toContain(colons(toHex(keyIdentifier(c.subjectPublicKeyInfo))));
      expect(text.match(/Full Name:/g)?.length ?? 0).toBe(issuer.crlUrls.length > 0 ? 1 : 0);
      for (const url of [...issuer.crlUrls, ...issuer.caIssuerUrls]) expect(text).toContain(`URI:${url}`);
      expect(text).not.toMatch(/OCSP|Basic Constraints/);

      const crl = (revoked: string[]) =>
        makeCrl(
          {
            number: 1,
            thisUpdate: c.notBefore,
            nextUpdate: c.notAfter + 1,
            revoked: revoked.map((serialNumber) => ({ serialNumber, revokedAt: c.notBefore, reason: 'superseded' as const })),
          },
          ca.certificate,
          ca.signer,
        );
      const verify = (crlDer: Uint8Array, time = c.notBefore + 1) =>
        openssl(
          [
            'verify',
            '-x509_strict',
            '-purpose',
            'sslclient',
            '-crl_check',
            '-attime',
            String(time),
            '-CAfile',
            'ca',
            '-CRLfile',
            'crl',
            'c',
          ],
          { ca: pem('CERTIFICATE', [ca.certificate.der]), c: pem('CERTIFICATE', [der]), crl: pem('X509 CRL', [crlDer]) },
        );
      expect(verify(await crl(['41']))).toMatchObject({ ok: true });
      expect(verify(await crl([toHex(c.serialNumber)])).text).toContain('certificate revoked');
      expect(verify(await crl([]), c.notAfter + 1).text).toContain('certificate has expired');
    }
  });
  it('certtool: text', () => {
    for (const { der, certificate: c, issuer } of samples) {
      const text = certtool(['--certificate-info', '--inder'], der);
      expect(text).toContain('Version: 3');
      expect(text).toContain(`Serial Number (hex): ${toHex(c.serialNumber)}`);
      expect(text).toContain('Key Usage (critical):\n\t\t\tDigital signature.\n');
      expect(text).toContain('Key Purpose (not critical):\n\t\t\tTLS WWW Client.\n\t\t\tSmart Card Logon.\n');
      expect(text).toContain(`User Principal Name: ${c.userPrincipalName}\n`);
      expect(text).toContain(`Subject: serialNumber=${c.cardId},CN=`);
      expect(text.includes(`URI: ${uriOf(c)}`)).toBe(issuer.sidPlacement !== 'extension');
      expect(text).toContain(toHex(keyIdentifier(c.subjectPublicKeyInfo)));
      for (const url of [...issuer.crlUrls]) expect(text).toContain(`URI: ${url}`);
      expect(text).not.toMatch(/OCSP|Basic Constraints|warning|error/i);
    }
  });
  it.skipIf(!hasHxtool)(
    'hxtool of Heimdal (skipped where it is not there): content and, with an RSA CA, chain and CRL',
    async () => {
      for (const { der, certificate: c, issuer } of samples) {
        const text = hxtool(['print', '--content', 'DER-FILE:c'], { c: der });
        expect(text).toContain(`serial: ${toHex(c.serialNumber).toUpperCase()}`);
        expect(text).toContain(`subject: "serialNumber=${c.cardId},CN=`);
        expect(text).toContain(`Microsoft NT-PRINCIPAL-NAME: ${c.userPrincipalName}\n`);
        expect(text).toContain(`eku-0: ${oid.clientAuth}\n\teku-1: ${oid.smartcardLogon}\n`);
        expect(text.includes(`URI: ${uriOf(c)}`)).toBe(issuer.sidPlacement !== 'extension');
        expect(text.includes("don't know what 1.3.6.1.4.1.311.25.2 is")).toBe(issuer.sidPlacement !== 'uri');
        for (const url of [...issuer.crlUrls, ...issuer.caIssuerUrls]) expect(text).toContain(`URI: ${url}`);
      }
      // Heimdal refuses every ECDSA signature over a certificate, so a CA is RSA unless told otherwise. It takes days for a time, no minutes.
      const ca = cas['RSA-3072'];
      const clock = Math.floor(Date.now() / 1000);
      const issuer = { ...ca.issuer, notBefore: 0 };
      const leaf = await issue(preparedOf(goodRequest, { ...contextFor(issuer), now: clock }), issuer, ca.signer);
      const crl = await makeCrl(
        { number: 1, thisUpdate: clock - 600, nextUpdate: clock + 600, revoked: [] },
        ca.certificate,
        ca.signer,
      );
      const said = hxtool(['verify', 'cert:DER-FILE:c', 'anchor:DER-FILE:ca', 'crl:FILE:crl'], {
        c: leaf,
        ca: ca.certificate.der,
        crl,
      });
      expect(said).toContain('path ok');
    },
  );
});

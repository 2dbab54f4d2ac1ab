import { describe, expect, it } from 'vitest';
import { type CaExpectation, caFindings } from '../../src/pki/ca-certificate-findings.ts';
import { sequenceOf } from '../../src/wire/der.ts';
import { objectIdentifier } from '../../src/wire/der-primitives.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { cRLDistributionPoint, type EncodedExtension } from '../../src/x509/extensions.ts';
import { oid } from '../../src/x509/oid.ts';
import {
  type CertificatePlan,
  caExtensions,
  DAY,
  ecKey,
  endEntity,
  made,
  makeCertificate,
  now,
  rsaKey,
} from '../x509/made-certificate.ts';

const rootKey = ecKey();
const root = makeCertificate({
  subject: 'Enterprise Root',
  key: rootKey,
  notAfter: now + 9999 * DAY,
  extensions: caExtensions(),
});
const key = rsaKey();
const purposes = (...ids: string[]): EncodedExtension => made(oid.extKeyUsage, sequenceOf(objectIdentifier), ids);
const both = purposes(oid.clientAuth, oid.smartcardLogon);
const http = cRLDistributionPoint(['http://pki.corp.test/root.crl']);
const expectation: CaExpectation = { now, publicKey: key.spki, ekuConstraint: true };
const good: CertificatePlan = {
  subject: 'Mayfly CA',
  key,
  issuer: root,
  notAfter: now + 1000 * DAY,
  extensions: [...caExtensions(0), both, http],
};
function found(change: Partial<CertificatePlan>, expected: Partial<CaExpectation> = {}) {
  return caFindings(readCertificate(makeCertificate({ ...good, ...change }).der), { ...expectation, ...expected });
}
const other = rsaKey();
const small = rsaKey(1024);
const k1 = ecKey('secp256k1');
const fullName = (url: string) => [...caExtensions(0), both, cRLDistributionPoint([url])];

describe('a CA certificate from elsewhere', () => {
  it('is fine as it was asked for', () => {
    expect(found({})).toEqual({ faults: [], notes: [] });
  });
  it('is fine self-signed, without a CRL for itself', () => {
    expect(found({ issuer: undefined, extensions: [...caExtensions(0), both] })).toEqual({ faults: [], notes: [] });
  });
  it('is fine without a constraint that was not asked for, and with more purposes', () => {
    expect(found({ extensions: [...caExtensions(0), http] }, { ekuConstraint: false })).toEqual({ faults: [], notes: [] });
    const more = purposes(oid.clientAuth, oid.serverAuth, oid.smartcardLogon);
    expect(found({ extensions: [...caExtensions(0), more, http] })).toEqual({ faults: [], notes: [] });
  });
  it.each<[string, Partial<CertificatePlan>, Partial<CaExpectation>, string]>([
    ['of another key', { key: other }, {}, "the certificate is for another key than this CA's"],
    ['of a key on secp256k1', { key: k1 }, { publicKey: k1.spki }, 'the key is neither RSA nor ECDSA on P-256 or P-384'],
    ['of RSA-1024', { key: small }, { publicKey: small.spki }, 'the key is too small: RSA-1024'],
    [
      'of no CA',
      { extensions: [endEntity(), caExtensions(0)[1]!, both, http] },
      {},
      'it is not a CA certificate (basicConstraints cA is missing)',
    ],
    [
      'without basicConstraints',
      { extensions: [caExtensions(0)[1]!, both, http] },
      {},
      'it is not a CA certificate (basicConstraints cA is missing)',
    ],
    ['without keyCertSign', { extensions: [...caExtensions(0, [6]), both, http] }, {}, 'key usage lacks keyCertSign'],
    ['without cRLSign', { extensions: [...caExtensions(0, [5]), both, http] }, {}, 'key usage lacks cRLSign'],
    [
      'for client authentication alone',
      { extensions: [...caExtensions(0), purposes(oid.clientAuth), http] },
      {},
      `extended key usage constrains it to other purposes: ${oid.smartcardLogon} missing`,
    ],
    [
      'for server authentication',
      { extensions: [...caExtensions(0), purposes(oid.serverAuth), http] },
      { ekuConstraint: false },
      `extended key usage constrains it to other purposes: ${oid.clientAuth} and ${oid.smartcardLogon} missing`,
    ],
    [
      'without a CRL distribution point',
      { extensions: [...caExtensions(0), both] },
      {},
      'it has no CRL distribution point: Windows cannot look up whether this CA was revoked',
    ],
    ['not yet valid', { notBefore: now + 1 }, {}, 'it is not valid before 2030-03-17T17:46:41Z'],
    ['ended', { notAfter: now }, {}, 'it ended at 2030-03-17T17:46:40Z'],
  ])('%s has this one fault', (_, change, expected, fault) => {
    expect(found(change, expected)).toEqual({ faults: [fault], notes: [] });
  });
  it('without keyUsage lacks both usages', () => {
    expect(found({ extensions: [caExtensions(0)[0]!, both, http] }).faults).toEqual([
      'key usage lacks keyCertSign',
      'key usage lacks cRLSign',
    ]);
  });
  it.each<[string, Partial<CertificatePlan>, RegExp]>([
    ['its path length was dropped', { extensions: [...caExtensions(), both, http] }, /^the path length was dropped/],
    ['its path length is 1', { extensions: [...caExtensions(1), both, http] }, /^the path length is 1 where 0 was asked for$/],
    [
      'the constraint was dropped',
      { extensions: [...caExtensions(0), http] },
      /^the constraint to client authentication .* was dropped$/,
    ],
    [
      'its CRL is fetched by https',
      { extensions: fullName('https://pki.corp.test/') },
      /^Windows fetches CRLs by ldap and http only/,
    ],
    ['its CRL lies on loopback', { extensions: fullName('http://localhost/') }, /^a domain controller cannot reach/],
    ['it ends soon', { notAfter: now + 179 * DAY }, /^it ends soon, at 2030-09-12T/],
  ])('%s: one note, no fault', (_, change, note) => {
    expect(found(change)).toEqual({ faults: [], notes: [expect.stringMatching(note)] });
  });
  it('tells everything at once', () => {
    const { faults } = found({ key: other, extensions: [], notAfter: now - 1 });
    expect(faults).toHaveLength(6);
  });
});

import { describe, expect, it } from 'vitest';
import { crlUrlFault } from '../../src/pki/lints/crl-distribution-point.ts';
import { crlObjectName, publicationOf } from '../../src/pki/publication.ts';

const keyId = '00112233445566778899aabbccddeeff00112233';
const services = 'CN=Public%20Key%20Services,CN=Services,CN=Configuration,DC=corp,DC=example';
const ldapCrl = `ldap:///CN=${keyId},CN=Mayfly,CN=CDP,${services}?certificateRevocationList?base?objectClass=cRLDistributionPoint`;
const ldapIssuer = `ldap:///CN=${keyId},CN=AIA,${services}?cACertificate?base?objectClass=certificationAuthority`;

describe('where a CA key publishes', () => {
  it('LDAP first, HTTP second; one place for the certificate', () => {
    expect(publicationOf(keyId, 'corp.example', 'http://pki.corp.example')).toEqual({
      crlUrls: [ldapCrl, `http://pki.corp.example/crl/${keyId}.crl`],
      caIssuerUrls: [`http://pki.corp.example/ca/${keyId}.crt`],
    });
  });
  it('LDAP alone, HTTP alone, nowhere', () => {
    expect(publicationOf(keyId, 'corp.example', undefined)).toEqual({ crlUrls: [ldapCrl], caIssuerUrls: [ldapIssuer] });
    expect(publicationOf(keyId, undefined, 'http://a.test').crlUrls).toEqual([`http://a.test/crl/${keyId}.crl`]);
    expect(publicationOf(keyId, undefined, undefined)).toEqual({ crlUrls: [], caIssuerUrls: [] });
  });
  it('takes a base with a path, a port and slashes at its end', () => {
    expect(publicationOf(keyId, undefined, 'http://a.test:8080/pki//').crlUrls).toEqual([
      `http://a.test:8080/pki/crl/${keyId}.crl`,
    ]);
  });
  it('nowhere a domain controller could not look', () => {
    const { crlUrls, caIssuerUrls } = publicationOf(keyId, 'corp.example', 'http://pki.corp.example');
    for (const url of [...crlUrls, ...caIssuerUrls]) expect(crlUrlFault(url)).toBeUndefined();
  });
  it('gives every key an object of its own', () => {
    expect(crlObjectName(keyId, 'corp.example')).toBe(`CN=${keyId},CN=Mayfly,CN=CDP,${services.replaceAll('%20', ' ')}`);
    expect(crlObjectName('ab', 'corp.example')).not.toBe(crlObjectName(keyId, 'corp.example'));
  });
});

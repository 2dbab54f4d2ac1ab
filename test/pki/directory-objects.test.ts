import { describe, expect, it } from 'vitest';
import { directoryObjects, type PublishedCertificate } from '../../src/pki/directory-objects.ts';
import { publicationOf } from '../../src/pki/publication.ts';

const made = (keyId: string, crl: Uint8Array | undefined = Uint8Array.of(2)): PublishedCertificate => ({
  certificate: Uint8Array.of(1),
  keyId,
  crl,
});
const shown = (issuing: PublishedCertificate, root: PublishedCertificate | undefined) =>
  directoryObjects({ issuing, root }, 'corp.example').map(
    ({ name, duty }) => `${duty === 'enterprise-admin' ? 'admin' : 'own'} ${name.split(',CN=Public')[0]}`,
  );

describe('what a forest must hold', () => {
  it('is for a CA that is its own root', () => {
    const ca = made('aa');
    expect(shown(ca, ca)).toEqual([
      'admin CN=Mayfly,CN=CDP',
      'own CN=aa,CN=Mayfly,CN=CDP',
      'admin CN=aa,CN=AIA',
      'admin CN=aa,CN=Certification Authorities',
      'admin CN=NTAuthCertificates',
    ]);
  });
  it('is for a CA below a root of its own: both CRLs, the root among the roots, the issuing CA in NTAuth', () => {
    expect(shown(made('aa'), made('bb'))).toEqual([
      'admin CN=Mayfly,CN=CDP',
      'own CN=aa,CN=Mayfly,CN=CDP',
      'own CN=bb,CN=Mayfly,CN=CDP',
      'admin CN=aa,CN=AIA',
      'admin CN=bb,CN=Certification Authorities',
      'admin CN=NTAuthCertificates',
    ]);
  });
  it("is no root below a CA of the enterprise's: that one is there", () => {
    expect(shown(made('aa'), undefined)).toEqual([
      'admin CN=Mayfly,CN=CDP',
      'own CN=aa,CN=Mayfly,CN=CDP',
      'admin CN=aa,CN=AIA',
      'admin CN=NTAuthCertificates',
    ]);
  });
  it('is where the certificates say that it is', () => {
    const { crlUrls, caIssuerUrls } = publicationOf('aa', 'corp.example', undefined);
    const names = directoryObjects({ issuing: made('aa'), root: undefined }, 'corp.example').map(({ name }) =>
      name.replaceAll(' ', '%20'),
    );
    expect([...crlUrls, ...caIssuerUrls].every((url) => names.some((name) => url.startsWith(`ldap:///${name}?`)))).toBe(true);
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CaFolder } from '../../src/ca/ca-folder.ts';
import { isLab } from '../../src/ca/certification-authority.ts';
import { type CaPlan, createCa } from '../../src/ca/create-ca.ts';
import { keyKinds } from '../../src/ca/key-kind.ts';
import { openssl, pem } from '../x509/openssl.ts';
import { oneClause } from './expected.ts';
import { clock, logonRequest, madeCa, openCa, passphrase, plan, temporaryFolder } from './made-ca.ts';

const text = (folder: CaFolder, ...more: readonly string[]) =>
  openssl(['x509', '-in', 'crt', '-noout', '-text', '-nameopt', 'RFC2253', ...more], {
    crt: readFileSync(folder.certificateFile),
  }).text;
async function leafOf(folder: CaFolder): Promise<Uint8Array> {
  const authority = await openCa(folder);
  const issuance = await authority.issue(logonRequest());
  await authority.close();
  if (!issuance.ok) throw new Error(issuance.faults.map(({ reason }) => reason).join());
  return issuance.certificate;
}

describe('a CA that is made', () => {
  it('by default is self-signed, of path length 0, constrained to logon, and needs no CRL above it', async () => {
    const folder = await madeCa();
    const told = text(folder);
    expect(told).toMatch(/CA:TRUE, pathlen:0/);
    expect(told).toMatch(/X509v3 Key Usage: critical\s+Certificate Sign, CRL Sign/);
    expect(told).toMatch(/Extended Key Usage: \s+TLS Web Client Authentication, Microsoft Smartcard Login/);
    expect(told).not.toMatch(/CRL Distribution Points|Authority Information Access/);
    expect(told).toMatch(/Subject: CN=Mayfly CA [0-9a-f]{8}\n/);
    expect(isLab(await folder.readCertificate())).toBe(false);
    expect(readdirSync(folder.path).sort()).toEqual(['ca.crl', 'ca.crt', 'ca.json', 'ca.key', 'issuance.log', 'lock']);
  });
  it.each(keyKinds.map((kind) => [kind]))('of kind %s signs certificates and CRLs that openssl verifies', async (keyKind) => {
    const folder = await madeCa({ keyKind });
    const files = {
      'ca.crt': readFileSync(folder.certificateFile),
      'crl.pem': pem('X509 CRL', [readFileSync(folder.crlFile)]),
      'leaf.pem': pem('CERTIFICATE', [await leafOf(folder)]),
    };
    expect(openssl(['verify', '-CAfile', 'ca.crt', '-crl_check', '-CRLfile', 'crl.pem', 'leaf.pem'], files)).toMatchObject({
      ok: true,
    });
    const size = {
      'rsa-2048': '2048 bit',
      'rsa-3072': '3072 bit',
      'rsa-4096': '4096 bit',
      'p-256': '256 bit',
      'p-384': '384 bit',
    }[keyKind];
    expect(text(folder)).toContain(size);
  });
  it('with a root has a CRL of the root, a distribution point of its own, and holds under -crl_check_all', async () => {
    const folder = await madeCa({ withRoot: true, crlUrl: 'http://pki.corp.example/' });
    const files = {
      'root.crt': readFileSync(folder.root.certificateFile),
      'ca.crt': readFileSync(folder.certificateFile),
      'crls.pem': pem('X509 CRL', [readFileSync(folder.crlFile), readFileSync(folder.root.crlFile)]),
      'one.pem': pem('X509 CRL', [readFileSync(folder.crlFile)]),
      'leaf.pem': pem('CERTIFICATE', [await leafOf(folder)]),
    };
    const verify = (crls: string) =>
      openssl(['verify', '-CAfile', 'root.crt', '-untrusted', 'ca.crt', '-crl_check_all', '-CRLfile', crls, 'leaf.pem'], files);
    expect(verify('crls.pem')).toMatchObject({ ok: true });
    expect(verify('one.pem').ok).toBe(false);
    const rootKeyId = Buffer.from((await folder.root.readCertificate()).keyId).toString('hex');
    expect(text(folder)).toContain(
      `URI:ldap:///CN=${rootKeyId},CN=Mayfly,CN=CDP,CN=Public%20Key%20Services,CN=Services,CN=Configuration,DC=corp,DC=example?`,
    );
    expect(text(folder)).toContain(`URI:http://pki.corp.example/crl/${rootKeyId}.crl`);
    expect(text(folder.root)).toMatch(/CA:TRUE, pathlen:1/);
    expect(text(folder.root)).not.toMatch(/Extended Key Usage/);
  });
  it('may leave the constraint out', async () => {
    expect(text(await madeCa({ ekuConstraint: false }))).not.toMatch(/Extended Key Usage/);
  });
  it.each([
    ['extension', true, false],
    ['uri', false, true],
    ['both', true, true],
  ] as const)('with --sid %s puts the SID there', async (sidPlacement, inExtension, inUri) => {
    const leaf = await leafOf(await madeCa({ sidPlacement }));
    const told = openssl(['x509', '-inform', 'DER', '-in', 'leaf', '-noout', '-text'], { leaf }).text;
    expect(told.includes('1.3.6.1.4.1.311.25.2')).toBe(inExtension);
    expect(told.includes('URI:tag:microsoft.com,2022-09-14:sid:S-1-5-21-')).toBe(inUri);
  });
  it('takes the first domain for the forest, or the forest it is told', async () => {
    const two = await madeCa({ domains: ['Emea.Corp.Example', 'corp.example'] });
    expect(await two.readSettings()).toMatchObject({
      domains: ['emea.corp.example', 'corp.example'],
      forest: 'emea.corp.example',
    });
    const told = await madeCa({ domains: ['emea.corp.example'], forest: 'CORP.example' });
    expect(await told.readSettings()).toMatchObject({ forest: 'corp.example' });
  });
  it('for a lab says so in its subject, whatever subject is asked for', async () => {
    for (const subject of [undefined, 'CN=Real CA,O=Corp']) {
      const folder = await madeCa({ lab: true, subject });
      expect(isLab(await folder.readCertificate())).toBe(true);
      expect(text(folder)).toContain('Mayfly Lab - do not trust');
    }
  });
  it('has the subject that was asked for, non-ASCII and escapes too', async () => {
    const folder = await madeCa({ subject: 'CN=Zertifikate\\, Köln,O=Müller + Söhne'.replace(' + ', ' \\+ ') });
    expect(text(folder, '-nameopt', 'RFC2253,-esc_msb,utf8')).toContain('Zertifikate');
    expect((await folder.readCertificate()).subjectText).toContain('Köln');
  });
  it('may live for 30 years, its root for 60, dates past 2049 as GeneralizedTime', async () => {
    const folder = await madeCa({ years: 30, withRoot: true });
    const parsed = openssl(['asn1parse', '-in', 'crt'], { crt: readFileSync(folder.root.certificateFile) }).text;
    expect(parsed).toMatch(/GENERALIZEDTIME\s+:20[89]\d/);
    expect(parsed).toMatch(/UTCTIME/);
  });
});

describe('a plan that cannot be is refused with one clause, and nothing is left of it', () => {
  const refused: readonly [string, Partial<CaPlan>, string][] = [
    ['neither a domain nor a URL', { domains: [] }, 'ca-plan'],
    ['an https URL', { crlUrl: 'https://pki.corp.example' }, 'ca-plan'],
    ['a loopback URL', { crlUrl: 'http://127.0.0.1/' }, 'ca-plan'],
    ['another loopback URL', { crlUrl: 'http://[::1]:80/' }, 'ca-plan'],
    ['a loopback URL in disguise', { crlUrl: 'http://0x7f.1/' }, 'ca-plan'],
    ['a loopback URL behind a name', { crlUrl: 'http://pki@localhost/' }, 'ca-plan'],
    ['an LDAP URL for the HTTP base', { crlUrl: 'ldap:///CN=x' }, 'ca-plan'],
    ['a file URL', { crlUrl: 'file:///etc' }, 'ca-plan'],
    ['a URL with a query', { crlUrl: 'http://pki.corp.example/?a' }, 'ca-plan'],
    ['a URL with a fragment', { crlUrl: 'http://pki.corp.example/#a' }, 'ca-plan'],
    ['a URL with a blank', { crlUrl: 'http://pki.corp.example/a b' }, 'ca-plan'],
    ['a URL that is not ASCII', { crlUrl: 'http://pki.corp.example/ä' }, 'ca-plan'],
    ['a URL with a password', { crlUrl: 'http://a:b@pki.corp.example/' }, 'ca-plan'],
    ['no URL at all', { crlUrl: 'pki' }, 'ca-plan'],
    ['no URL at all, for a lab', { crlUrl: 'pki', lab: true }, 'ca-plan'],
    ['a file URL for a lab', { crlUrl: 'file:///etc', lab: true }, 'ca-plan'],
    ['an empty domain', { domains: [''] }, 'ca-plan'],
    ['a domain with a blank', { domains: ['corp example'] }, 'ca-plan'],
    ['a domain that would continue the LDAP name', { domains: ['corp,DC=evil'] }, 'ca-plan'],
    ['a bad second domain', { domains: ['corp.example', '*'] }, 'ca-plan'],
    ['a bad forest', { forest: 'corp..example' }, 'ca-plan'],
    ['a NetBIOS name', { domains: ['CORP'] }, 'ca-plan'],
    ['an empty subject', { subject: '' }, 'distinguished-name'],
    ['a subject without a type', { subject: 'Corp CA' }, 'distinguished-name'],
    ['a subject without a value', { subject: 'CN=' }, 'distinguished-name'],
    ['a subject that swallows what follows', { subject: 'CN=a\\', lab: true }, 'distinguished-name'],
    ['a subject with a comma at its end', { subject: 'CN=a,' }, 'distinguished-name'],
    ['a subject of an unknown type', { subject: 'NOSUCH=a' }, 'distinguished-name'],
    ['a passphrase that OpenSSL will not take', {}, 'ca-passphrase-size'],
  ];
  it.each(refused)('%s', async (name, given, code) => {
    const folder = new CaFolder(join(temporaryFolder(), 'corp'));
    const secret = name.includes('passphrase') ? new Uint8Array(1025).fill(65) : passphrase;
    await expect(createCa(folder, { ...plan, ...given }, secret, clock)).rejects.toMatchObject({
      name: 'MayflyError',
      code,
      message: oneClause,
      next: oneClause,
    });
    expect(readdirSync(join(folder.path, '..'))).toEqual([]);
  });
  it.each(['http://pki.corp.example', 'http://pki.corp.example:8080/a/b/', 'HTTP://PKI/'])(
    'while %s is taken',
    async (crlUrl) => {
      expect(existsSync((await madeCa({ crlUrl })).certificateFile)).toBe(true);
    },
  );
  it.each(['https://pki.corp.example', 'http://127.0.1.10:8080/'])('and a lab takes %s', async (crlUrl) => {
    expect(existsSync((await madeCa({ crlUrl, lab: true, domains: [] })).certificateFile)).toBe(true);
  });
  it('an existing CA is not touched', async () => {
    const folder = await madeCa();
    const before = readFileSync(folder.keyFile);
    await expect(createCa(folder, plan, passphrase, clock)).rejects.toMatchObject({ code: 'ca-exists', next: oneClause });
    expect(readFileSync(folder.keyFile)).toEqual(before);
    expect(readdirSync(join(folder.path, '..'))).toEqual(['corp']);
  });
  it('a folder with something else in it is not touched either', async () => {
    const folder = new CaFolder(join(temporaryFolder(), 'corp'));
    await folder.create();
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(folder.path, 'mine'), 'mine');
    await expect(createCa(folder, plan, passphrase, clock)).rejects.toMatchObject({
      code: 'ca-create',
      message: oneClause,
      next: oneClause,
    });
    expect(readdirSync(folder.path)).toEqual(['mine']);
    expect(readdirSync(join(folder.path, '..'))).toEqual(['corp']);
  });
});

import { cpSync, readFileSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CaFolder } from '../../src/ca/ca-folder.ts';
import { certificatesOf } from '../../src/ca/pem.ts';
import { installCa, requestCa } from '../../src/ca/subordinate-ca.ts';
import { openssl, pem } from '../x509/openssl.ts';
import { but, EnterpriseCa, fit } from './enterprise-ca.ts';
import { containing, oneClause } from './expected.ts';
import { clock, copyOf, logonRequest, madeCa, openCa, passphrase, plan, temporaryFolder, tree } from './made-ca.ts';

let asked: CaFolder;
let request: string;
let root: EnterpriseCa;
let between: EnterpriseCa;
beforeAll(async () => {
  asked = new CaFolder(join(temporaryFolder(), 'corp'));
  request = await requestCa(asked, { ...plan, subject: 'CN=Corp Logon CA,O=Corp' }, passphrase);
  root = EnterpriseCa.root();
  between = root.below('Policy');
});
afterEach(() => {
  vi.restoreAllMocks();
});
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const install = (folder: CaFolder, file: Uint8Array | string, at = clock) =>
  installCa(folder, typeof file === 'string' ? bytes(file) : file, passphrase, at);

describe('a request', () => {
  it('is what openssl verifies, and asks for all that the CA needs', () => {
    const { ok, text } = openssl(['req', '-in', 'csr', '-verify', '-noout', '-text', '-nameopt', 'RFC2253'], { csr: request });
    expect(ok).toBe(true);
    expect(text).toMatch(/verify OK/);
    expect(text).toMatch(/Subject: O=Corp,CN=Corp Logon CA|Subject: CN=Corp Logon CA,O=Corp/);
    expect(text).toMatch(/CA:TRUE, pathlen:0/);
    expect(text).toMatch(/Certificate Sign, CRL Sign/);
    expect(text).toMatch(/Microsoft Smartcard Login/);
    expect(readFileSync(asked.requestFile, 'latin1')).toBe(request);
    expect(statSync(asked.keyFile).mode & 0o777).toBe(0o600);
  });
  it('made again under the same name is refused', async () => {
    const before = tree(asked.path);
    await expect(requestCa(asked, plan, passphrase)).rejects.toMatchObject({ code: 'ca-exists', next: oneClause });
    expect(tree(asked.path)).toEqual(before);
  });
  it('leaves a CA that cannot be opened yet', async () => {
    await expect(openCa(asked)).rejects.toMatchObject({ code: 'ca-certificate', next: containing('mayfly ca install') });
  });
});

describe('installing', () => {
  const own = () => between.certify(request);
  const chains: readonly [string, () => Uint8Array | string][] = [
    ['the certificate alone, PEM', own],
    ['the certificate alone, DER', () => certificatesOf(bytes(own()))[0] ?? new Uint8Array()],
    ['the chain, leaf first', () => own() + between.certificate + root.certificate],
    ['the chain, root first', () => root.certificate + between.certificate + own()],
    ['the chain, leaf in the middle', () => between.certificate + own() + root.certificate],
    [
      'the chain with text between and CRLF',
      () => `Bag Attributes\n${own()}subject=x\n${between.certificate}\n${root.certificate}`.replaceAll('\n', '\r\n'),
    ],
  ];
  it.each(chains)('takes %s, and what it issues verifies up to the root', async (name, file) => {
    const folder = copyOf(asked);
    const { certificate, findings } = await install(folder, file());
    expect(certificate.subjectText).toContain('CN=Corp Logon CA');
    expect(findings.faults).toEqual([]);
    expect(findings.notes).toEqual(name.includes('chain') ? [] : [containing('the chain above it was not given')]);
    const authority = await openCa(folder);
    const issuance = await authority.issue(logonRequest());
    const crl = await authority.crl();
    await authority.close();
    const leaf = issuance.ok ? issuance.certificate : new Uint8Array();
    const files = {
      'root.pem': root.certificate,
      'others.pem': between.certificate + readFileSync(folder.certificateFile, 'latin1'),
      'crl.pem': pem('X509 CRL', [crl]),
      'leaf.pem': pem('CERTIFICATE', [leaf]),
    };
    expect(
      openssl(
        ['verify', '-CAfile', 'root.pem', '-untrusted', 'others.pem', '-crl_check', '-CRLfile', 'crl.pem', 'leaf.pem'],
        files,
      ),
    ).toMatchObject({ ok: true });
  });

  const faults: readonly [string, () => Uint8Array | string, string][] = [
    ['a certificate for another key', () => between.certificate, "is for another key than this CA's"],
    ['a certificate of another CA of ours', () => strangers, "is for another key than this CA's"],
    [
      'a certificate that is no CA',
      () => root.certify(request, but({ basicConstraints: 'critical,CA:false' })),
      'not a CA certificate',
    ],
    [
      'a certificate without basicConstraints',
      () => root.certify(request, but({ basicConstraints: undefined })),
      'not a CA certificate',
    ],
    [
      'no CRL distribution point',
      () => root.certify(request, but({ crlDistributionPoints: undefined })),
      'no CRL distribution point',
    ],
    [
      'an EKU without smart card logon',
      () => root.certify(request, but({ extendedKeyUsage: 'clientAuth' })),
      '1.3.6.1.4.1.311.20.2.2 missing',
    ],
    [
      'an EKU for servers',
      () => root.certify(request, but({ extendedKeyUsage: 'serverAuth' })),
      'constrains it to other purposes',
    ],
    [
      'a key usage without CRLs',
      () => root.certify(request, but({ keyUsage: 'critical,keyCertSign' })),
      'key usage lacks cRLSign',
    ],
    ['no key usage', () => root.certify(request, but({ keyUsage: undefined })), 'key usage lacks keyCertSign'],
    [
      'a chain of another CA of the same name',
      () => root.certify(request) + EnterpriseCa.root('root').certificate,
      'does not hold',
    ],
    ['a chain without its root', () => own() + between.certificate, 'does not reach a root'],
    [
      'a root that allows no CA below',
      () => {
        const r = EnterpriseCa.root('strict', ',pathlen:0');
        return r.certify(request) + r.certificate;
      },
      'does not hold',
    ],
    [
      'the private key of somebody',
      () => '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
      'no certificate in the file',
    ],
    ['nothing', () => '', 'no certificate in the file'],
    ['garbage', () => 'garbage', 'no certificate in the file'],
    ['half a PEM', () => own().slice(0, 300), 'no certificate in the file'],
    ['half a DER', () => (certificatesOf(bytes(own()))[0] ?? new Uint8Array()).subarray(0, 300), 'cannot be read'],
    ['the request itself', () => request, 'no certificate in the file'],
  ];
  let strangers: string;
  beforeAll(async () => {
    strangers = readFileSync((await madeCa({}, 'other')).certificateFile, 'latin1');
  });
  it.each(faults)('refuses %s, says why, and changes nothing', async (_, file, reason) => {
    const before = tree(asked.path);
    await expect(install(asked, file())).rejects.toMatchObject({
      name: 'MayflyError',
      message: containing(reason),
      next: oneClause,
    });
    expect(tree(asked.path)).toEqual(before);
  });
  it('names every fault of a certificate at once', async () => {
    const poor = root.certify(request, ['basicConstraints = CA:false', 'extendedKeyUsage = serverAuth']);
    await expect(install(asked, poor)).rejects.toMatchObject({
      code: 'ca-install',
      message: expect.stringMatching(/not a CA certificate.*keyCertSign.*cRLSign.*other purposes.*distribution point/) as unknown,
    });
  });
  it('refuses a certificate that is not valid yet, or no more', async () => {
    const before = tree(asked.path);
    await expect(install(asked, own(), () => clock() - 400 * 86_400)).rejects.toMatchObject({
      message: containing('not valid before'),
    });
    await expect(install(asked, own(), () => clock() + 800 * 86_400)).rejects.toMatchObject({
      message: containing('it ended at'),
    });
    expect(tree(asked.path)).toEqual(before);
  });
  const notes: readonly [string, readonly string[], string][] = [
    ['the path length was dropped', but({ basicConstraints: 'critical,CA:true' }), 'the path length was dropped'],
    ['the path length is another', but({ basicConstraints: 'critical,CA:true,pathlen:3' }), 'the path length is 3'],
    ['the EKU constraint was dropped', but({ extendedKeyUsage: undefined }), '(extended key usage) was dropped'],
    [
      'the CDP is one that Windows does not fetch',
      but({ crlDistributionPoints: 'URI:https://pki.corp.example/root.crl' }),
      'ldap and http only',
    ],
  ];
  it.each(notes)('says so when %s', async (_, extensions, note) => {
    const { findings } = await install(copyOf(asked), root.certify(request, extensions) + root.certificate);
    expect(findings.notes).toEqual([containing(note)]);
  });
  it('says so when the certificate ends soon', async () => {
    const { findings } = await install(copyOf(asked), root.certify(request, fit, ['-days', '30']) + root.certificate);
    expect(findings.notes).toEqual([containing('it ends soon')]);
  });
  it('is refused while the CA is open elsewhere, with a wrong passphrase, or with the key of another CA', async () => {
    const folder = copyOf(asked);
    await install(folder, own());
    const authority = await openCa(folder);
    const before = tree(folder.path);
    await expect(install(folder, own())).rejects.toMatchObject({ code: 'ca-busy' });
    expect(tree(folder.path)).toEqual(before);
    await authority.close();
    await expect(installCa(folder, bytes(own()), new Uint8Array([1]), clock)).rejects.toMatchObject({ code: 'ca-passphrase' });
    cpSync((await madeCa()).keyFile, folder.keyFile);
    const other = tree(folder.path);
    await expect(install(folder, own())).rejects.toMatchObject({ code: 'ca-key-mismatch' });
    expect(tree(folder.path)).toEqual(other);
  });
  it('for a CA that made no request is refused', async () => {
    await expect(install(await madeCa(), own())).rejects.toMatchObject({
      code: 'ca-install',
      message: 'no request was made for this CA',
      next: oneClause,
    });
  });
  it('leaves everything as it was when the disk is full, at whichever file', async () => {
    for (const nth of [1, 2]) {
      const folder = copyOf(asked);
      await install(folder, own());
      const before = tree(folder.path);
      const handle = await open(import.meta.filename);
      await handle.close();
      const prototype = Object.getPrototypeOf(handle) as FileHandle;
      const writeFile = Reflect.get(prototype, 'writeFile') as (...given: unknown[]) => Promise<void>;
      const write = vi.spyOn(prototype, 'writeFile');
      let calls = 0;
      write.mockImplementation(function (this: FileHandle, ...given) {
        if (++calls === nth) return Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
        return writeFile.apply(this, given);
      });
      await expect(install(folder, own() + between.certificate + root.certificate)).rejects.toMatchObject({
        code: 'file-write',
        message: containing('ENOSPC'),
      });
      vi.restoreAllMocks();
      expect(tree(folder.path)).toEqual(before);
    }
  });
  it('takes a renewed certificate in place of the one before; CRL numbers go on', async () => {
    const folder = copyOf(asked);
    const first = await install(folder, own());
    const second = await install(folder, own());
    expect(second.certificate.serialNumber).not.toBe(first.certificate.serialNumber);
    const authority = await openCa(folder);
    expect(await authority.makeCrl()).toBe(3);
    await authority.close();
  });
});

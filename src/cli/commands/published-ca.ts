import { readFile } from 'node:fs/promises';
import type { CaFolder } from '../../ca/ca-folder.ts';
import { isLab } from '../../ca/certification-authority.ts';
import { readRotation } from '../../ca/rotation.ts';
import type { PublishedCa, PublishedCertificate } from '../../pki/directory-objects.ts';
import { toHex } from '../../wire/hex.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import type { CertificateFacts } from '../../x509/certificate.ts';
import { readCrlTimes } from '../../x509/crl.ts';
import type { ChosenCa } from './chosen-ca.ts';

async function crlIn(folder: CaFolder): Promise<Uint8Array> {
  try {
    const crl = new Uint8Array(await readFile(folder.crlFile));
    readCrlTimes(crl);
    return crl;
  } catch (cause) {
    throw new MayflyError('crl-unreadable', `there is no CRL that can be read in ${folder.crlFile}`, {
      cause,
      next: 'start the CA process (`mayfly ca serve`), which makes one',
    });
  }
}
const published = async (folder: CaFolder, { der, keyId }: CertificateFacts): Promise<PublishedCertificate> => ({
  certificate: der,
  keyId: toHex(keyId),
  crl: await crlIn(folder),
});
/** What is to be published of a CA. @throws MayflyError `ca-lab` for a lab CA, `ca-retired` */
export async function publishedCa({ folder, name }: Pick<ChosenCa, 'folder' | 'name'>): Promise<PublishedCa> {
  const certificate = await folder.readCertificate();
  if (isLab(certificate))
    throw new MayflyError('ca-lab', `CA "${name}" is a lab CA: it is never published`, {
      next: 'make a CA for the domain with `mayfly ca init --domain NAME`',
    });
  const issuing = await published(folder, certificate);
  if ((await readRotation(folder))?.state === 'retired')
    throw new MayflyError('ca-retired', `CA "${name}" is retired: it is not published again`, {
      next: 'name the CA that issues: `mayfly ca rotate status`',
    });
  if (Buffer.compare(certificate.subject, certificate.issuer) === 0) return { issuing, root: issuing };
  if (!(await folder.hasRoot())) return { issuing, root: undefined };
  return { issuing, root: await published(folder.root, await folder.root.readCertificate()) };
}

import { isLab } from '../../ca/certification-authority.ts';
import { activeGeneration } from '../../ca/rotation.ts';
import type { Config } from '../../config/config.ts';
import type { Look } from '../../doctor/examine.ts';
import { type Finding, ok, wrong } from '../../doctor/finding.ts';
import type { CrlIssuer } from '../../doctor/publication.ts';
import { type DirectoryObject, directoryObjects, type PublishedCa } from '../../pki/directory-objects.ts';
import { publicationOf } from '../../pki/publication.ts';
import { isoTime } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { type CertificateFacts, readCertificate } from '../../x509/certificate.ts';
import { clock } from '../clock.ts';
import { publishedCa } from './published-ca.ts';

/** The CA that issues, as doctors look for it. */
export interface ExaminedCa {
  readonly name: string;
  /** Undefined: there is nothing of it to be found anywhere, and why is a finding. */
  readonly published: PublishedCa | undefined;
  /** Where its certificates say that its CRL is, over HTTP. */
  readonly httpUrl: string | undefined;
  readonly look: Look;
}
/** @throws MayflyError `rotation` */
export async function examinedCa(config: Config): Promise<ExaminedCa> {
  const { name, folder } = await activeGeneration(config.home, config.service.ca);
  const about = (finding: Finding): Look => ({ checks: ['ca'], about: name, look: async () => [finding] });
  const none = (finding: Finding) => ({ name, published: undefined, httpUrl: undefined, look: about(finding) });
  try {
    const certificate = await folder.readCertificate();
    // Where there is no Active Directory a lab CA is as good as any.
    if (config.directories.length === 0 && isLab(certificate))
      return none(ended(name, certificate) ?? ok('ca', name, 'a lab CA, which is never published'));
    const published = await publishedCa({ name, folder });
    const { crlUrl } = await folder.readSettings();
    const [httpUrl] = publicationOf(published.issuing.keyId, undefined, crlUrl).crlUrls;
    return { name, published, httpUrl, look: about(validity(name, published)) };
  } catch (e) {
    if (!(e instanceof MayflyError)) throw e;
    return none(wrong('ca', name, { says: e.message, fix: e.next, code: e.code }));
  }
}
function validity(name: string, { issuing, root }: PublishedCa): Finding {
  const own = readCertificate(issuing.certificate);
  // Whoever trusts the root trusts it no longer than it holds itself.
  const fault = ended(name, own) ?? (root && ended(name, readCertificate(root.certificate)));
  return fault ?? ok('ca', name, `${own.subjectText}, until ${isoTime(own.notAfter)}`);
}
function ended(name: string, { subjectText, notBefore, notAfter }: CertificateFacts): Finding | undefined {
  const now = clock();
  if (notBefore <= now && now < notAfter) return undefined;
  const says = `${subjectText} holds from ${isoTime(notBefore)} to ${isoTime(notAfter)}`;
  return wrong('ca', name, { says, fix: 'let another CA take its place: `mayfly ca rotate`', code: 'ca-ended' });
}
/** Of the CA of a CRL object. */
export function crlIssuer({ issuing, root }: PublishedCa, { name }: DirectoryObject): CrlIssuer {
  const isRoots = root !== undefined && name.startsWith(`CN=${root.keyId},`);
  return { certificate: (isRoots ? root : issuing).certificate, now: clock() };
}
export const objectsOf = (ca: PublishedCa | undefined, forest: string): readonly DirectoryObject[] | undefined =>
  ca && directoryObjects(ca, forest);

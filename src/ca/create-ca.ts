import { type KeyObject, randomBytes } from 'node:crypto';
import { MAX_LIFETIME } from '../pki/bounds.ts';
import { crlUrlFault } from '../pki/lints/crl-distribution-point.ts';
import { publicationOf } from '../pki/publication.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { toHex } from '../wire/hex.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { makeCaCertificate } from '../x509/ca-certificate.ts';
import { type CertificateFacts, readCertificate } from '../x509/certificate.ts';
import { distinguishedName } from '../x509/distinguished-name.ts';
import type { SidPlacement } from '../x509/logon-certificate.ts';
import { oid } from '../x509/oid.ts';
import { keyIdentifier } from '../x509/public-key.ts';
import { replaceFile } from './atomic-file.ts';
import type { CaFolder, CaSettings } from './ca-folder.ts';
import { CertificationAuthority, type Clock, LAB_UNIT } from './certification-authority.ts';
import { fileSigner } from './file-signer.ts';
import { generateCaKey, type KeyKind } from './key-kind.ts';
import { newFolder } from './new-folder.ts';
import { sealPrivateKey } from './private-key-file.ts';

/** What an admin settles when a CA is made. */
export interface CaPlan {
  readonly keyKind: KeyKind;
  /** RFC 4514; made from the key's identifier when left out. */
  readonly subject?: string | undefined;
  readonly years: number;
  readonly domains: readonly string[];
  /** DNS name of the forest's root domain; the first domain when left out. */
  readonly forest?: string | undefined;
  /** Base of the HTTP URLs. */
  readonly crlUrl?: string | undefined;
  readonly sidPlacement: SidPlacement;
  readonly ekuConstraint: boolean;
  readonly lab: boolean;
  readonly withRoot: boolean;
}

const YEAR = 365.25 * 24 * 3600;
/** A CA is valid from a little before its birth, for domain controllers whose clock is behind. */
const BACKDATING = 600;
const dnsName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** What keeps a URL from being the base under which CRL and certificate are fetched; in the lab both may be on this machine. */
function httpBaseFault(text: string, lab: boolean): string | undefined {
  // The parser also takes http:host and http:\\host, which stand in no certificate.
  const url = URL.canParse(text) && /^[a-z]+:\/\/[^/]/i.test(text) ? new URL(text) : undefined;
  if (!url || /[^\x21-\x7e]|["<>\\^`{|}]/.test(text)) return `"${text}" is not a URL`;
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '' || /[?#]$/.test(text)) {
    return `${text} has more than host, port and path`;
  }
  if (lab) return /^https?:$/.test(url.protocol) ? undefined : `${text} is not an HTTP URL`;
  // Whatever way the host is written, it is judged by what it means.
  return url.protocol === 'ldap:' ? `${text} is not an HTTP URL` : crlUrlFault(`${url.protocol}//${url.host}/`);
}
/** Settings of a plan, or what is wrong with it. @throws MayflyError `ca-plan` */
export function settingsOf(plan: CaPlan): CaSettings {
  const domains = plan.domains.map((domain) => domain.toLowerCase());
  const forest = plan.forest?.toLowerCase() ?? domains[0];
  for (const name of [...domains, ...(forest === undefined ? [] : [forest])]) {
    if (!dnsName.test(name) || !name.includes('.')) {
      throw new MayflyError('ca-plan', `"${name}" is not a domain's DNS name`, {
        next: 'write it like corp.example, not its NetBIOS name',
      });
    }
  }
  if (forest === undefined && plan.crlUrl === undefined && !plan.lab) {
    throw new MayflyError('ca-plan', 'nothing says where the CRL will be published', {
      next: 'give --domain (the CRL goes into its Active Directory), --crl-url (an HTTP base URL), or both',
    });
  }
  const fault = plan.crlUrl === undefined ? undefined : httpBaseFault(plan.crlUrl, plan.lab);
  if (fault !== undefined)
    throw new MayflyError('ca-plan', fault, { next: 'give an http:// URL that domain controllers and hosts reach' });
  // Told before anything is made; made again when the certificate is.
  if (plan.subject !== undefined) distinguishedName(plan.subject);
  const { crlUrl, sidPlacement } = plan;
  return {
    version: 1,
    domains,
    sidPlacement,
    ...(forest === undefined ? {} : { forest }),
    ...(crlUrl === undefined ? {} : { crlUrl }),
  };
}
export function subjectOf(plan: CaPlan, keyId: Uint8Array, role: string): string {
  const name = plan.subject ?? `CN=Mayfly ${role} ${toHex(keyId).slice(0, 8)}`;
  return plan.lab ? `${name},OU=${LAB_UNIT}` : name;
}
export function caSerial(): Uint8Array {
  const serial = new Uint8Array(randomBytes(16));
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}
export const constraintOf = (plan: CaPlan): readonly string[] => (plan.ekuConstraint ? [oid.clientAuth, oid.smartcardLogon] : []);

interface Made {
  readonly certificate: CertificateFacts;
  readonly key: KeyObject;
}
/** What stands above the CA that is being made, and where its own CRL and certificate will be found. */
interface Above extends Made {
  readonly settings: CaSettings;
}
async function makeOne(plan: CaPlan, role: string, pathLength: number, now: UnixSeconds, above?: Above): Promise<Made> {
  const key = await generateCaKey(plan.keyKind);
  const signer = fileSigner(key);
  const keyId = keyIdentifier(signer.publicKey);
  const publication = above && publicationOf(toHex(above.certificate.keyId), above.settings.forest, above.settings.crlUrl);
  const der = await makeCaCertificate(
    {
      subject: subjectOf(plan, keyId, role),
      serialNumber: caSerial(),
      notBefore: now - BACKDATING,
      notAfter: Math.min(now + Math.round(plan.years * YEAR), above?.certificate.notAfter ?? Number.POSITIVE_INFINITY),
      publicKey: signer.publicKey,
      pathLength,
      // A root's constraint would bind as well; it stays with the CA that issues.
      extendedKeyUsage: pathLength === 0 ? constraintOf(plan) : [],
      crlUrls: publication?.crlUrls ?? [],
      caIssuerUrls: publication?.caIssuerUrls ?? [],
    },
    above ? fileSigner(above.key) : signer,
    above?.certificate,
  );
  return { certificate: readCertificate(der), key };
}
async function write(folder: CaFolder, settings: CaSettings, made: Made, passphrase: Uint8Array, clock: Clock): Promise<void> {
  await replaceFile(folder.keyFile, await sealPrivateKey(made.key, passphrase));
  await folder.writeCertificate(made.certificate.der);
  await folder.writeSettings(settings);
  await firstCrl(folder, passphrase, clock);
}
/** Opens what was just written, as every later start will, and makes the CRL that must be published before the first logon. */
export async function firstCrl(folder: CaFolder, passphrase: Uint8Array, clock: Clock): Promise<void> {
  const authority = await CertificationAuthority.open(
    folder,
    passphrase,
    { maxLifetime: MAX_LIFETIME, upnSuffixes: [], refusedSids: new Set(), exceptedSids: new Set() },
    clock,
  );
  try {
    await authority.makeCrl();
  } finally {
    await authority.close();
  }
}
/** Makes a CA: self-signed, or below a root of its own. */
export async function createCa(folder: CaFolder, plan: CaPlan, passphrase: Uint8Array, clock: Clock): Promise<void> {
  const settings = settingsOf(plan);
  await newFolder(folder, async (fresh) => {
    const now = clock();
    if (!plan.withRoot) {
      await write(fresh, settings, await makeOne(plan, plan.lab ? 'Lab CA' : 'CA', 0, now), passphrase, clock);
      return;
    }
    const { subject: _, ...rootPlan } = plan;
    const root = await makeOne({ ...rootPlan, years: plan.years * 2 }, plan.lab ? 'Lab Root' : 'Root', 1, now);
    await fresh.root.create();
    await write(fresh.root, settings, root, passphrase, clock);
    const issuing = await makeOne(plan, plan.lab ? 'Lab CA' : 'CA', 0, now, { ...root, settings });
    await write(fresh, settings, issuing, passphrase, clock);
  });
}

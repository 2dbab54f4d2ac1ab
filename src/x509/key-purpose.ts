import { compareBytes } from '../wire/der.ts';
import { keyUsageBit } from './extensions.ts';
import { oid } from './oid.ts';
import type { PathCertificate } from './path-certificate.ts';

/** One way to be fit for a purpose: all of these extended key usages, and what else the certificate must show. */
interface Fitness {
  readonly extKeyUsage: readonly string[];
  readonly extension?: { readonly id: string; readonly value: Uint8Array };
}
interface KeyPurpose {
  /** One of these bits, where the certificate has KeyUsage at all. */
  readonly keyUsage: readonly number[];
  readonly anyOf: readonly Fitness[];
}
/** Certificate template name (BMPString) of the domain controller template of Windows 2000, [MS-WCCE] 2.2.2.7.7.1. */
const domainController = Uint8Array.of(0x1e, 32, ...[...'DomainController'].flatMap((letter) => [0, letter.charCodeAt(0)]));
const { digitalSignature, keyEncipherment, keyAgreement } = { ...keyUsageBit, keyEncipherment: 2, keyAgreement: 4 };

/** What a certificate may be asked to be for. */
export const keyPurposes = {
  /** [MS-PKCA] 3.1.5.2.1.1 and the smart card requirements of Windows. */
  'logon-certificate': { keyUsage: [digitalSignature], anyOf: [{ extKeyUsage: [oid.smartcardLogon, oid.clientAuth] }] },
  /** A CA certificate at the end of its own path: an issuing CA as its enterprise made it. */
  'issuing-ca': { keyUsage: [keyUsageBit.keyCertSign], anyOf: [{ extKeyUsage: [] }] },
  /** RFC 4556 3.2.4. */
  kdc: { keyUsage: [digitalSignature], anyOf: [{ extKeyUsage: [oid.pkinitKPKdc] }] },
  /**
   * The same, or a domain controller whose certificate is older than id-pkinit-KPKdc: template Domain Controller Authentication
   * (told by its three usages) or Domain Controller (told by its template name; its usages alone fit any member server).
   */
  'kdc-or-domain-controller': {
    keyUsage: [digitalSignature],
    anyOf: [
      { extKeyUsage: [oid.pkinitKPKdc] },
      { extKeyUsage: [oid.serverAuth, oid.clientAuth, oid.smartcardLogon] },
      { extKeyUsage: [oid.serverAuth, oid.clientAuth], extension: { id: oid.certificateTemplateName, value: domainController } },
    ],
  },
  'tls-server': { keyUsage: [digitalSignature, keyEncipherment, keyAgreement], anyOf: [{ extKeyUsage: [oid.serverAuth] }] },
  /** An RDP host: serverAuth, or Remote Desktop Authentication, which templates made for RDP carry alone. */
  'rdp-host': {
    keyUsage: [digitalSignature, keyEncipherment, keyAgreement],
    anyOf: [{ extKeyUsage: [oid.serverAuth] }, { extKeyUsage: [oid.remoteDesktopAuthentication] }],
  },
} as const satisfies Record<string, KeyPurpose>;
export type KeyPurposeName = keyof typeof keyPurposes;
export const isKeyPurpose = (name: string): name is KeyPurposeName => Object.hasOwn(keyPurposes, name);

const allows = (usages: readonly string[], usage: string) => usages.includes(usage) || usages.includes(oid.anyExtendedKeyUsage);
function fits(leaf: PathCertificate, { extKeyUsage, extension }: Fitness): boolean {
  const own = extension && leaf.extensions.get(extension.id)?.value;
  if (extension && !(own && compareBytes(own, extension.value) === 0)) return false;
  return extKeyUsage.every((usage) => leaf.extKeyUsage?.includes(usage));
}
/**
 * Whether a path serves a purpose: its leaf says so itself (no extension and anyExtendedKeyUsage are not enough), and every CA
 * that has extended key usages has these, which is how Windows and openssl read them in a CA certificate.
 */
export function keyPurposeFault(path: readonly PathCertificate[], name: KeyPurposeName) {
  const purpose: KeyPurpose = keyPurposes[name];
  const [leaf, ...cas] = path;
  if (!leaf) return { at: 0, reason: 'path is empty' };
  if (leaf.keyUsage && !leaf.keyUsage.some((bit) => purpose.keyUsage.includes(bit)))
    return { at: 0, reason: `key usage does not allow ${name}` };
  const fitting = purpose.anyOf.filter((fitness) => fits(leaf, fitness));
  if (fitting.length === 0) return { at: 0, reason: `extended key usage does not allow ${name}` };
  const forbids = (ca: PathCertificate, { extKeyUsage }: Fitness) =>
    ca.extKeyUsage && !extKeyUsage.every((u) => allows(ca.extKeyUsage ?? [], u));
  if (fitting.some((fitness) => !cas.some((ca) => forbids(ca, fitness)))) return undefined;
  const at = 1 + cas.findIndex((ca) => fitting.some((fitness) => forbids(ca, fitness)));
  return { at, reason: `extended key usage of the ca does not allow ${name}` };
}

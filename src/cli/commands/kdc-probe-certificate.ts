import { namesKdc } from '../../kerberos/kdc-certificate.ts';
import type { RealmProfile } from '../../kerberos/realm-profile.ts';
import type { ChainVerdict } from '../../wire/conversation.ts';
import { isoTime } from '../../wire/der-time.ts';
import { type CertificateFacts, readCertificate } from '../../x509/certificate.ts';
import { printableName } from '../../x509/name-text.ts';
import { oid } from '../../x509/oid.ts';

/** What a KDC's certificate says, and whether it does. */
export interface ProbedCertificate {
  readonly subject: string;
  readonly issuer: string;
  readonly notAfter: string;
  /** DNS names, and the principals of id-pkinit-san. */
  readonly names: readonly string[];
  /** `kdc`: id-pkinit-KPKdc; `old`: a domain controller older than that; else it is for something else. */
  readonly usage: 'kdc' | 'old' | 'other';
  /** Why it is not fit, one clause; undefined: it is. */
  readonly fault: string | undefined;
}
function usageOf({ extKeyUsage = [] }: CertificateFacts): ProbedCertificate['usage'] {
  if (extKeyUsage.includes(oid.pkinitKPKdc)) return 'kdc';
  return extKeyUsage.includes(oid.serverAuth) && extKeyUsage.includes(oid.clientAuth) ? 'old' : 'other';
}
export function probedCertificate(
  der: Uint8Array,
  verdict: ChainVerdict,
  profile: RealmProfile,
  host: string | undefined,
): ProbedCertificate | undefined {
  // One that cannot be read has failed the logon, which says so.
  if (!verdict.ok && !isReadable(der)) return undefined;
  const certificate = readCertificate(der);
  const { dNSNames, principals } = certificate.subjectAltName;
  const unnamed = namesKdc(der, profile, host) ? undefined : `it names no KDC of realm ${profile.realm}`;
  return {
    subject: certificate.subjectText,
    issuer: certificate.issuerText,
    notAfter: isoTime(certificate.notAfter),
    names: [...dNSNames, ...principals.map(({ nameString, realm }) => `${nameString.join('/')}@${realm}`)],
    usage: usageOf(certificate),
    fault: verdict.ok ? unnamed : verdict.reason,
  };
}
function isReadable(der: Uint8Array): boolean {
  try {
    readCertificate(der);
    return true;
  } catch {
    return false;
  }
}

export function certificateLine({ subject, issuer, notAfter, names, usage, fault }: ProbedCertificate): string {
  const old = usage === 'old' ? ', older than the KDC usage' : '';
  const named = names.length > 0 ? names.slice(0, 8).map(printableName).join(', ') : 'nobody';
  return `certificate ${fault === undefined ? 'fit' : 'not fit'}${old}: ${subject} by ${issuer}, until ${notAfter}, names ${named}`;
}

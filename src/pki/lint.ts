import type { UnixSeconds } from '../wire/der-time.ts';
import type { LogonCertificate } from '../x509/logon-certificate.ts';
import type { Bounds, RefusedSidList } from './bounds.ts';
import type { Issuer } from './issuer.ts';
import { account } from './lints/account.ts';
import { builtInName } from './lints/built-in-name.ts';
import { cardId } from './lints/card-id.ts';
import { crlDistributionPoint } from './lints/crl-distribution-point.ts';
import { duplicateKey } from './lints/duplicate-key.ts';
import { extendedKeyUsage } from './lints/extended-key-usage.ts';
import { issuerValidity } from './lints/issuer-validity.ts';
import { lifetime } from './lints/lifetime.ts';
import { publicKey } from './lints/public-key.ts';
import { refusedSid } from './lints/refused-sid.ts';
import { refusedSidList } from './lints/refused-sid-list.ts';
import { serialNumber } from './lints/serial-number.ts';
import { sidForm } from './lints/sid-form.ts';
import { upnCharacters } from './lints/upn-characters.ts';
import { upnForm } from './lints/upn-form.ts';
import { upnScripts } from './lints/upn-scripts.ts';
import { upnSuffix } from './lints/upn-suffix.ts';

/** What a lint may look at beside the certificate itself. */
export interface LintContext {
  readonly issuer: Issuer;
  readonly bounds: Bounds;
  readonly refusedSidList: RefusedSidList;
  readonly now: UnixSeconds;
  /** Whether the CA has certified this key (its SubjectPublicKeyInfo) or this card before. */
  readonly isKnownKey: (subjectPublicKeyInfo: Uint8Array) => boolean;
  readonly isKnownCard: (cardId: string) => boolean;
}
/** One rule. `check` answers with what is wrong, as a clause, or nothing. */
export interface Lint {
  readonly name: string;
  /** The clause this rule comes from. */
  readonly source: string;
  readonly check: (certificate: LogonCertificate, context: LintContext) => string | undefined;
}
/** A rule a certificate broke. */
export interface Fault {
  readonly lint: string;
  readonly reason: string;
  readonly source: string;
}

export const lints: readonly Lint[] = [
  upnForm,
  upnCharacters,
  upnScripts,
  upnSuffix,
  builtInName,
  sidForm,
  refusedSid,
  refusedSidList,
  account,
  cardId,
  extendedKeyUsage,
  lifetime,
  issuerValidity,
  crlDistributionPoint,
  publicKey,
  duplicateKey,
  serialNumber,
];
/** Every rule the certificate breaks, not the first alone. */
export function lint(certificate: LogonCertificate, context: LintContext): Fault[] {
  const faults: Fault[] = [];
  for (const { name, source, check } of lints) {
    const reason = check(certificate, context);
    if (reason !== undefined) faults.push({ lint: name, reason, source });
  }
  return faults;
}

import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type LogonCertificate, logonCertificateWriter, signedCertificate } from '../x509/logon-certificate.ts';
import { oid } from '../x509/oid.ts';
import type { Signer } from '../x509/signature-algorithm.ts';
import { BACKDATING } from './bounds.ts';
import type { Issuer } from './issuer.ts';
import { type Fault, type LintContext, lint } from './lint.ts';

/** What is asked of a CA: who, for which key, how long. All else is the CA's to say. */
export interface LogonRequest {
  readonly cardId: string;
  readonly account: string;
  readonly userPrincipalName: string;
  readonly sid: string;
  /** DER. */
  readonly subjectPublicKeyInfo: Uint8Array;
  /** Seconds from now to not-after. */
  readonly lifetime: number;
}
/** What `issue` may see of a Prepared, and nobody else. */
let opened: (prepared: Prepared) => { readonly tbs: Uint8Array; readonly issuer: Issuer } | undefined;
/** INVARIANT: only `prepare` makes one, and only of a certificate that every lint has passed. */
class Prepared {
  readonly #certificate: LogonCertificate;
  readonly #tbs: Uint8Array;
  readonly #issuer: Issuer;
  constructor(certificate: LogonCertificate, tbs: Uint8Array, issuer: Issuer) {
    this.#certificate = certificate;
    this.#tbs = tbs;
    this.#issuer = issuer;
  }
  static {
    opened = (p) => (#tbs in p ? { tbs: p.#tbs, issuer: p.#issuer } : undefined);
  }
  get certificate(): LogonCertificate {
    return this.#certificate;
  }
}

export type { Prepared };

export type Preparation =
  | { readonly ok: true; readonly prepared: Prepared }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** What `prepare` takes from outside the inner rings. */
export interface PrepareContext extends LintContext {
  readonly now: UnixSeconds;
  /** 16 octets, random. */
  readonly random: Uint8Array;
}

const writers = new WeakMap<Issuer, (certificate: LogonCertificate) => Uint8Array>();
function writerFor(issuer: Issuer): (certificate: LogonCertificate) => Uint8Array {
  const known = writers.get(issuer);
  if (known) return known;
  const writer = logonCertificateWriter(issuer);
  writers.set(issuer, writer);
  return writer;
}
/** Positive and with a first octet, as RFC 5280 4.1.2.2 wants: 126 bits stay random. */
function serialFrom(random: Uint8Array): Uint8Array {
  const serial = Uint8Array.from(random);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}
/** Fills in the profile and holds it against every lint. Nothing is signed. */
export function prepare(request: LogonRequest, context: PrepareContext): Preparation {
  const { cardId, account, userPrincipalName, sid, subjectPublicKeyInfo } = request;
  const certificate: LogonCertificate = {
    cardId,
    account,
    userPrincipalName,
    sid,
    subjectPublicKeyInfo,
    serialNumber: serialFrom(context.random),
    notBefore: context.now - BACKDATING,
    notAfter: context.now + request.lifetime,
    extendedKeyUsage: [oid.clientAuth, oid.smartcardLogon],
  };
  const faults = lint(certificate, context);
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, prepared: new Prepared(certificate, writerFor(context.issuer)(certificate), context.issuer) };
}
/** Signs what was prepared for this issuer; the certificate as DER. @throws MayflyError `not-prepared` */
export async function issue(prepared: Prepared, issuer: Issuer, signer: Signer): Promise<Uint8Array> {
  const made = opened(prepared);
  if (made?.issuer !== issuer) throw new MayflyError('not-prepared', 'the certificate was not prepared for this issuer');
  return signedCertificate(made.tbs, issuer.signatureAlgorithm, await signer.sign(made.tbs));
}

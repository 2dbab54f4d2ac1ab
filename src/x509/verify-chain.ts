import { DecodeError } from '../wire/cursor.ts';
import { compareBytes } from '../wire/der.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { readCertificateList } from './certificate-list.ts';
import { isKeyPurpose } from './key-purpose.ts';
import { readPathCertificate } from './path-certificate.ts';
import { type PathFault, pathFault } from './path-checks.ts';
import { type PathSearch, pathsToAnchors } from './path-search.ts';
import { type RevocationMode, revocationFault } from './revocation.ts';

export interface ChainQuestion {
  /** Leaf first, then what its holder sent along in any order; DER. */
  readonly certificates: readonly Uint8Array[];
  /** Certificates of trusted CAs, self-signed or not; DER. */
  readonly anchors: readonly Uint8Array[];
  /** DER. */
  readonly crls: readonly Uint8Array[];
  readonly time: UnixSeconds;
  /** A name of `keyPurposes`. */
  readonly purpose: string;
  readonly revocation: RevocationMode;
}
/** `at`: place in the path that was tried (or in the list that could not be read), 0 the leaf. `path`: leaf first, anchor last. */
export type PathVerdict =
  | { readonly ok: true; readonly path: readonly Uint8Array[] }
  | { readonly ok: false; readonly reason: string; readonly at: number };

const MOST_CANDIDATES = 16;

/** Reads every item; the first that cannot be read is a reason, not an error: it came from a stranger. */
function readAll<T>(what: string, items: readonly Uint8Array[], read: (der: Uint8Array) => T): T[] | PathFault {
  const values: T[] = [];
  for (const [at, der] of items.entries()) {
    try {
      values.push(read(der));
    } catch (e) {
      if (e instanceof DecodeError) return { at, reason: `${what} ${at} cannot be read: ${e.message}` };
      throw e;
    }
  }
  return values;
}
/** The fault that says most: of a whole path rather than of a dead end, and then of the one that came furthest. */
class WorstCase {
  #fault: PathFault | undefined;
  #weight = -1;
  add(fault: PathFault, weight: 0 | 1 | 2): void {
    const total = weight * 100 + (weight === 2 ? 0 : fault.at);
    if (total <= this.#weight) return;
    this.#weight = total;
    this.#fault = fault;
  }
  get verdict(): PathVerdict {
    return { ok: false, ...(this.#fault ?? { at: 0, reason: 'no path to an anchor' }) };
  }
}
/**
 * Certification path validation, RFC 5280 6, without policies. The walk is our own and strict; `pkijs` does the signatures. Its
 * CertificateChainValidationEngine was measured and left out: it never looks at extended key usage, lets a leaf with an unknown
 * critical extension and a CRL from the future pass, takes an anchor for its own leaf, chains names that differ in case, and two
 * CAs that certify each other send it round for ever.
 */
export async function verifyChain(question: ChainQuestion): Promise<PathVerdict> {
  const { time, purpose, revocation } = question;
  if (!isKeyPurpose(purpose)) return { ok: false, at: 0, reason: `purpose ${JSON.stringify(purpose)} is not known` };
  if (MOST_CANDIDATES < question.certificates.length)
    return { ok: false, at: MOST_CANDIDATES, reason: `over ${MOST_CANDIDATES} certificates` };
  const certificates = readAll('certificate', question.certificates, readPathCertificate);
  if ('reason' in certificates) return { ok: false, ...certificates };
  const anchors = readAll('anchor', question.anchors, readPathCertificate);
  if ('reason' in anchors) return { ok: false, ...anchors };
  const crls = readAll('crl', revocation === 'off' ? [] : question.crls, readCertificateList);
  if ('reason' in crls) return { ok: false, ...crls };
  const [leaf, ...candidates] = certificates;
  if (!leaf) return { ok: false, at: 0, reason: 'no certificate is given' };
  // Trusting a certificate as a CA is not trusting it as a peer; who means that pins it.
  if (anchors.some((a) => compareBytes(a.der, leaf.der) === 0))
    return { ok: false, at: 0, reason: 'certificate is itself an anchor' };

  const worst = new WorstCase();
  const search: PathSearch = {
    candidates,
    anchors,
    steps: 0,
    onFault: (fault, kind) => worst.add(fault, kind === 'wrong-signature' ? 1 : 0),
  };
  for await (const path of pathsToAnchors([leaf], search)) {
    const fault = pathFault(path, time, purpose) ?? (await revocationFault(path, crls, time, revocation));
    if (!fault) return { ok: true, path: path.map((c) => c.der) };
    worst.add(fault, 2);
  }
  return worst.verdict;
}

import { compareBytes } from '../wire/der.ts';
import type { PathCertificate } from './path-certificate.ts';
import { isSelfIssued, type PathFault } from './path-checks.ts';
import { signatureFault } from './verify-signature.ts';

const MOST_IN_PATH = 8;
/** Signatures checked in one search: 16 candidates that all claim each other's names must not cost more than this. */
const MOST_STEPS = 128;

/** One search for paths to an anchor. */
export interface PathSearch {
  readonly candidates: readonly PathCertificate[];
  readonly anchors: readonly PathCertificate[];
  /** Told of every dead end. */
  readonly onFault: (fault: PathFault, depth: 'no-issuer' | 'wrong-signature') => void;
  steps: number;
}
const same = (a: PathCertificate, b: PathCertificate) => compareBytes(a.der, b.der) === 0;
function keyIdentifiersMatch(child: PathCertificate, ca: PathCertificate): boolean {
  const { authorityKeyIdentifier: wanted } = child;
  return wanted !== undefined && ca.subjectKeyIdentifier !== undefined && compareBytes(wanted, ca.subjectKeyIdentifier) === 0;
}
/** Certificates with the issuer's name; those whose key identifier matches first. It is a hint (RFC 5280 4.2.1.1), no reason to refuse. */
function namesakes(child: PathCertificate, from: readonly PathCertificate[]): PathCertificate[] {
  const named = from.filter((ca) => compareBytes(ca.subject, child.issuer) === 0);
  return [...named.filter((ca) => keyIdentifiersMatch(child, ca)), ...named.filter((ca) => !keyIdentifiersMatch(child, ca))];
}
function boundReached(path: readonly PathCertificate[], search: PathSearch): string | undefined {
  if (MOST_IN_PATH <= path.length) return `path is over ${MOST_IN_PATH} certificates`;
  return MOST_STEPS <= search.steps ? `over ${MOST_STEPS} steps to find a path` : undefined;
}
/** All paths from `path` (leaf first) to an anchor, by name and signature alone, depth first, anchors before intermediates. */
export async function* pathsToAnchors(path: readonly PathCertificate[], search: PathSearch): AsyncGenerator<PathCertificate[]> {
  const child = path.at(-1);
  if (!child) return;
  const at = path.length - 1;
  const fresh = (ca: PathCertificate) => !path.some((c) => same(c, ca));
  const anchors = namesakes(child, search.anchors).filter(fresh);
  const intermediates = namesakes(child, search.candidates).filter((ca) => fresh(ca) && !search.anchors.some((a) => same(a, ca)));
  if (anchors.length + intermediates.length === 0) {
    search.onFault(
      { at, reason: isSelfIssued(child) ? 'self-signed and not an anchor' : 'no certificate of its issuer is known' },
      'no-issuer',
    );
  }
  for (const [i, ca] of [...anchors, ...intermediates].entries()) {
    const bound = boundReached(path, search);
    if (bound) {
      search.onFault({ at, reason: bound }, 'wrong-signature');
      return;
    }
    search.steps++;
    const fault = await signatureFault({
      algorithm: child.signatureAlgorithm,
      publicKey: ca.publicKey,
      signed: child.tbs,
      signature: child.signature,
    });
    if (fault) search.onFault({ at, reason: `${fault} with its issuer's key` }, 'wrong-signature');
    else if (i < anchors.length) yield [...path, ca];
    else yield* pathsToAnchors([...path, ca], search);
  }
}

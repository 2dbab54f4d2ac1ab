import { compareBytes } from '../wire/der.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { keyUsageBit } from './extensions.ts';
import { type KeyPurposeName, keyPurposeFault } from './key-purpose.ts';
import { nameConstraintsFault } from './name-constraints.ts';
import { oid } from './oid.ts';
import type { PathCertificate } from './path-certificate.ts';
import { signatureScheme } from './signature-scheme.ts';

/** What is wrong with a path; `at` is the certificate's place in it, 0 the leaf. */
export interface PathFault {
  readonly at: number;
  readonly reason: string;
}
export const LEAST_RSA_BITS = 2048;

/**
 * Critical extensions that are understood: processed here, or without effect because no policy is asked for (RFC 5280 6.1.1 c:
 * any-policy). policyConstraints is not among them, it can demand a policy.
 */
const understood: ReadonlySet<string> = new Set([
  oid.basicConstraints,
  oid.keyUsage,
  oid.extKeyUsage,
  oid.subjectAltName,
  oid.nameConstraints,
  oid.subjectKeyIdentifier,
  oid.authorityKeyIdentifier,
  oid.cRLDistributionPoints,
  oid.certificatePolicies,
  oid.policyMappings,
  oid.inhibitAnyPolicy,
]);
export const isSelfIssued = (c: PathCertificate): boolean => compareBytes(c.issuer, c.subject) === 0;

function strengthFault(c: PathCertificate, isAnchor: boolean): string | undefined {
  if (c.key.type === 'other') return `key algorithm ${c.key.algorithm} is not supported`;
  if (c.key.type === 'rsa' && c.key.bits < LEAST_RSA_BITS)
    return `rsa key has ${c.key.bits} bits, ${LEAST_RSA_BITS} are the least`;
  // Nothing rests on the signature of an anchor: it is trusted because it is configured.
  if (!isAnchor && signatureScheme(c.signatureAlgorithm)?.digest?.name === 'SHA-1') return 'signed with sha-1';
  return undefined;
}
function ownFault(c: PathCertificate, time: UnixSeconds, isAnchor: boolean): string | undefined {
  for (const [id, { critical }] of c.extensions)
    if (critical && !understood.has(id)) return `critical extension ${id} is not understood`;
  if (time < c.notBefore) return 'certificate is not yet valid';
  if (c.notAfter < time) return 'certificate has expired';
  return strengthFault(c, isAnchor);
}
/** @param below path from the leaf up to, not including, this CA */
function caFault(ca: PathCertificate, below: readonly PathCertificate[]): string | undefined {
  if (!ca.basicConstraints?.cA) return 'issuer is not a ca';
  if (ca.keyUsage && !ca.keyUsage.includes(keyUsageBit.keyCertSign))
    return 'key usage of the ca does not allow signing certificates';
  const { pathLenConstraint } = ca.basicConstraints;
  const intermediates = below.slice(1).filter((c) => !isSelfIssued(c)).length;
  if (pathLenConstraint !== undefined && pathLenConstraint < intermediates)
    return `path is longer than the ca allows, ${pathLenConstraint}`;
  return undefined;
}
function namesFault(path: readonly PathCertificate[], at: number): string | undefined {
  const c = path[at];
  // RFC 5280 6.1.3 (b), (c): a self-issued certificate inside the path is exempt, so that a CA can roll its own key.
  if (!c || (0 < at && isSelfIssued(c))) return undefined;
  for (const ca of path.slice(at + 1)) {
    const fault = ca.nameConstraints && nameConstraintsFault(c, ca.nameConstraints);
    if (fault) return fault;
  }
  return undefined;
}
/** Everything about a path, leaf first and anchor last, that needs neither a key nor a CRL. */
export function pathFault(path: readonly PathCertificate[], time: UnixSeconds, purpose: KeyPurposeName): PathFault | undefined {
  for (const [at, c] of path.entries()) {
    const reason =
      ownFault(c, time, at === path.length - 1) ?? (0 < at ? caFault(c, path.slice(0, at)) : undefined) ?? namesFault(path, at);
    if (reason) return { at, reason };
  }
  return keyPurposeFault(path, purpose);
}

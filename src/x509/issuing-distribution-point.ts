import { decode } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import { any, compareBytes, context, defaulted, implicit, optional, raw, sequence, sequenceOf } from '../wire/der.ts';
import { boolean } from '../wire/der-primitives.ts';
import { oid } from './oid.ts';
import type { PathCertificate } from './path-certificate.ts';

const distributionPointName = context(0, implicit(0, sequenceOf(any, 64)));
/** IssuingDistributionPoint, RFC 5280 5.2.5: which certificates a CRL covers. */
const issuingDistributionPoint = sequence({
  distributionPoint: optional(distributionPointName),
  onlyContainsUserCerts: defaulted(implicit(1, boolean), false),
  onlyContainsCACerts: defaulted(implicit(2, boolean), false),
  onlySomeReasons: optional(raw(0x83)),
  indirectCRL: defaulted(implicit(4, boolean), false),
  onlyContainsAttributeCerts: defaulted(implicit(5, boolean), false),
});
/** CRLDistributionPoints, RFC 5280 4.2.1.13, as far as a CRL can be matched with it. */
export const cRLDistributionPoints = sequenceOf(
  sequence({ distributionPoint: optional(distributionPointName), reasons: optional(raw(0x81)), cRLIssuer: optional(raw(0xa2)) }),
  64,
);

/** Why a CRL with this extension does not cover a certificate. Split by reason and indirect CRLs are not supported. */
export function issuingDistributionPointFault(value: Uint8Array, c: PathCertificate): string | undefined {
  try {
    const scope = decode(issuingDistributionPoint, value);
    if (scope.onlySomeReasons || scope.indirectCRL || scope.onlyContainsAttributeCerts)
      return 'crl is indirect or split by reason';
    const isCa = c.basicConstraints?.cA === true;
    if (isCa ? scope.onlyContainsUserCerts : scope.onlyContainsCACerts) return 'crl does not cover this kind of certificate';
    if (!scope.distributionPoint) return undefined;
    const points = c.extensions.get(oid.cRLDistributionPoints);
    const own = points
      ? decode(cRLDistributionPoints, points.value).flatMap((p) => (p.cRLIssuer ? [] : (p.distributionPoint ?? [])))
      : [];
    const shared = scope.distributionPoint.some((name) => own.some((n) => compareBytes(n, name) === 0));
    return shared ? undefined : 'crl is of another distribution point';
  } catch (e) {
    if (e instanceof DecodeError) return `scope of the crl cannot be read: ${e.message}`;
    throw e;
  }
}

import type { UnixSeconds } from '../wire/der-time.ts';
import type { CrlProfile, RevokedCertificate } from '../x509/crl.ts';
import { MINUTE } from './bounds.ts';

const DAY = 24 * 60 * MINUTE;
/** Windows keeps a CRL until nextUpdate: long enough for a weekend without publication, short enough to matter. */
const VALIDITY = 7 * DAY;
/** A fresh CRL is made this often, far ahead of nextUpdate. */
export const CRL_INTERVAL = DAY;
/** thisUpdate lies back, for domain controllers whose clock does. */
const CRL_BACKDATING = 10 * MINUTE;

export interface Revocation extends RevokedCertificate {
  readonly notAfter: UnixSeconds;
}
/** The last CRL made: its number and the time it was made, not its backdated thisUpdate. */
export interface LastCrl {
  readonly number: number;
  readonly at: UnixSeconds;
}
/** An entry stays until one CRL past the certificate's end has carried it, RFC 5280 3.3. A CRL from the future tells nothing of that. */
export const isListed = (revocation: Revocation, last: LastCrl | undefined, now: UnixSeconds): boolean =>
  last === undefined || now < last.at || last.at <= revocation.notAfter || last.at <= revocation.revokedAt;

export function nextCrl(revocations: Iterable<Revocation>, last: LastCrl | undefined, now: UnixSeconds): CrlProfile {
  return {
    number: (last?.number ?? 0) + 1,
    thisUpdate: now - CRL_BACKDATING,
    nextUpdate: now + VALIDITY,
    revoked: [...revocations].filter((revocation) => isListed(revocation, last, now)),
  };
}
/** A clock that was set back makes a CRL due as well: the last one would seem to come from the future. */
export const isCrlDue = (last: LastCrl | undefined, now: UnixSeconds): boolean =>
  last === undefined || now - last.at >= CRL_INTERVAL || now < last.at;

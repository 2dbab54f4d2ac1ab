import type { KeyAgreementGroup } from '../crypto/key-agreement.ts';
import { decode } from '../wire/codec.ts';
import type { DigestName } from '../wire/conversation.ts';
import { DecodeError } from '../wire/cursor.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { digestByOid } from '../x509/digest-algorithm.ts';
import { groupAskedFor } from './client-public-value.ts';
import type { KrbError } from './krb-error.ts';
import { methodData, type PaData, paDataOf, paType, tdType, typedData } from './pa-data.ts';
import { algorithmIdentifiers } from './pkinit.ts';
import type { RealmProfile } from './realm-profile.ts';

/** One try at a KDC, and what all tries before it have taught. */
export interface Attempt {
  readonly realm: string;
  readonly group: KeyAgreementGroup;
  readonly digest: DigestName;
  /** Seconds that the KDC's clock is ahead of ours. */
  readonly skew: number;
  /** METHOD-DATA of the KDC; without it the KDC is asked for it first. */
  readonly hints: readonly PaData[] | undefined;
  /** Ask a KDC other than the last. */
  readonly another: boolean;
  readonly realmsTried: readonly string[];
  readonly groupsTried: readonly KeyAgreementGroup[];
  readonly digestsTried: readonly DigestName[];
  readonly othersAsked: number;
  readonly skewCorrected: boolean;
  readonly refreshed: boolean;
}
export function firstAttempt({ realm, group }: RealmProfile): Attempt {
  return {
    realm,
    group,
    digest: 'SHA-256',
    skew: 0,
    hints: undefined,
    another: false,
    realmsTried: [realm],
    groupsTried: [group],
    digestsTried: ['SHA-256'],
    othersAsked: 0,
    skewCorrected: false,
    refreshed: false,
  };
}
/** Error codes that are not the last word. */
const again = {
  padataTypeNotSupported: 16,
  preauthRequired: 25,
  badIntegrity: 31,
  skew: 37,
  dhKeyParametersNotAccepted: 65,
  wrongRealm: 68,
  revocationStatusUnknown: 73,
  revocationStatusUnavailable: 74,
  digestInSignedDataNotAccepted: 80,
  preauthExpired: 90,
} as const;
export const isPreauthRequired = (error: KrbError): boolean => error.errorCode === again.preauthRequired;

/** What a KDC lets clocks differ by, RFC 4120 1.6. */
const CLOCK_SKEW = 300;
const MOST_REALMS = 5;
const MOST_OTHERS = 2;
/** A clock that is further off is not corrected: the certificate would not be valid there. */
const MOST_SKEW = 86_400;
/** SHA-1 is not among them: nobody who can forge an error makes us sign with it. */
const digests: readonly DigestName[] = ['SHA-256', 'SHA-384', 'SHA-512'];

/** What a stranger may have mangled and nothing depends on: unreadable is absent. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (e) {
    if (e instanceof DecodeError) return undefined;
    throw e;
  }
}
/** METHOD-DATA in an error's e-data. */
const hintsOf = ({ eData }: KrbError): readonly PaData[] | undefined => eData && readable(() => decode(methodData, eData));
/** The same attempt, now that the KDC has said what it wants. */
export const hinted = (attempt: Attempt, error: KrbError): Attempt => ({
  ...attempt,
  hints: hintsOf(error) ?? [],
  another: false,
});
const typedDataOf = ({ eData }: KrbError, type: number) =>
  eData && readable(() => decode(typedData, eData))?.find(({ dataType }) => dataType === type)?.dataValue;

function withSkew(error: KrbError, attempt: Attempt, now: UnixSeconds): Attempt | undefined {
  const skew = error.stime - now;
  if (attempt.skewCorrected || MOST_SKEW < Math.abs(skew)) return undefined;
  return { ...attempt, skew, skewCorrected: true };
}
function withGroup(error: KrbError, attempt: Attempt): Attempt | undefined {
  const asked = typedDataOf(error, tdType.dhParameters);
  const group = asked && groupAskedFor(asked, attempt.groupsTried);
  return group && { ...attempt, group, groupsTried: [...attempt.groupsTried, group] };
}
function withDigest(error: KrbError, attempt: Attempt): Attempt | undefined {
  const asked = typedDataOf(error, tdType.cmsDigestAlgorithms);
  const listed = asked && readable(() => decode(algorithmIdentifiers, asked));
  const names = listed?.map(({ algorithm }) => digestByOid(algorithm)?.name) ?? [];
  const digest = digests.find((name) => names.includes(name) && !attempt.digestsTried.includes(name));
  return digest && { ...attempt, digest, digestsTried: [...attempt.digestsTried, digest] };
}
function inRealm(realm: string | undefined, attempt: Attempt, profile: (realm: string) => RealmProfile): Attempt | undefined {
  const known = attempt.realmsTried.some((tried) => tried.toLowerCase() === realm?.toLowerCase());
  if (!realm || known || attempt.realmsTried.length === MOST_REALMS) return undefined;
  return { ...firstAttempt(profile(realm)), realm, realmsTried: [...attempt.realmsTried, realm] };
}
function withFreshness(error: KrbError, attempt: Attempt): Attempt | undefined {
  if (attempt.refreshed) return undefined;
  const hints = hintsOf(error);
  return { ...attempt, refreshed: true, hints: paDataOf(hints, paType.asFreshness) ? hints : undefined };
}
/**
 * What to do about a KDC's refusal: another attempt, or `undefined` when it is final. Nothing here is authentic, so nothing that
 * a refusal says can make the next attempt weaker than the profile, and each kind of refusal is believed a bounded number of times.
 */
export function recovery(
  error: KrbError,
  attempt: Attempt,
  now: UnixSeconds,
  profile: (realm: string) => RealmProfile,
): Attempt | undefined {
  switch (error.errorCode) {
    case again.skew:
      return withSkew(error, attempt, now);
    case again.badIntegrity:
      // What Heimdal's KDC (Samba) says to a clock that is wrong, among much else.
      return Math.abs(error.stime - now - attempt.skew) <= CLOCK_SKEW ? undefined : withSkew(error, attempt, now);
    case again.dhKeyParametersNotAccepted:
      return withGroup(error, attempt);
    case again.digestInSignedDataNotAccepted:
      return withDigest(error, attempt);
    case again.wrongRealm:
      return inRealm(error.crealm, attempt, profile);
    case again.preauthExpired:
      return withFreshness(error, attempt);
    case again.padataTypeNotSupported:
    case again.revocationStatusUnknown:
    case again.revocationStatusUnavailable:
      // Other domain controllers may have a certificate, or reach the CRL.
      if (attempt.othersAsked === MOST_OTHERS) return undefined;
      return { ...attempt, another: true, othersAsked: attempt.othersAsked + 1, hints: undefined };
    default:
      return undefined;
  }
}

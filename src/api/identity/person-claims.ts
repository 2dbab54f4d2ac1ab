import type { Person } from '../../policy/principal.ts';
import { type JsonObject, memberOf } from './compact-jws.ts';
import { identityFailure } from './identity-failure.ts';
import type { CheckedProvider } from './oidc-provider.ts';

/** OpenID Connect Core 1.0 2. */
const MOST_SUBJECT = 255;
const MOST_TEXT = 256;
const MOST_GROUPS = 1_000;
const MOST_METHODS = 32;

const refused = (claim: string, what: string) => identityFailure('token-malformed', `the claim ${claim} ${what}`);

/** Text that may stand in a journal, a rule and on a terminal. */
const isText = (value: unknown, most = MOST_TEXT): value is string =>
  typeof value === 'string' &&
  0 < value.length &&
  value.length <= most &&
  value.isWellFormed() &&
  !/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(value);

/** An absent claim is an empty list. One text is a list of one: AD FS writes it so. */
function texts(claims: JsonObject, name: string, most: number): readonly string[] {
  const value = memberOf(claims, name);
  const list: readonly unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  if (most < list.length) throw refused(name, `has more than ${most} values`);
  if (!list.every((item) => isText(item))) throw refused(name, `is no list of texts of 1 to ${MOST_TEXT} characters`);
  return list;
}
function text(claims: JsonObject, name: string): string | undefined {
  const value = memberOf(claims, name);
  if (value !== undefined && !isText(value)) throw refused(name, `is no text of 1 to ${MOST_TEXT} characters`);
  return value;
}

/**
 * Claims that are kept elsewhere (OpenID Connect Core 1.0 5.6.2) are not fetched. For such a token is refused: Entra ID leaves the
 * groups of people with many of them out, and a rule that forbids something to a group would not see them.
 */
function refuseElsewhere(claims: JsonObject, wanted: readonly string[], groupsClaim: string): void {
  const elsewhere = memberOf(claims, '_claim_names');
  const names = typeof elsewhere === 'object' && elsewhere !== null ? Object.keys(elsewhere) : [];
  const missing = wanted.find((name) => names.includes(name));
  if (missing !== undefined) throw refused(missing, 'is not in the token itself');
  // The same where a token has to be short.
  if (memberOf(claims, 'hasgroups') === true && memberOf(claims, groupsClaim) === undefined)
    throw refused(groupsClaim, 'is not in the token itself');
}

/** Whom verified claims name. */
export interface Bearer {
  readonly subject: string;
  /** Undefined where a client got the token for itself: a launcher, which is nobody. */
  readonly person: Person | undefined;
}

/** Claims in which providers say which client a token was given to: RFC 9068 2.2, OpenID Connect Core 1.0 2, AD FS, Okta. */
const clientClaims = ['client_id', 'azp', 'appid', 'cid'];
/**
 * A client's own token has the client as its subject (RFC 9068 2.2, 5), or a user that stands for it: Entra ID, Auth0 and Keycloak say
 * so, each in its way. Taken for people, two launchers could approve what one of them asked for.
 */
function isOfClient(claims: JsonObject): boolean {
  const clients = clientClaims.map((name) => memberOf(claims, name)).filter((client) => typeof client === 'string');
  return (
    clients.some((client) => client === memberOf(claims, 'sub')) ||
    clients.some((client) => `service-account-${client.toLowerCase()}` === memberOf(claims, 'preferred_username')) ||
    memberOf(claims, 'idtyp') === 'app' ||
    memberOf(claims, 'gty') === 'client-credentials'
  );
}

/** Who the verified claims of a token say somebody is. @throws MayflyError `token-malformed` */
export function bearerOf(claims: JsonObject, provider: CheckedProvider): Bearer {
  const subject = memberOf(claims, 'sub');
  if (!isText(subject, MOST_SUBJECT)) throw refused('sub', `is no text of 1 to ${MOST_SUBJECT} characters`);
  return { subject, person: isOfClient(claims) ? undefined : personOf(subject, claims, provider) };
}
function personOf(subject: string, claims: JsonObject, provider: CheckedProvider): Person {
  const { issuer, accountClaim, groupsClaim, passedClaims } = provider;
  refuseElsewhere(claims, [accountClaim, groupsClaim, ...passedClaims], groupsClaim);
  const acr = text(claims, 'acr');
  return {
    issuer,
    subject,
    userPrincipalName: text(claims, accountClaim),
    groups: texts(claims, groupsClaim, MOST_GROUPS),
    claims: Object.fromEntries(
      passedClaims.flatMap((name) => {
        const value = text(claims, name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    strength: [...texts(claims, 'amr', MOST_METHODS), ...(acr === undefined ? [] : [acr])],
  };
}

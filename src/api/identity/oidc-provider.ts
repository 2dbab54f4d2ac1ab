import { ourIssuers } from '../../policy/principal.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';

/** An OpenID provider or authorization server whose tokens say who somebody is; what is left out is Mayfly's own default. */
export interface OidcProvider {
  /**
   * `iss` of its tokens, letter for letter. Its keys are found below it (OpenID Connect Discovery 1.0 4) unless `jwksUri` is given:
   * that is for issuers that are names only, or whose discovery names another, such as those of AD FS and old ones of Entra ID.
   */
  readonly issuer: string;
  /** `aud` has to hold one of them: the name of this service with the provider, or for id_tokens a client's. */
  readonly audiences: readonly string[];
  /** Accepted signatures; RS256, PS256, ES256 and EdDSA unless given. Never `none`, never a MAC. */
  readonly algorithms?: readonly string[] | undefined;
  /**
   * `at+jwt` (RFC 9068 2.1) unless given. `JWT` takes tokens that do not say what they are: id_tokens, and access tokens of
   * Entra ID, AD FS and Keycloak.
   */
  readonly tokenTypes?: readonly TokenType[] | undefined;
  readonly jwksUri?: string | undefined;
  /** Seconds by which its clock may be wrong: 30 unless given, 60 at most. */
  readonly clockTolerance?: number | undefined;
  /** Seconds since `iat` after which a token is too old, whatever it says: 8 hours unless given, a week at most. */
  readonly maxTokenAge?: number | undefined;
  /** The claim with the person's user principal name; `upn` unless given. */
  readonly accountClaim?: string | undefined;
  /** `groups` unless given. */
  readonly groupsClaim?: string | undefined;
  /** Text claims that rules may ask for; none unless given. */
  readonly passedClaims?: readonly string[] | undefined;
  /** PEM of the CAs of its TLS certificate; the system's trusted roots unless given. */
  readonly ca?: string | undefined;
}
export type TokenType = 'at+jwt' | 'JWT';

/** Signatures of RFC 7518 3.1, RFC 8037 3.1 and RFC 9864 2.2 that are made with a private key. */
export const signatureAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

/** The same with its defaults, checked. */
export interface CheckedProvider {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly algorithms: readonly string[];
  readonly tokenTypes: readonly TokenType[];
  /** Where to begin: the discovery document, or the keys themselves. */
  readonly keysAt: { readonly discovery: URL } | { readonly jwks: URL };
  readonly clockTolerance: number;
  readonly maxTokenAge: number;
  readonly accountClaim: string;
  readonly groupsClaim: string;
  readonly passedClaims: readonly string[];
  readonly ca: string | undefined;
}

/** As the URL parser writes addresses. `localhost` is not among them: it is a name, and names are resolved by somebody. */
const isLoopback = ({ hostname }: URL) => /^127(?:\.\d+){3}$|^\[::1\]$/.test(hostname);

/** Whether keys fetched from there are the provider's: over TLS, or from this machine itself. */
export const isTrustworthy = (url: URL): boolean =>
  (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))) && url.username === '' && url.password === '';

function keysAt(issuer: string, jwksUri: string | undefined): CheckedProvider['keysAt'] | undefined {
  if (jwksUri !== undefined) {
    const jwks = URL.parse(jwksUri);
    return jwks && isTrustworthy(jwks) ? { jwks } : undefined;
  }
  // OpenID Connect Discovery 1.0 4.1: one slash at the end goes, the rest of the path stays.
  const discovery = URL.parse(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  return discovery && isTrustworthy(discovery) ? { discovery } : undefined;
}
const isBetween = (least: number, value: number, most: number) => Number.isSafeInteger(value) && least <= value && value <= most;

/** @throws MayflyError `identity-config` */
export function checkedProvider(given: OidcProvider): CheckedProvider {
  const { issuer, audiences, clockTolerance = 30, maxTokenAge = 8 * 3600, accountClaim = 'upn', groupsClaim = 'groups' } = given;
  const { algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'], tokenTypes = ['at+jwt'], passedClaims = [] } = given;
  const refuse = (message: string, next: string) =>
    new MayflyError('identity-config', `identity provider ${JSON.stringify(issuer)}: ${message}`, { next });
  // Neither query nor fragment (Discovery 1.0 3), and nothing that could make one caller's id read like another's.
  if (!/^[\x21-\x7e]{1,512}$/.test(issuer) || /[?#]/.test(issuer))
    throw refuse('this is no issuer', 'write it as `iss` of its tokens says it, without ? and #');
  // What it said of people would be taken for what the directory says.
  if (Object.values<string>(ourIssuers).includes(issuer))
    throw refuse('this is what Mayfly calls itself', 'give the provider another issuer');
  const keys = keysAt(issuer, given.jwksUri);
  if (keys === undefined)
    throw refuse(
      'its keys would not come over TLS',
      'give an https URL as issuer, or as jwksUri where the issuer is only a name',
    );
  if (audiences.length === 0 || audiences.includes(''))
    throw refuse('it has no audience', 'name what its tokens for this service say in `aud`');
  if (algorithms.length === 0 || !algorithms.every((name) => (signatureAlgorithms as readonly string[]).includes(name)))
    throw refuse('an algorithm is none that is accepted', `choose of ${signatureAlgorithms.join(', ')}`);
  if (tokenTypes.length === 0 || !tokenTypes.every((type) => type === 'at+jwt' || type === 'JWT'))
    throw refuse('a token type is unknown', 'choose of at+jwt, JWT');
  if (!isBetween(0, clockTolerance, 60)) throw refuse('its clock may be wrong by 60 seconds at most', 'set the clocks');
  if (!isBetween(1, maxTokenAge, 7 * 86_400)) throw refuse('its tokens may get a week old at most', 'give 1 to 604800 seconds');
  return {
    issuer,
    audiences,
    algorithms,
    tokenTypes,
    keysAt: keys,
    clockTolerance,
    maxTokenAge,
    accountClaim,
    groupsClaim,
    passedClaims,
    ca: given.ca,
  };
}

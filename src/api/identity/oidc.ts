import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { UnixSeconds } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { memberOf, type UnverifiedJws } from './compact-jws.ts';
import type { FetchJson } from './fetch-json.ts';
import { identityFailure } from './identity-failure.ts';
import type { CheckedProvider } from './oidc-provider.ts';
import { type Bearer, bearerOf } from './person-claims.ts';
import { ProviderKeys } from './provider-keys.ts';

/** What jose found, in our words; its own errors are dropped, for they carry the claims. */
function failureOf(error: unknown): MayflyError {
  if (error instanceof MayflyError) return error;
  if (error instanceof errors.JWTExpired)
    return identityFailure('token-expired', error.claim === 'iat' ? 'older than maxTokenAge' : undefined);
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error;
    if (claim === 'iss') return identityFailure('token-issuer');
    if (claim === 'aud') return identityFailure('token-audience');
    if (reason === 'check_failed' && (claim === 'nbf' || claim === 'iat'))
      return identityFailure('token-not-yet', `by its ${claim}`);
    return identityFailure('token-malformed', `the claim ${claim} is missing or of another type`);
  }
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return identityFailure('token-algorithm');
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return identityFailure('token-malformed');
  if (error instanceof errors.JWSSignatureVerificationFailed) return identityFailure('token-signature');
  return identityFailure('token-signature', 'the key of the provider does not fit the algorithm');
}

/** RFC 7515 4.1.9: case does not count, and `application/` may be left out. */
function typeOf(typ: unknown): string | undefined {
  if (typ === undefined) return 'jwt';
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : undefined;
}

/** What the header may not say, before anybody looks for a key. */
function refuseHeader({ header }: UnverifiedJws, { algorithms, tokenTypes }: CheckedProvider): void {
  const alg = memberOf(header, 'alg');
  if (typeof alg !== 'string' || !algorithms.includes(alg)) throw identityFailure('token-algorithm');
  // No extension is understood here, so none that must be (RFC 7515 4.1.11).
  if (memberOf(header, 'crit') !== undefined) throw identityFailure('token-malformed', 'the header has critical extensions');
  const type = typeOf(memberOf(header, 'typ'));
  if (!tokenTypes.some((accepted) => accepted.toLowerCase() === type))
    throw identityFailure('token-malformed', 'the header names a type of token that is not accepted from this issuer');
}
/** What the claims may not say although their signature verifies. */
function refuseClaims(claims: JWTPayload): void {
  // JSON has numbers that are infinite as a double.
  if (!Number.isSafeInteger(Math.trunc(claims.exp ?? Number.NaN)))
    throw identityFailure('token-malformed', 'the claim exp is no time');
  // RFC 8417 2.2: tokens that tell of an event, such as a logout, and authorize nothing; they need not say so in `typ`.
  if (memberOf(claims, 'events') !== undefined) throw identityFailure('token-malformed', 'the token tells of an event');
  // RFC 7800 3: bound to a key (RFC 8705 3, RFC 9449 6). Whose possession nobody proved here; as a bearer's it would be worth stealing.
  if (memberOf(claims, 'cnf') !== undefined)
    throw identityFailure('token-malformed', 'the token is bound to a key, and is no bearer token');
}

/**
 * Tokens of one provider: JWT access tokens (RFC 9068 4), and id_tokens (OpenID Connect Core 1.0 3.1.3.7) where the configuration
 * accepts them.
 *
 * They are bearer tokens: whoever has one is who it names until it expires, as often as they like. `jti` is not remembered, and
 * tokens that are bound to a key are refused, because the key is not asked for.
 */
export class OidcTokens {
  readonly #provider: CheckedProvider;
  readonly #clock: () => UnixSeconds;
  readonly #keys: ProviderKeys;

  constructor(provider: CheckedProvider, clock: () => UnixSeconds, fetch: FetchJson) {
    this.#provider = provider;
    this.#clock = clock;
    this.#keys = new ProviderKeys(provider, clock, fetch);
  }

  /** @throws MayflyError of any code of identity-failure.ts but those of tokens of our own */
  async bearer(token: UnverifiedJws): Promise<Bearer> {
    const { issuer, audiences, algorithms, clockTolerance, maxTokenAge } = this.#provider;
    refuseHeader(token, this.#provider);
    try {
      const { payload } = await jwtVerify(token.text, (header) => this.#keys.key(header), {
        issuer,
        audience: [...audiences],
        algorithms: [...algorithms],
        clockTolerance,
        maxTokenAge,
        requiredClaims: ['sub', 'exp'],
        currentDate: new Date(this.#clock() * 1000),
      });
      refuseClaims(payload);
      return bearerOf(payload, this.#provider);
    } catch (e) {
      throw failureOf(e);
    }
  }
}

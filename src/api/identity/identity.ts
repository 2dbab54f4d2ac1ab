import type { Caller, Person } from '../../policy/principal.ts';
import type { UnixSeconds } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { apiTokenPrefix, type TokenStore, tokenHolder } from './api-token.ts';
import { MOST_TOKEN, memberOf, readJws } from './compact-jws.ts';
import { type FetchJson, fetchJson } from './fetch-json.ts';
import { identityFailure } from './identity-failure.ts';
import { OidcTokens } from './oidc.ts';
import { checkedProvider, type OidcProvider } from './oidc-provider.ts';
import type { Bearer } from './person-claims.ts';

export interface IdentityOptions {
  readonly providers: readonly OidcProvider[];
  readonly tokens: TokenStore;
  readonly clock: () => UnixSeconds;
  readonly fetch?: FetchJson | undefined;
}

/** Who calls, and whom a token names. */
export class Identity {
  readonly #issuers: ReadonlyMap<string, OidcTokens>;
  readonly #tokens: TokenStore;
  readonly #clock: () => UnixSeconds;

  /** @throws MayflyError `identity-config` */
  constructor({ providers, tokens, clock, fetch = fetchJson }: IdentityOptions) {
    this.#issuers = new Map(
      providers.map((given) => {
        const provider = checkedProvider(given);
        return [provider.issuer, new OidcTokens(provider, clock, fetch)];
      }),
    );
    if (this.#issuers.size < providers.length)
      throw new MayflyError('identity-config', 'two identity providers have one issuer', {
        next: 'give it both audiences instead',
      });
    this.#tokens = tokens;
    this.#clock = clock;
  }

  /**
   * The caller that the `Authorization` header (RFC 6750 2.1) stands for.
   * @throws MayflyError of a code of identity-failure.ts
   */
  async authenticate(authorization: string | undefined): Promise<Caller> {
    const token = bearerToken(authorization);
    if (token.startsWith(apiTokenPrefix)) return tokenHolder(token, this.#tokens, this.#clock());
    const { issuer, bearer } = await this.#verified(token);
    const { subject, person } = bearer;
    // No client may be called like a person: what a caller asked for is found again by its id.
    if (!person) return { id: `client:${issuer}#${subject}`, name: subject, scopes: ['sessions'], person };
    const name = person.userPrincipalName ?? subject;
    return { id: `oidc:${issuer}#${subject}`, name, scopes: ['sessions', 'approve'], person };
  }

  /**
   * The person whom a provider's token names.
   * @throws MayflyError of a code of identity-failure.ts
   */
  async person(token: string): Promise<Person> {
    const { person } = (await this.#verified(token)).bearer;
    if (!person) throw identityFailure('token-malformed', 'the token names a client, and no person');
    return person;
  }

  /** Its `iss`, unverified, decides only who verifies it. */
  async #verified(token: string): Promise<{ readonly issuer: string; readonly bearer: Bearer }> {
    const jws = readJws(token);
    const issuer = memberOf(jws.claims, 'iss');
    const tokens = typeof issuer === 'string' ? this.#issuers.get(issuer) : undefined;
    if (typeof issuer !== 'string' || tokens === undefined) throw identityFailure('token-issuer');
    return { issuer, bearer: await tokens.bearer(jws) };
  }
}

function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined) throw identityFailure('token-missing');
  if (MOST_TOKEN + 'Bearer '.length < authorization.length) throw identityFailure('token-malformed', 'the header is too long');
  // RFC 9110 11.1: the scheme's case does not count. Another scheme's credentials are none here.
  if (!/^bearer(?: |$)/i.test(authorization)) throw identityFailure('token-missing');
  const [, token] = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization) ?? [];
  if (token === undefined) throw identityFailure('token-malformed', 'the header is not of the form of RFC 6750 2.1');
  return token;
}

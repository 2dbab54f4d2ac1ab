import { type CryptoKey, createLocalJWKSet, errors, type JSONWebKeySet, type JWSHeaderParameters, type LocalJWKSet } from 'jose';
import type { UnixSeconds } from '../../wire/der-time.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import type { FetchJson } from './fetch-json.ts';
import { identityFailure } from './identity-failure.ts';
import { type CheckedProvider, isTrustworthy } from './oidc-provider.ts';

/** Seconds that keys count as the provider's without asking again: how long a key that was withdrawn is still trusted. */
const FRESH = 600;
/** Seconds that they are used where the provider does not answer; its tokens do not live longer either. */
const STALE = 3600;
/** Seconds between two attempts: whoever makes up key ids cannot send us to the provider more often. */
const COOLDOWN = 30;
const COOLDOWN_AFTER_FAILURE = 5;
/** Milliseconds for each document. */
const LIMIT = 5_000;
const MOST_KEYS = 100;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
const unusable = (message: string) => new MayflyError('identity-provider', message);

/** The public keys of one provider (JWK Set, RFC 7517 5), fetched when a token needs them. */
export class ProviderKeys {
  readonly #provider: CheckedProvider;
  readonly #clock: () => UnixSeconds;
  readonly #fetch: FetchJson;
  #keys: LocalJWKSet | undefined;
  #fetched: UnixSeconds = Number.NEGATIVE_INFINITY;
  #tried: UnixSeconds = Number.NEGATIVE_INFINITY;
  /** Why the last attempt failed; undefined if it did not. */
  #failure: Error | undefined;
  #attempt: Promise<void> | undefined;

  constructor(provider: CheckedProvider, clock: () => UnixSeconds, fetch: FetchJson) {
    this.#provider = provider;
    this.#clock = clock;
    this.#fetch = fetch;
  }

  /**
   * The key that `kid` and `alg` of an unverified header name; keys in the header itself or at its URLs count for nothing. An unknown
   * one may be new, so the provider is asked once more.
   * @throws MayflyError `identity-provider`, `token-signature`
   */
  async key(header: JWSHeaderParameters): Promise<CryptoKey> {
    if (!this.#isYounger(this.#fetched, FRESH)) {
      const attempt = this.#refreshed();
      // A provider that is down keeps nobody waiting whom the old keys can serve.
      if (this.#failure === undefined || !this.#isYounger(this.#fetched, STALE)) await attempt;
    }
    const known = await this.#chosen(header);
    if (known !== undefined) return known;
    await this.#refreshed();
    const found = await this.#chosen(header);
    if (found !== undefined) return found;
    if (this.#failure !== undefined) throw identityFailure('identity-provider', this.#failure);
    throw identityFailure('token-signature', 'the provider has no such key');
  }

  /** A clock that was set back makes everything old, not everything young. */
  #isYounger(since: UnixSeconds, seconds: number): boolean {
    const age = this.#clock() - since;
    return 0 <= age && age < seconds;
  }

  async #chosen(header: JWSHeaderParameters): Promise<CryptoKey | undefined> {
    if (this.#keys === undefined || !this.#isYounger(this.#fetched, STALE))
      throw identityFailure('identity-provider', this.#failure ?? 'its keys are too old');
    try {
      return await this.#keys(header);
    } catch (e) {
      if (e instanceof errors.JWKSNoMatchingKey) return undefined;
      if (e instanceof errors.JWKSMultipleMatchingKeys)
        throw identityFailure('token-signature', 'several keys of the provider fit, and the token names none');
      throw identityFailure('identity-provider', 'the key of the provider cannot be used');
    }
  }

  /** Resolves when an attempt has ended, or at once where the last one was just now. All who wait share one. */
  async #refreshed(): Promise<void> {
    if (this.#attempt === undefined) {
      if (this.#isYounger(this.#tried, this.#failure === undefined ? COOLDOWN : COOLDOWN_AFTER_FAILURE)) return;
      this.#attempt = this.#refresh().finally(() => {
        this.#tried = this.#clock();
        this.#attempt = undefined;
      });
    }
    await this.#attempt;
  }
  async #refresh(): Promise<void> {
    try {
      this.#keys = createLocalJWKSet(await this.#keySet());
      this.#fetched = this.#clock();
      this.#failure = undefined;
    } catch (e) {
      this.#failure = e instanceof Error ? e : unusable('the keys of the provider cannot be fetched');
    }
  }
  async #keySet(): Promise<JSONWebKeySet> {
    const set = await this.#fetch(await this.#keySetAt(), { ca: this.#provider.ca, limit: LIMIT });
    const keys: unknown = isRecord(set) ? set['keys'] : undefined;
    if (!Array.isArray(keys) || MOST_KEYS < keys.length || !keys.every(isRecord))
      throw unusable('the provider sent what is no key set');
    return { keys };
  }
  async #keySetAt(): Promise<URL> {
    const { keysAt, issuer, ca } = this.#provider;
    if ('jwks' in keysAt) return keysAt.jwks;
    const found = await this.#fetch(keysAt.discovery, { ca, limit: LIMIT });
    // OpenID Connect Discovery 1.0 4.3: or else somebody else's document could name its keys for this issuer.
    if (!isRecord(found) || found['issuer'] !== issuer) throw unusable('the discovery document is of another issuer');
    const uri = found['jwks_uri'];
    const url = typeof uri === 'string' ? URL.parse(uri) : null;
    // What came over TLS does not lead into this machine.
    if (!url || !isTrustworthy(url) || (keysAt.discovery.protocol === 'https:' && url.protocol !== 'https:'))
      throw unusable('the discovery document names no https URL of keys');
    return url;
  }
}

import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Provider } from 'oidc-provider';

/** What the provider knows of a person beyond its name. */
export type Claims = Readonly<Record<string, unknown>>;

export const RESOURCE = 'https://mayfly.corp.example';
export const CLIENT = 'portal';
const SECRET = randomBytes(24).toString('hex');
const CALLBACK = 'https://portal.corp.example/signed-in';

/** A store for one run of the provider, of which it needs no more: https://github.com/panva/node-oidc-provider, adapters. */
function memory() {
  const kept = new Map<string, object>();
  return class {
    readonly #kind: string;
    constructor(kind: string) {
      this.#kind = kind;
    }
    async upsert(id: string, payload: object) {
      kept.set(`${this.#kind}:${id}`, payload);
    }
    async find(id: string) {
      return kept.get(`${this.#kind}:${id}`);
    }
    async findByUid(uid: string) {
      return [...kept.values()].find((payload) => 'uid' in payload && payload.uid === uid);
    }
    async consume(id: string) {
      Object.assign(kept.get(`${this.#kind}:${id}`) ?? {}, { consumed: Math.floor(Date.now() / 1000) });
    }
    async destroy(id: string) {
      kept.delete(`${this.#kind}:${id}`);
    }
  };
}

interface ContextOfLogin {
  readonly oidc: { readonly session: { readonly accountId: string }; readonly client: { readonly clientId: string } };
}
interface Issued {
  readonly accountId?: string;
}

function providerAt(issuer: string, keys: readonly object[], people: ReadonlyMap<string, Claims>, alg: string): Provider {
  const provider: Provider = new Provider(issuer, {
    adapter: memory(),
    jwks: { keys },
    cookies: { keys: [randomBytes(24).toString('hex')] },
    clients: [
      {
        client_id: CLIENT,
        client_secret: SECRET,
        redirect_uris: [CALLBACK],
        grant_types: ['authorization_code', 'client_credentials'],
        id_token_signed_response_alg: alg,
      },
    ],
    acrValues: ['urn:example:two-factors'],
    claims: { openid: ['sub', 'upn', 'groups'], acr: null, amr: null },
    conformIdTokenClaims: false,
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      claimsParameter: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: 'logon',
          audience: RESOURCE,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 300,
          jwt: { sign: { alg } },
        }),
        useGrantedResource: () => true,
      },
    },
    ttl: { IdToken: 300, AccessToken: 300, ClientCredentials: 300, Grant: 300, Session: 300, Interaction: 300 },
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId, ...people.get(accountId) }) }),
    extraTokenClaims: (_: unknown, { accountId }: Issued) => (accountId === undefined ? undefined : people.get(accountId)),
    interactions: { url: (_: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    // Nobody is asked for consent.
    loadExistingGrant: async ({ oidc: { session, client } }: ContextOfLogin) => {
      const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
      grant.addOIDCScope('openid');
      grant.addResourceScope(RESOURCE, 'logon');
      await grant.save();
      return grant;
    },
  });
  return provider;
}

/** A real OpenID provider on loopback. It signs people in by their name alone. */
export class ServedProvider {
  readonly issuer: string;
  readonly #server: Server;
  readonly #people = new Map<string, Claims>();
  /** By path: how often it was asked. */
  readonly asked = new Map<string, number>();
  #provider: Provider;
  #loggingOn = '';

  private constructor(server: Server, issuer: string, keys: readonly object[], alg: string) {
    this.#server = server;
    this.issuer = issuer;
    this.#provider = providerAt(issuer, keys, this.#people, alg);
    server.on('request', (request, response) => void this.#answer(request, response));
  }
  /** @param keys private JWKs with `kid` and `alg` */
  static async start(keys: readonly object[], alg = 'RS256'): Promise<ServedProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the provider has no address');
    return new ServedProvider(server, `http://127.0.0.1:${address.port}`, keys, alg);
  }
  /** Another provider under the same address: whatever the old one knew is gone. */
  restart(keys: readonly object[], alg = 'RS256'): void {
    this.#provider = providerAt(this.issuer, keys, this.#people, alg);
  }
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
  get timesAskedForKeys(): number {
    return this.asked.get('/jwks') ?? 0;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0] ?? '';
    this.asked.set(path, (this.asked.get(path) ?? 0) + 1);
    if (path.startsWith('/interaction/')) {
      const login = { accountId: this.#loggingOn, amr: ['pwd', 'otp'], acr: 'urn:example:two-factors' };
      await this.#provider.interactionFinished(request, response, { login });
    } else this.#provider.callback()(request, response);
  }

  async #token(body: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
    const response = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${CLIENT}:${SECRET}`).toString('base64')}` },
      body: new URLSearchParams({ ...body, resource: RESOURCE }),
    });
    const answer = (await response.json()) as Readonly<Record<string, unknown>>;
    if (!response.ok) throw new Error(`the provider gave no token: ${JSON.stringify(answer)}`);
    return answer;
  }
  /** The client's own access token, RFC 6749 4.4. */
  async clientToken(): Promise<string> {
    return String((await this.#token({ grant_type: 'client_credentials', scope: 'logon' }))['access_token']);
  }
  /** A person logs on at the provider: authorization code flow with PKCE (RFC 6749 4.1, RFC 7636). */
  async logOn(name: string, claims: Claims): Promise<{ readonly accessToken: string; readonly idToken: string }> {
    this.#people.set(name, claims);
    this.#loggingOn = name;
    const verifier = randomBytes(32).toString('base64url');
    const first = new URL('/auth', this.issuer);
    first.search = new URLSearchParams({
      client_id: CLIENT,
      response_type: 'code',
      redirect_uri: CALLBACK,
      scope: 'openid logon',
      resource: RESOURCE,
      claims: JSON.stringify({ id_token: { acr: null, amr: null } }),
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }).toString();
    const code = await this.#followed(first);
    const answer = await this.#token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier });
    return { accessToken: String(answer['access_token']), idToken: String(answer['id_token']) };
  }
  /** What a browser does: redirections and cookies, until the client's own address comes with the code. */
  async #followed(first: URL): Promise<string> {
    const cookies = new Map<string, string>();
    for (let url = first, steps = 0; steps < 10; steps++) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
      for (const set of response.headers.getSetCookie()) {
        const [name = '', value = ''] = set.split(';')[0]?.split('=') ?? [];
        cookies.set(name, value);
      }
      const location = response.headers.get('location');
      if (location === null) throw new Error(`the provider stopped with ${response.status}: ${await response.text()}`);
      url = new URL(location, url);
      if (url.href.startsWith(CALLBACK)) {
        const code = url.searchParams.get('code');
        if (code === null) throw new Error(`the provider let nobody in: ${url.search}`);
        return code;
      }
    }
    throw new Error('the provider redirects without end');
  }
}

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll } from 'vitest';
import type { ApiPorts, Check } from '../../src/api/api-ports.ts';
import { apiServer } from '../../src/api/api-server.ts';
import { ApiTokens } from '../../src/api/identity/api-tokens.ts';
import { Identity } from '../../src/api/identity/identity.ts';
import type { OidcProvider } from '../../src/api/identity/oidc-provider.ts';
import { CaClient } from '../../src/ca/ca-client.ts';
import { ownServerIdentity, type ServerIdentity } from '../../src/ca/service-certificate.ts';
import { readDirectoryFile } from '../../src/cli/commands/decision-sources.ts';
import { ApiClient } from '../../src/client/api-client.ts';
import { Custody } from '../../src/custody/custody.ts';
import { StaticDirectoryPort } from '../../src/directory/static-directory-port.ts';
import type { Person, Scope } from '../../src/policy/principal.ts';
import { parseRules } from '../../src/policy/rules.ts';
import { policySchema } from '../../src/policy/schema.ts';
import type { SessionLimits } from '../../src/session/session-limits.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { Store } from '../../src/store/store.ts';
import { clock, madeCa, temporaryFolder } from '../ca/made-ca.ts';
import { servedCa } from '../ca/served-ca.ts';

const domain = 'S-1-5-21-1004336348-1177238915-682003330';
/** Hosts differ in what the rules ask for. */
export const hosts = {
  own: 'own.corp.example',
  approved: 'approved.corp.example',
  named: 'named.corp.example',
  closed: 'closed.corp.example',
};
const directory = {
  accounts: ['alice', 'bob', 'carol'].map((name, i) => ({
    name,
    userPrincipalName: `${name}@corp.example`,
    sid: `${domain}-${1105 + i}`,
  })),
  hosts: [
    { name: hosts.own, labels: { access: 'self' } },
    { name: hosts.approved, labels: { access: 'approval' } },
    { name: hosts.named, labels: { access: 'named' } },
    { name: hosts.closed },
  ],
};
const rules = `
@id("self") permit (principal, action == Action::"open", resource in Label::"access=self") when { context.account.own };
@id("with-approval") @approve("1 of approvers")
permit (principal, action == Action::"open", resource in Label::"access=approval") when { context.account.own };
@id("named") permit (principal, action == Action::"openNamed", resource in Label::"access=named");
`;
const many = { burst: 1_000_000, perMinute: 60_000_000 };
const limits: SessionLimits = {
  perCaller: many,
  inAll: many,
  open: 100_000,
  openPerCaller: 100_000,
  cardsPerSession: 3,
  patience: 600,
  live: 50,
  review: { every: 300, grace: 600 },
  lifetime: 300,
};
/** A person as tokens of our own name one. */
export const person = (name: string, groups: readonly string[] = []): Person => ({
  issuer: 'mayfly',
  subject: name,
  userPrincipalName: `${name}@corp.example`,
  groups,
  claims: {},
  strength: [],
});

export interface ServiceUnderTest {
  readonly app: FastifyInstance;
  readonly sessions: Sessions;
  readonly store: Store;
  readonly custody: Custody;
  readonly identity: ServerIdentity;
  readonly port: number;
  readonly url: string;
  /** What the service's log would say: of faults of its own. */
  readonly logged: unknown[];
  /** How much later it is for whoever looks at tokens. */
  readonly later: { seconds: number };
  /** What is wrong, for /readyz. */
  readonly checks: Check[];
  token(scopes: readonly Scope[], person?: Person, lifetime?: number): string;
  client(token: string): ApiClient;
  /** Every entry of the journal, parsed. */
  journal(): readonly Readonly<Record<string, unknown>>[];
}
export interface ServiceChanges {
  readonly providers?: readonly OidcProvider[];
  readonly limits?: Partial<SessionLimits>;
  readonly requestsPerMinute?: number;
  readonly launch?: ApiPorts['launch'];
  readonly examine?: ApiPorts['examine'];
  readonly reauthenticate?: ApiPorts['reauthenticate'];
}

/** The whole service but for its command line: a CA behind its socket, custody, store, rules, directory, TLS, on loopback. */
export async function serviceUnderTest(changes: ServiceChanges = {}): Promise<ServiceUnderTest> {
  const folder = temporaryFolder();
  const ca = await servedCa(await madeCa({ lab: true }));
  const issuing = await CaClient.connect(ca.path);
  const store = Store.open(join(folder, 'service.db'));
  const custody = new Custody({ poolSize: 2 });
  writeFileSync(join(folder, 'directory.json'), JSON.stringify(directory), { mode: 0o600 });
  const read = await readDirectoryFile(join(folder, 'directory.json'));
  const port = new StaticDirectoryPort(() => read, clock);
  const parsed = parseRules([{ name: 'rules.cedar', text: rules }], policySchema);
  const sessions = new Sessions(
    {
      clock,
      elapsed: () => performance.now(),
      random: (length) => new Uint8Array(randomBytes(length)),
      after(milliseconds, f) {
        const timer = setTimeout(f, milliseconds);
        return () => clearTimeout(timer);
      },
      store,
      directory: port,
      issuer: {
        name: 'corp',
        async issue(request) {
          const asked = await issuing.issue(request);
          return asked.ok ? { ok: true, ...asked.reply } : asked;
        },
      },
      keys: custody,
      rules: () => parsed,
    },
    () => ({ exceptedSids: new Set(), ownAccountSids: new Set(), upnSuffixes: ['corp.example'] }),
    { ...limits, ...changes.limits },
  );
  const tokens = new ApiTokens({ kept: store, clock, random: (length) => new Uint8Array(randomBytes(length)) });
  const logged: unknown[] = [];
  const later = { seconds: 0 };
  const checks: Check[] = ['journal', 'ca', 'crl', 'rules', 'checkpoints'].map((name) => ({ name, ok: true }));
  const identity = await ownServerIdentity(folder, ['localhost', '127.0.0.1', '::1'], clock());
  const app = await apiServer(
    {
      sessions,
      identity: new Identity({ providers: changes.providers ?? [], tokens, clock: () => clock() + later.seconds }),
      directory: port,
      tokens,
      journal: store,
      checks: async () => checks,
      gauges: async () => ({
        keysPooled: custody.pooled,
        keysWaitedFor: custody.waiting,
        crlAge: 0,
        journalSequence: store.head.sequence,
        gateway: { halfOpen: 2, live: 3, refused: new Map([['token', 4]]) },
      }),
      examine: changes.examine ?? (async () => ({ ok: true, ms: 0, findings: [] })),
      launch: changes.launch,
      reauthenticate: changes.reauthenticate,
      clock,
      log: (_, e) => logged.push(e),
      requestsPerMinute: changes.requestsPerMinute ?? 10_000_000,
    },
    identity,
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the service has no address');
  const url = `https://127.0.0.1:${address.port}`;
  const clients: ApiClient[] = [];
  afterAll(async () => {
    for (const client of clients) client.close();
    await sessions.close();
    await app.close();
    issuing.close();
    await custody.close();
    store.close();
  });
  const newToken = (scopes: readonly Scope[], of?: Person, lifetime = 3600) =>
    tokens.create({ name: 'a launcher', scopes, lifetime, person: of }, 'test').text;
  return {
    app,
    sessions,
    store,
    custody,
    identity,
    port: address.port,
    url,
    logged,
    later,
    checks,
    token: newToken,
    client(token) {
      const client = new ApiClient({ url, token, ca: identity.certificate });
      clients.push(client);
      return client;
    },
    journal: () => store.entries({ limit: 1_000_000 }).map(({ text }) => JSON.parse(text) as Readonly<Record<string, unknown>>),
  };
}

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { CaClient } from '../../src/ca/ca-client.ts';
import { Custody } from '../../src/custody/custody.ts';
import type { DirectoryFile } from '../../src/directory/directory-schema.ts';
import { StaticDirectory } from '../../src/directory/static-directory.ts';
import type { Caller, Person } from '../../src/policy/principal.ts';
import { parseRules, type Rules } from '../../src/policy/rules.ts';
import { policySchema } from '../../src/policy/schema.ts';
import type { SessionRequest } from '../../src/session/decide.ts';
import type { CardIssuer, SessionPorts } from '../../src/session/ports.ts';
import type { SessionLimits } from '../../src/session/session-limits.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { Store } from '../../src/store/store.ts';
import { madeCa } from '../ca/made-ca.ts';
import { servedCa } from '../ca/served-ca.ts';
import { ManualTime } from './manual-time.ts';

const DOMAIN = 'S-1-5-21-1004336348-1177238915-682003330';
export const directoryFile: DirectoryFile = {
  groups: [{ name: 'Operators', sid: `${DOMAIN}-1200` }],
  accounts: [
    { name: 'alice', userPrincipalName: 'alice@corp.example', sid: `${DOMAIN}-1105` },
    { name: 'bob', userPrincipalName: 'bob@corp.example', sid: `${DOMAIN}-1106` },
    { name: 'ops', userPrincipalName: 'ops@corp.example', sid: `${DOMAIN}-1107`, memberOf: ['Operators'] },
  ],
  hosts: [
    { name: 'ts1.corp.example', labels: { access: 'self' } },
    { name: 'db1.corp.example', labels: { access: 'approved' } },
    { name: 'closed.corp.example' },
  ],
};
/** Own account where the host is labelled so; the shared one after two of `approvers` have said yes. */
export const ruleText = `
@id("own") @minutes("60")
permit (principal, action == Action::"open", resource in Label::"access=self") when { context.account.own };
@id("approved") @minutes("30") @approve("2 of approvers")
permit (principal, action == Action::"open", resource in Label::"access=approved");
`;
export const rulesOf = (text: string): Rules => parseRules([{ name: 'rules.cedar', text }], policySchema);

export const person = (name: string, groups: readonly string[] = []): Person => {
  return {
    issuer: 'https://idp.corp.example',
    subject: name,
    userPrincipalName: `${name}@corp.example`,
    groups,
    claims: {},
    strength: [],
  };
};
export const caller = (name: string, given: Partial<Caller> = {}): Caller => {
  const own = person(name, name.startsWith('approver') ? ['approvers'] : []);
  return { id: `oidc:https://idp.corp.example#${name}`, name, scopes: ['sessions', 'approve'], person: own, ...given };
};
export const alice: Caller = caller('alice');
export const requestOf = (by: Caller, given: Partial<SessionRequest> = {}): SessionRequest => {
  const whom = by.person ?? person('alice');
  return { caller: by, person: whom, proof: 'self', target: 'ts1.corp.example', mode: 'card', network: '10.0.0.7', ...given };
};

export const limits: SessionLimits = {
  perCaller: { burst: 50, perMinute: 60 },
  inAll: { burst: 1000, perMinute: 6000 },
  open: 100,
  openPerCaller: 50,
  live: 10,
  lifetime: 300,
  cardsPerSession: 3,
  patience: 600,
  review: { every: 300, grace: 600 },
};

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
export function databasePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-store-'));
  folders.push(folder);
  return join(folder, 'service', 'journal.db');
}

/** What all cards of a test file are made with: keys in custody, and a lab CA behind its socket. */
export interface Issuing {
  readonly custody: Custody;
  readonly issuer: CardIssuer;
}
export async function madeIssuing(poolSize = 4): Promise<Issuing> {
  const ca = await servedCa(await madeCa({ lab: true }));
  const client = await CaClient.connect(ca.path);
  const custody = new Custody({ poolSize });
  afterAll(async () => {
    client.close();
    await custody.close();
  });
  const issuer: CardIssuer = {
    name: 'lab',
    async issue(request) {
      const asked = await client.issue(request);
      return asked.ok ? { ok: true, ...asked.reply } : asked;
    },
  };
  return { custody, issuer };
}

export interface Made {
  readonly sessions: Sessions;
  readonly store: Store;
  readonly time: ManualTime;
  readonly path: string;
  /** What the directory and the rules say from now on. */
  readonly world: { directory: DirectoryFile; rules: Rules };
  /** Events of the journal, oldest first. */
  readonly events: () => string[];
  /** Whole entries of one event. */
  readonly entries: (event: string) => readonly Readonly<Record<string, unknown>>[];
}
const open: Made[] = [];
afterEach(async () => {
  for (const { sessions, store } of open.splice(0)) {
    await sessions.close();
    store.close();
  }
});
const rules = rulesOf(ruleText);
export function madeSessions(
  { custody, issuer }: Issuing,
  given: { limits?: Partial<SessionLimits>; ports?: Partial<SessionPorts>; path?: string; time?: ManualTime } = {},
): Made {
  const path = given.path ?? databasePath();
  const store = Store.open(path, { isService: true });
  const time = given.time ?? new ManualTime();
  const world = { directory: directoryFile, rules };
  const directory = () => new StaticDirectory(world.directory);
  const ports: SessionPorts = {
    clock: time.clock,
    elapsed: time.elapsed,
    after: time.after,
    random: (length) => new Uint8Array(randomBytes(length)),
    store,
    directory: {
      account: async (reference) => directory().account(reference, time.clock()),
      host: async (name) => directory().host(name),
      hosts: async () => directory().hosts,
    },
    issuer,
    keys: custody,
    rules: () => world.rules,
    ...given.ports,
  };
  const bounds = { exceptedSids: new Set<string>(), ownAccountSids: new Set<string>(), upnSuffixes: ['corp.example'] };
  const sessions = new Sessions(ports, () => bounds, { ...limits, ...given.limits });
  const entries = (event?: string) =>
    store.entries({ event, limit: 10_000 }).map(({ text }) => JSON.parse(text) as Readonly<Record<string, unknown>>);
  const made: Made = { sessions, store, time, path, world, entries, events: () => entries().map(({ event }) => String(event)) };
  open.push(made);
  return made;
}
/** Until the notes of this moment are written. */
export const written = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

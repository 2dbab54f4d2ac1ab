import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { caFolder } from '../src/ca/ca-folder.ts';
import { CaProcessIssuer } from '../src/ca/card-issuer.ts';
import { StaticDirectory } from '../src/directory/static-directory.ts';
import { parseRules } from '../src/policy/rules.ts';
import { policySchema } from '../src/policy/schema.ts';
import type { SessionRequest } from '../src/session/decide.ts';
import type { SessionPorts } from '../src/session/ports.ts';
import { Sessions } from '../src/session/sessions.ts';
import type { Store } from '../src/store/store.ts';

/** The service's inside, with everything real but the limits: what the benches of it measure. */
export const clock = () => Math.floor(Date.now() / 1000);
const entry = join(import.meta.dirname, '..', 'src', 'cli', 'mayfly.js');

export const person = {
  issuer: 'mayfly',
  subject: 'alice',
  userPrincipalName: 'alice@corp.example',
  groups: ['staff'],
  claims: {},
  strength: [],
};
export const alice = { id: 'token:alice', name: 'alice', scopes: ['sessions'] as const, person };
export const question: SessionRequest = {
  caller: alice,
  person,
  proof: 'self',
  target: 'ts1.corp.example',
  mode: 'card',
  network: '127.0.0.1',
};
const directory = new StaticDirectory({
  accounts: [{ name: 'alice', userPrincipalName: 'alice@corp.example', sid: 'S-1-5-21-1004336348-1177238915-682003330-1105' }],
  hosts: [{ name: 'ts1.corp.example', labels: { access: 'self' } }],
});
export const directoryPort = {
  account: async (reference: string) => directory.account(reference, clock()),
  host: async (name: string) => directory.host(name),
  hosts: async () => directory.hosts,
};
const rules = parseRules(
  [
    {
      name: 'r',
      text: '@id("own") permit (principal, action == Action::"open", resource in Label::"access=self") when { context.account.own };',
    },
  ],
  policySchema,
);
const many = { burst: 1e12, perMinute: 1e12 };
const most = 1e9;
const limits = {
  perCaller: many,
  inAll: many,
  open: most,
  openPerCaller: most,
  cardsPerSession: 8,
  patience: 3600,
  review: { every: 300, grace: 1800 },
  live: 100_000,
  lifetime: 1800,
};

export function sessionsWith(store: Store, issuer: CaProcessIssuer, keys: SessionPorts['keys']): Sessions {
  const ports = {
    clock,
    elapsed: () => performance.now(),
    random: (length: number) => new Uint8Array(randomBytes(length)),
    after(milliseconds: number, f: () => void) {
      const timer = setTimeout(f, milliseconds);
      return () => clearTimeout(timer);
    },
    ...{ store, directory: directoryPort, issuer, keys, rules: () => rules },
  };
  const bounds = { exceptedSids: new Set<string>(), ownAccountSids: new Set<string>(), upnSuffixes: ['corp.example'] };
  return new Sessions(ports, () => bounds, limits);
}

/** A CA process as `mayfly serve` keeps one. */
export async function caProcess(home: string, key: 'p-256' | 'p-384' | 'rsa-3072') {
  const [name, env] = [key, { ...process.env, MAYFLY_HOME: home }];
  const args = ['ca', 'init', '--ca', name, '--lab', '--key', key, '--domain', 'corp.example'];
  execFileSync(process.execPath, [entry, ...args], { env, stdio: 'ignore' });
  const child = spawn(process.execPath, [entry, 'ca', 'serve', '--ca', name], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return { issuer: new CaProcessIssuer(name, join(caFolder(home, name).path, 'ca.sock')), child };
}

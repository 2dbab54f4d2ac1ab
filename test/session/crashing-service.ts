import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CaProcessIssuer } from '../../src/ca/card-issuer.ts';
import { ed25519Signer, ed25519Verifier } from '../../src/crypto/ed25519.ts';
import { Custody } from '../../src/custody/custody.ts';
import { StaticDirectory } from '../../src/directory/static-directory.ts';
import { parseRules } from '../../src/policy/rules.ts';
import { policySchema } from '../../src/policy/schema.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { Checkpoints } from '../../src/store/checkpoints.ts';
import { Store } from '../../src/store/store.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';

/**
 * The service without its API, under load until it is killed: callers ask for sessions, open their cards, use and end them. What a caller
 * has been told is printed, a line each, before anything else happens.
 */
const [folder = '', socket = '', privateKey = '', publicKey = ''] = process.argv.slice(2);
const said = (...words: readonly (string | number)[]) => writeSync(1, `${words.join(' ')}\n`);
const clock = () => Math.floor(Date.now() / 1000);

const directory = new StaticDirectory({
  accounts: [{ name: 'alice', userPrincipalName: 'alice@corp.example', sid: 'S-1-5-21-1004336348-1177238915-682003330-1105' }],
  hosts: [{ name: 'ts1.corp.example' }],
});
const rules = parseRules(
  [{ name: 'r', text: '@id("all") permit (principal, action == Action::"open", resource);' }],
  policySchema,
);
const store = Store.open(join(folder, 'mayfly.sqlite'), { isService: true });
const checkpoints = await Checkpoints.start({
  store,
  signer: ed25519Signer(privateKey),
  verifier: ed25519Verifier(publicKey),
  file: join(folder, 'checkpoints.jsonl'),
  clock,
  told: (e) => e && said('checkpoint', e.code),
  entries: 50,
});
const custody = new Custody({ poolSize: 4 });
const issuer = new CaProcessIssuer('lab', socket);
const many = { burst: 1e9, perMinute: 1e9 };
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
    directory: {
      account: async (reference) => directory.account(reference, clock()),
      host: async (name) => directory.host(name),
      hosts: async () => directory.hosts,
    },
    issuer,
    keys: custody,
    rules: () => rules,
  },
  () => ({ exceptedSids: new Set(), ownAccountSids: new Set(), upnSuffixes: ['corp.example'] }),
  {
    perCaller: many,
    inAll: many,
    open: 1000,
    openPerCaller: 1000,
    cardsPerSession: 4,
    patience: 600,
    review: { every: 300, grace: 600 },
    live: 100,
    lifetime: 300,
  },
);
const person = {
  issuer: 'i',
  subject: 'alice',
  userPrincipalName: 'alice@corp.example',
  groups: [],
  claims: {},
  strength: [],
};
const alice = { id: 'oidc:i#alice', name: 'alice', scopes: ['sessions', 'admin'] as const, person };

// What the crash before left: no card is live, and each session can be opened or ended.
await store.commit({ entries: [{ event: 'service-started', at: clock(), version: '0', configDigest: '0' }] });
said('open-cards', store.openCards().length);
for (const { id } of store.openSessions()) {
  const { cards } = sessions.get(alice, id);
  if (cards.some(({ state }) => state !== 'destroyed')) said('live-after-crash', id);
  await sessions.end(alice, id);
}
said('left-open', store.openSessions().length);

async function logon(): Promise<void> {
  const { id } = await sessions.request({
    caller: alice,
    person,
    proof: 'self',
    target: 'ts1.corp.example',
    mode: 'card',
    network: '10.0.0.1',
  });
  said('granted', id);
  const { card, serialNumber } = await sessions.openCard(alice, id, 'card').catch(async (e: unknown) => {
    await sessions.end(alice, id);
    throw e;
  });
  said('released', serialNumber);
  await sleep(Math.random() * 20);
  if (Math.random() < 0.3) await card.destroy('client-left');
  if (Math.random() < 0.7) {
    await sessions.end(alice, id);
    said('ended', id);
  }
}
async function caller(): Promise<never> {
  for (;;) {
    try {
      await logon();
    } catch (e) {
      said('refused', e instanceof MayflyError ? e.code : String(e));
      await sleep(20);
    }
  }
}
void checkpoints;
await Promise.all(Array.from({ length: 6 }, caller));

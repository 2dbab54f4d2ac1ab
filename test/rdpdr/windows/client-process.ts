import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Custody } from '../../../src/custody/custody.ts';
import { LiveCard } from '../../../src/custody/live-card.ts';
import { CardSession } from '../../../src/net/card-session.ts';
import { pinAsPassword } from '../../../src/rdp/client-info.ts';
import { offeredCapabilities } from '../../../src/rdp/offered-capabilities.ts';
import { clientInfoOfCard } from '../../../src/rdp/offered-client-info.ts';
import { modulusOf } from '../../../src/x509/public-key.ts';
import { cardPlan, client, screen } from '../../rdp/connected-client.ts';
import { certificateOf } from './minted-card.ts';

/**
 * The client's side in a process of its own, as the service is one: a key in custody, a card, a session with the host at the port that
 * is given, whose certificate has the fingerprint that is given. It says a line for each thing that happens, and ends with its input.
 */
const [port = '', fingerprint = '', octets = '1236'] = process.argv.slice(2);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const custody = new Custody({ poolSize: 1, waitLimit: 60_000 });
const key = await custody.take('rsa-2048');
const certificate = certificateOf(key.publicKey, Number(octets));
const card = new LiveCard({
  key,
  certificate,
  notAfter: 2_000_000_000,
  operations: 100_000,
  destroyed: (cause) => say({ destroyed: cause, operations: card.operations }),
});
const password = pinAsPassword(card.pin);
const plan = cardPlan({ clientInfo: () => clientInfoOfCard({ userName: '', password }) });
const trust = { kind: 'pinned', fingerprints: [fingerprint] } as const;
const { outcome, transport } = await client(Number(port), plan, { trust, patience: 30_000 });
password.fill(0);
if (outcome.kind !== 'active') throw new Error(outcome.sentence);
say({ modulus: Buffer.from(modulusOf(key.publicKey)).toString('hex') });
const session = new CardSession({
  connected: outcome,
  transport,
  card,
  notAfter: 600_000,
  computerName: 'mayfly',
  capabilities: () => offeredCapabilities(screen),
  random: (length) => new Uint8Array(randomBytes(length)),
  after: (ms, f) => {
    const timer = setTimeout(f, ms);
    return () => clearTimeout(timer);
  },
  elapsed: () => performance.now(),
  stalled: ({ stage }) => say({ stalled: stage }),
});
void session.logon.then(({ kind }) => say({ logon: kind, reached: session.reached.stage }));
void session.ended.then(({ kind }) => say({ ended: kind }));
for await (const _ of createInterface({ input: process.stdin }));
await custody.close();
process.exit();

import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { CardKey, CardKeyKind } from '../../src/custody/card-key.ts';
import { Custody } from '../../src/custody/custody.ts';
import { modulusOf } from '../../src/x509/public-key.ts';

/**
 * A process that does what it reads: `take KIND COUNT` answers with the moduli, `use` lets each key do three operations,
 * `destroy`, `cycle KIND COUNT` makes, uses and destroys so many one after the other, `load KIND` makes, uses and destroys other keys from then on and keeps the main loop busy.
 */
const [poolSize = '2'] = process.argv.slice(2);
const custody = new Custody({ poolSize: Number(poolSize), waitLimit: 60_000 });
let keys: CardKey[] = [];
let others = 0;

async function use(key: CardKey): Promise<void> {
  // Below every modulus, and as good as any digest.
  const block = randomBytes(key.kind === 'p-256' ? 32 : modulusOf(key.publicKey).length);
  block[0] = 0;
  for (let i = 0; i < 3; i++) await key.operate(block);
}

async function oneOther(kind: CardKeyKind): Promise<void> {
  const key = await custody.take(kind);
  await use(key);
  await key.destroy();
  others++;
}

/** What the main loop of a service does all day: buffers, objects, text. */
function traffic(): void {
  const document = { at: others, text: randomBytes(3000).toString('base64'), list: Array.from({ length: 200 }, (_, i) => i) };
  if (JSON.stringify(JSON.parse(JSON.stringify(document))).length < 3000) throw new Error('traffic was lost');
}

async function load(kind: CardKeyKind): Promise<never> {
  setInterval(traffic, 1);
  for (;;) await oneOther(kind);
}

async function custodyIdle(): Promise<void> {
  while (custody.pooled < Number(poolSize) || custody.live > 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

async function obey(command: string, kind: CardKeyKind, count: number): Promise<unknown> {
  switch (command) {
    case 'take':
      keys = await Promise.all(Array.from({ length: count }, () => custody.take(kind)));
      return keys.map(({ kind: made, publicKey }) => hex(made === 'p-256' ? publicKey : modulusOf(publicKey)));
    case 'use':
      await Promise.all(keys.map(use));
      return 'used';
    case 'destroy': {
      // Asked for while operations are under way.
      const used = keys.map(use);
      const destroyed = keys.map((key) => key.destroy());
      keys = [];
      await Promise.allSettled(used);
      await Promise.all(destroyed);
      return 'destroyed';
    }
    case 'load':
      await oneOther(kind);
      void load(kind);
      return 'loaded';
    case 'cycle':
      await Promise.all(
        Array.from({ length: 4 }, async () => {
          for (let i = 0; i < count / 4; i++) await oneOther(kind);
        }),
      );
      // What the main isolate dropped is its own affair; that of the custody isolates is what is measured.
      await custodyIdle();
      return { rss: process.memoryUsage.rss(), isolates: custody.isolates, live: custody.live, pooled: custody.pooled };
    case 'others':
      return others;
    case 'close':
      keys = [];
      await custody.close();
      return 'closed';
    default:
      throw new Error(`no command ${command}`);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const [command = '', kind = 'rsa-2048', count = '1'] = line.split(' ');
  process.stdout.write(`${JSON.stringify(await obey(command, kind as CardKeyKind, Number(count)))}\n`);
}
process.exit();

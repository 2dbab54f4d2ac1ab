import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Custody } from '../../../src/custody/custody.ts';
import { Store } from '../../../src/store/store.ts';
import { alice, caProcess, question, sessionsWith } from '../../made-service.ts';

/** Opens cards and keeps them: `live-cards.ts FOLDER COUNT`; what each takes of this process goes to whoever has started it, in octets. */
const [, , folder = '', count = ''] = process.argv;
const STEPS = 4;
const AT_ONCE = 32;
const step = Math.ceil(Number(count) / STEPS / AT_ONCE) * AT_ONCE;

const { issuer, child } = await caProcess(join(folder, 'memory'), 'p-384');
const store = Store.open(join(folder, 'memory.sqlite'));
const custody = new Custody({ poolSize: 0, mostGenerating: availableParallelism(), mostWaiting: 256, waitLimit: 120_000 });
const sessions = sessionsWith(store, issuer, custody);

async function opened(cards: number): Promise<{ readonly rss: number; readonly own: number }> {
  for (let made = 0; made < cards; made += AT_ONCE) {
    const openOne = async () => {
      const { id } = await sessions.request(question);
      await sessions.openCard(alice, id, 'card');
    };
    await Promise.all(Array.from({ length: AT_ONCE }, openOne));
  }
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await sleep(200);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, own: heapUsed + external };
}
/** By least squares over all steps: one step may be charged for a page of what all share. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const sum = (f: (value: number, i: number) => number) => values.reduce((all, value, i) => all + f(value, i), 0);
  return sum((value, i) => (i - middle) * value) / sum((_, i) => (i - middle) ** 2) / step;
}
// The first cards pay for what all share.
const points = [await opened(step)];
for (let i = 0; i < STEPS; i++) points.push(await opened(step));
process.send?.({ rss: slope(points.map(({ rss }) => rss)), own: slope(points.map(({ own }) => own)) });
await sessions.close();
await custody.close();
issuer.close();
store.close();
child.kill();
process.disconnect();

import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Custody, type CustodyOptions } from '../../src/custody/custody.ts';

/** Every isolate that was started, for a test to end as a crash would. */
const workers = vi.hoisted((): Worker[] => []);
vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof import('node:worker_threads')>();
  class Recorded extends real.Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      workers.push(this);
    }
  }
  return { ...real, Worker: Recorded };
});

const opened: Custody[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((custody) => custody.close()));
  workers.splice(0);
});

function custodyOf(options: CustodyOptions = {}) {
  const lines: string[] = [];
  const custody = new Custody({ poolSize: 0, log: (line) => lines.push(line), ...options });
  opened.push(custody);
  return { custody, lines };
}

const code = (expected: string): unknown => expect.objectContaining({ name: 'MayflyError', code: expected });
const block = new Uint8Array(256).fill(1);

const deaths: readonly { name: string; die: (worker: Worker) => unknown; cause: RegExp }[] = [
  { name: 'an uncaught error', die: (worker) => worker.postMessage(null, []), cause: /TypeError/ },
  { name: 'terminate()', die: (worker) => worker.terminate(), cause: /ended by itself/ },
  {
    name: 'more memory than it may have',
    die: (worker) =>
      worker.postMessage(
        Array.from({ length: 2_000_000 }, (_, i) => [i]),
        [],
      ),
    cause: /ERR_WORKER_OUT_OF_MEMORY/,
  },
];

describe.each(deaths)('an isolate that dies of $name', ({ die, cause }) => {
  it('takes its keys with it, is named in the log and replaced', async () => {
    const { custody, lines } = custodyOf({ poolSize: 1, mostIsolates: 1 });
    const key = await custody.take('rsa-2048');
    await expect.poll(() => custody.pooled).toBe(1);
    const asked = [key.operate(block), key.operate(block)];
    await Promise.all(asked);
    die(workers[0]!);
    const pending = await key.operate(block).catch((error: unknown) => error);
    await expect.poll(() => lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^custody isolate 1 has died \(.*\): 1 live keys and 1 pooled ones are gone with it$/);
    expect(lines[0]).toMatch(cause);
    // Either it was answered just before, or it is lost; it does not stay open.
    if (pending instanceof Error) expect(pending).toEqual(code('key-lost'));
    await expect(key.operate(block)).rejects.toEqual(code('key-lost'));
    await key.destroy();
    expect(custody.live).toBe(0);

    await expect.poll(() => custody.pooled).toBe(1);
    const other = await custody.take('rsa-2048');
    expect(await other.operate(block)).toHaveLength(256);
  });
});

describe('isolates that die', () => {
  it('leave those who wait for a key to others', async () => {
    const { custody, lines } = custodyOf();
    const taken = Promise.all(Array.from({ length: 4 }, () => custody.take('rsa-2048')));
    await expect.poll(() => workers.length, { interval: 1 }).toBeGreaterThan(0);
    await workers[0]!.terminate();
    for (const key of await taken) {
      const result = await key.operate(block).catch((error: unknown) => error);
      if (result instanceof Error) expect(result).toEqual(code('key-lost'));
    }
    expect(lines).toHaveLength(1);
  });

  it('are started again ever more slowly while none of them makes a key', async () => {
    const { custody, lines } = custodyOf({ poolSize: 1, mostIsolates: 1 });
    const killing = setInterval(() => void workers.at(-1)?.terminate(), 1);
    const began = performance.now();
    await expect.poll(() => lines.length).toBeGreaterThan(3);
    clearInterval(killing);
    // Pauses of 100, 200, 400 ms.
    expect(performance.now() - began).toBeGreaterThan(650);
    await expect.poll(() => custody.pooled).toBe(1);
  });
});

it('gives no other isolate of the process a gc', async () => {
  const { custody } = custodyOf();
  await custody.take('rsa-2048');
  const { Worker: Recorded } = await import('node:worker_threads');
  const worker = new Recorded("require('node:worker_threads').parentPort.postMessage(typeof gc)", { eval: true });
  expect(await new Promise((resolve) => worker.once('message', resolve))).toBe('undefined');
  await worker.terminate();
});

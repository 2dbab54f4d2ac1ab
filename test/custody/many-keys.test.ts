import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { WatchedProcess } from './watched-process.ts';

/** Ten for each case of the memory search: 1,000 with MAYFLY_MEMORY_CASES=100. */
const count = 10 * Number(process.env['MAYFLY_MEMORY_CASES'] ?? 10);
const MB = 1024 * 1024;

const threads = (pid: number) => Number(/^Threads:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

it.runIf(process.platform === 'linux')(
  `makes, uses and destroys ${count} keys in the same memory and the same isolates`,
  { timeout: 60_000 + 3000 * count },
  async () => {
    const process = new WatchedProcess();
    try {
      const cycle = async (keys: number) => {
        const state = (await process.ask(`cycle rsa-2048 ${keys}`)) as {
          rss: number;
          isolates: number;
          live: number;
          pooled: number;
        };
        return { ...state, threads: threads(process.pid) };
      };
      // Isolates start and heaps find their size.
      const before = await cycle(60);
      const after = await cycle(count);
      console.log(`resident: ${(before.rss / MB).toFixed(1)} MB, after ${count} more keys ${(after.rss / MB).toFixed(1)} MB`);
      expect([after.live, after.pooled]).toEqual([0, 2]);
      expect(after.isolates).toBeLessThanOrEqual(before.isolates + 1);
      expect(after.threads - after.isolates).toBe(before.threads - before.isolates);
      // An isolate more is 15 MB; a leaked key would be 8 kB, a leaked isolate for each key far more than all of it.
      expect(after.rss - before.rss).toBeLessThan(40 * MB);
    } finally {
      await process.end();
    }
  },
);

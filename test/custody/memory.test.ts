import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labAbsent } from '../../scripts/peers.ts';
import { buildRsaSearch, RsaSearch } from '../memory-search/rsa-search.ts';
import { WatchedProcess } from './watched-process.ts';

/** How many keys of each kind are destroyed and searched for, one after the other, idle and under load. */
const asked = process.env['MAYFLY_MEMORY_CASES'];
const cases = Number(asked ?? 4);
const TIME = asked ? 60 * 60_000 : 300_000;

let program: string;
async function searched(
  process: WatchedProcess,
  test: (process: WatchedProcess, search: RsaSearch) => Promise<void>,
): Promise<void> {
  const search = new RsaSearch(program, process.pid);
  try {
    await test(process, search);
  } finally {
    await search.close();
    await process.end();
  }
}

describe.runIf(process.platform === 'linux' && !labAbsent())('the memory of the process', () => {
  beforeAll(() => {
    program = buildRsaSearch();
  });
  afterAll(() => rmSync(dirname(program), { recursive: true }));

  describe.each(['rsa-2048', 'rsa-3072'] as const)('%s', (kind) => {
    async function oneCase(process: WatchedProcess, search: RsaSearch, whileItLives?: () => Promise<void>): Promise<void> {
      const moduli = await process.liveKeys(kind, 1);
      await whileItLives?.();
      expect(await search.find(moduli)).toBe(1);
      const live = await search.count();
      expect(live.forms).toEqual(
        expect.arrayContaining([expect.stringMatching('^p/little'), expect.stringMatching('^q/little')]),
      );
      await process.ask('destroy');
      expect(await search.count()).toEqual({ hits: 0, forms: [] });
    }

    it(`holds no fragment of any of ${cases} keys after destroy(), idle`, { timeout: TIME }, async () => {
      await searched(new WatchedProcess(), async (process, search) => {
        for (let i = 0; i < cases; i++) await oneCase(process, search);
      });
    });

    it(`holds no fragment of any of ${cases} keys after destroy(), under load`, { timeout: TIME }, async () => {
      await searched(new WatchedProcess(), async (process, search) => {
        await process.ask('load rsa-2048');
        const others = () => process.ask('others') as Promise<number>;
        // Another key comes to its end in the life of each: however slow the machine, each is searched for under load.
        const anotherEnds = async () => {
          const before = await others();
          await expect.poll(others, { timeout: 120_000 }).toBeGreaterThan(before);
        };
        for (let i = 0; i < cases; i++) await oneCase(process, search, anotherEnds);
      });
    });

    it('holds no fragment of keys that are destroyed together', { timeout: TIME }, async () => {
      await searched(new WatchedProcess(), async (process, search) => {
        const moduli = await process.liveKeys(kind, 6);
        expect(await search.find(moduli)).toBe(6);
        await process.ask('destroy');
        expect(await search.count()).toEqual({ hits: 0, forms: [] });
      });
    });
  });

  it('holds no fragment after close(), which ends the isolates with the keys in them', { timeout: TIME }, async () => {
    await searched(new WatchedProcess(), async (process, search) => {
      const moduli = await process.liveKeys('rsa-2048', 4);
      expect(await search.find(moduli)).toBe(4);
      await process.ask('close');
      expect(await search.count()).toEqual({ hits: 0, forms: [] });
    });
  });

  it('keeps no more than the word n0 of each prime where the process was not hardened', { timeout: TIME }, async () => {
    await searched(new WatchedProcess({ isHardened: false }), async (process, search) => {
      const moduli = await process.liveKeys('rsa-2048', 4);
      expect(await search.find(moduli)).toBe(4);
      await process.ask('destroy');
      const { forms } = await search.count();
      expect(forms.filter((form) => !/^n0[pq]\/word:/.test(form))).toEqual([]);
    });
  });
});

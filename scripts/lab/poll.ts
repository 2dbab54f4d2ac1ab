import { setTimeout as sleep } from 'node:timers/promises';
import { MayflyError } from '../../src/wire/mayfly-error.ts';

const PAUSE_MS = 20;

/** Asks until `probe` answers something else than undefined; no wait in the lab is a fixed sleep, and none is endless. */
export async function poll<T>(what: string, limitMs: number, probe: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined) {
      return answer;
    }
    if (performance.now() > end) {
      throw new MayflyError('lab-time-limit', `${what} did not come about within ${limitMs / 1000} s`);
    }
    await sleep(PAUSE_MS);
  }
}

import { getActiveResourcesInfo } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

const open = (): Map<string, number> => {
  const counts = new Map([['TCPSocketWrap', 0]]);
  for (const name of getActiveResourcesInfo()) {
    if (/TCP|GetAddrInfo/.test(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
};

/** Runs `work` and checks that no socket or look-up is left that was not there before. */
export async function leavingNothing(work: () => Promise<void>): Promise<void> {
  const before = open();
  const more = () => [...open()].filter(([name, count]) => count > (before.get(name) ?? 0));
  await work();
  for (let i = 0; i < 3000 && more().length > 0; i++) await sleep(10);
  expect(more()).toEqual([]);
}

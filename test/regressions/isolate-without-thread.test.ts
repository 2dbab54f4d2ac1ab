import { expect, it, vi } from 'vitest';
import { Custody } from '../../src/custody/custody.ts';

const limit = vi.hoisted(() => ({ isReached: true }));
vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof import('node:worker_threads')>();
  class Limited extends real.Worker {
    constructor(...args: ConstructorParameters<typeof real.Worker>) {
      if (limit.isReached) throw new Error('EAGAIN');
      super(...args);
    }
  }
  return { ...real, Worker: Limited };
});

// Where the system gave no thread (a limit on tasks), take() threw what it got and left its place in the queue to a rejection that
// nobody handled: the process ended, ten seconds later.
it('custody that gets no thread says so, tries again and serves who still waits', async () => {
  const lines: string[] = [];
  const custody = new Custody({ poolSize: 0, waitLimit: 150, log: (line) => lines.push(line) });
  await expect(custody.take('rsa-2048')).rejects.toMatchObject({ name: 'MayflyError', code: 'custody-busy' });
  expect(lines[0]).toBe('custody isolate 1 cannot be started (Error: EAGAIN)');
  expect(custody.waiting).toBe(0);
  await custody.close();

  const patient = new Custody({ poolSize: 0, waitLimit: 60_000 });
  const taken = patient.take('rsa-2048');
  limit.isReached = false;
  const key = await taken;
  await key.destroy();
  await patient.close();
});

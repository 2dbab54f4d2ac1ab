import { describe, expect, it } from 'vitest';
import { WriteQueue } from '../../src/net/write-queue.ts';

/** A peer that takes a write when it is told to. */
function slowPeer() {
  const writes: string[] = [];
  const taken: (() => void)[] = [];
  const failures: unknown[] = [];
  const queue = new WriteQueue(
    (octets) => {
      writes.push(new TextDecoder().decode(octets));
      return new Promise<void>((resolve) => void taken.push(resolve));
    },
    (cause) => void failures.push(cause),
  );
  const write = (...texts: readonly string[]) => {
    for (const text of texts) queue.write(new TextEncoder().encode(text));
  };
  return { queue, write, writes, taken, failures };
}
const turns = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

describe('a write queue', () => {
  it('makes one write of what is given in one turn, and of what is given while one is under way', async () => {
    const { queue, write, writes, taken } = slowPeer();
    write('a', 'b');
    await turns();
    write('c');
    await turns();
    write('d');
    expect(writes).toEqual(['ab']);
    taken[0]?.();
    await turns();
    expect(writes).toEqual(['ab', 'cd']);
    const drained = queue.drained();
    taken[1]?.();
    await drained;
    write('e');
    await turns();
    expect(writes).toEqual(['ab', 'cd', 'e']);
  });
  it('is drained when all is taken, also what came meanwhile', async () => {
    const { queue, write, taken } = slowPeer();
    await queue.drained();
    write('a');
    let isDrained = false;
    const drained = (async () => {
      await queue.drained();
      isDrained = true;
    })();
    await turns();
    write('b');
    taken[0]?.();
    await turns();
    expect(isDrained).toBe(false);
    taken[1]?.();
    await drained;
    expect(isDrained).toBe(true);
  });
  it('tells of a failure once and writes nothing more', async () => {
    const failures: unknown[] = [];
    let writes = 0;
    const queue = new WriteQueue(
      () => {
        writes++;
        return Promise.reject(new Error('gone'));
      },
      (cause) => void failures.push(cause),
    );
    queue.write(Uint8Array.of(1));
    await queue.drained();
    queue.write(Uint8Array.of(2));
    await queue.drained();
    expect([writes, failures]).toEqual([1, [new Error('gone')]]);
  });
  it('writes nothing that was left when it was ended', async () => {
    const { queue, write, writes, taken } = slowPeer();
    write('a');
    await turns();
    write('b');
    queue.end();
    taken[0]?.();
    await queue.drained();
    expect(writes).toEqual(['a']);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Turns } from '../../src/net/turns.ts';

const late = () => new Error('late');
describe('turns', () => {
  it('let so many run at once, the others in order, whatever fails', async () => {
    const turns = new Turns(3);
    let running = 0;
    let most = 0;
    const begun: number[] = [];
    const works = Array.from({ length: 20 }, (_, i) =>
      turns.run(
        'kdc',
        async () => {
          begun.push(i);
          running += 1;
          most = Math.max(most, running);
          await sleep(2);
          running -= 1;
          if (i % 4 === 0) throw new Error(String(i));
          return i;
        },
        5000,
        late,
      ),
    );
    const settled = await Promise.allSettled(works);
    expect(most).toBe(3);
    expect(begun).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(settled.filter(({ status }) => status === 'rejected').length).toBe(5);
    expect(await turns.run('kdc', async () => 'free again', 0, late)).toBe('free again');
  });
  it('of one name do not wait for another', async () => {
    const turns = new Turns(1);
    const stuck = turns.run('a', () => sleep(200), 0, late);
    expect(await turns.run('b', async () => 'at once', 0, late)).toBe('at once');
    await stuck;
  });
  it('that do not come in time are given up, and block nobody', async () => {
    const turns = new Turns(1);
    const first = turns.run('a', () => sleep(100), 0, late);
    await expect(turns.run('a', async () => 'never', 10, late)).rejects.toThrow('late');
    const patient = turns.run('a', async () => 'then', 5000, late);
    await first;
    expect(await patient).toBe('then');
  });
});

import { expect, it } from 'vitest';
import { Examinations } from '../../src/doctor/examinations.ts';

let now = 0;
const examined: string[] = [];
const all = new Examinations(
  async (question: string) => {
    examined.push(question);
    if (question === 'fails') throw new Error('it fails');
    return `${question} ${examined.length}`;
  },
  () => now,
);

it('is good for seconds, for the same question', async () => {
  expect(await all.of('a')).toBe('a 1');
  now = 4999;
  expect(await all.of('a')).toBe('a 1');
  expect(await all.of('b')).toBe('b 2');
  now = 10_000;
  expect(await all.of('b')).toBe('b 3');
});
it('what fails is no answer for those who come later', async () => {
  await expect(all.of('fails')).rejects.toThrow('it fails');
  await expect(all.of('fails')).rejects.toThrow('it fails');
  expect(await all.of('c')).toBe('c 6');
});

import { describe, expect, it } from 'vitest';
import { kdcAddress } from '../../src/net/kdc-address.ts';
import { KdcBackOff } from '../../src/net/kdc-back-off.ts';

const [a, b, c] = ['a', 'b', 'https://c/KdcProxy'].map(kdcAddress) as [
  ReturnType<typeof kdcAddress>,
  ReturnType<typeof kdcAddress>,
  ReturnType<typeof kdcAddress>,
];
/** Seconds for which `a` stands back after so many failures in a row. */
function pauseAfter(failures: number): number {
  let time = 0;
  const backOff = new KdcBackOff(() => time);
  for (let i = 0; i < failures; i++) backOff.failed(a);
  while (backOff.inOrder([a, b])[0] === b) time++;
  return time;
}

describe('KDCs that failed', () => {
  it('are asked last, none is left out', () => {
    const backOff = new KdcBackOff(() => 0);
    backOff.failed(a);
    expect(backOff.inOrder([a, b, c])).toEqual([b, c, a]);
    backOff.failed(c);
    expect(backOff.inOrder([a, b, c])).toEqual([b, a, c]);
    backOff.failed(b);
    expect(backOff.inOrder([a, b, c])).toEqual([a, b, c]);
    backOff.answered(a);
    expect(backOff.inOrder([b, c, a])).toEqual([a, b, c]);
  });
  it('stand back longer each time, up to five minutes', () => {
    expect([1, 2, 3, 5, 6, 60].map(pauseAfter)).toEqual([10, 20, 40, 160, 300, 300]);
  });
  it('are remembered in bounds', () => {
    const backOff = new KdcBackOff(() => 0);
    for (let i = 0; i < 257; i++) backOff.failed(kdcAddress(`dc${i}`));
    expect(backOff.inOrder([kdcAddress('dc0'), kdcAddress('dc256'), b])).toEqual(['dc0', 'b', 'dc256'].map(kdcAddress));
  });
});

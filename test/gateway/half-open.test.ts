import { describe, expect, it } from 'vitest';
import { HalfOpen } from '../../src/gateway/half-open.ts';

describe('half-open connections', () => {
  it('are counted by address and in all, and a place is given back once', () => {
    const places = new HalfOpen({ perAddress: 2, inAll: 3 });
    const first = places.take('a');
    expect([places.take('a') !== undefined, places.take('a'), places.take('b') !== undefined, places.take('c')]).toEqual([
      ...[true, undefined, true, undefined],
    ]);
    first?.();
    first?.();
    expect([places.size, places.take('c') !== undefined, places.take('d')]).toEqual([2, true, undefined]);
  });
});

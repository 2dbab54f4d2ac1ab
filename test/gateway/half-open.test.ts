import { describe, expect, it } from 'vitest';
import { HalfOpen } from '../../src/gateway/half-open.ts';

const MINUTE = 60_000;
const places = (limits: Partial<ConstructorParameters<typeof HalfOpen>[0]> = {}) => {
  const halfOpen = new HalfOpen({ perAddress: 2, inAll: 3, perAddressPerMinute: 1000, inAllPerMinute: 1000, ...limits });
  return { halfOpen, take: (address: string, now = 0) => halfOpen.take(address, now) };
};
const free = (place: (() => void) | string) => {
  if (typeof place === 'function') place();
  return typeof place === 'function' ? 'a place' : place;
};

describe('half-open connections', () => {
  it('are counted by address and in all, and a place is given back once', () => {
    const { halfOpen, take } = places();
    const [a, b, c, d] = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'];
    const first = take(a);
    expect([typeof take(a), take(a), typeof take(b), take(c)]).toEqual(['function', 'too-many', 'function', 'too-many']);
    for (let i = 0; i < 2; i++) free(first);
    expect([halfOpen.size, typeof take(c), take(d)]).toEqual([2, 'function', 'too-many']);
  });
  it('are let as far as TLS so often in a minute, however soon they go', () => {
    const { take } = places({ perAddressPerMinute: 3 });
    const tried = (address: string, now: number) => free(take(address, now));
    const flood = Array.from({ length: 5 }, () => tried('10.0.0.1', 0));
    expect(flood).toEqual(['a place', 'a place', 'a place', 'too-often', 'too-often']);
    expect([tried('10.0.0.2', 0), tried('10.0.0.1', MINUTE / 3), tried('10.0.0.1', MINUTE / 3)]).toEqual([
      ...['a place', 'a place', 'too-often'],
    ]);
  });
  it('are let as far as TLS so often by all together, and who is refused takes nothing from the others', () => {
    const { take } = places({ perAddressPerMinute: 2, inAllPerMinute: 4 });
    const tried = (address: string) => free(take(address, 0));
    expect(['10.0.0.1', '10.0.0.1', '10.0.0.1', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'].map(tried)).toEqual([
      ...['a place', 'a place', 'too-often', 'too-often', 'a place', 'a place', 'too-often'],
    ]);
  });
});

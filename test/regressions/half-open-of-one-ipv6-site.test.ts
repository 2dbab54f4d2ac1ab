import { describe, expect, it } from 'vitest';
import { HalfOpen } from '../../src/gateway/half-open.ts';
import { siteOf } from '../../src/gateway/subnet.ts';

// Whoever has a /48 has 65,536 networks of /64, each of which had places of its own: all that there are.
describe('half-open connections of one IPv6 site', () => {
  const limits = { perAddress: 2, inAll: 16, perAddressPerMinute: 1000, inAllPerMinute: 1000 };
  const from = (network: number) => `2001:db8:1:${network.toString(16)}::1`;
  it('have as much as four of its networks, and give it back', () => {
    const halfOpen = new HalfOpen(limits);
    const taken = Array.from({ length: 16 }, (_, i) => halfOpen.take(from(i), 0));
    expect(taken.filter((each) => typeof each === 'function')).toHaveLength(8);
    expect([typeof halfOpen.take('2001:db8:2::1', 0), typeof halfOpen.take('192.0.2.1', 0)]).toEqual(['function', 'function']);
    for (const place of taken) if (typeof place === 'function') place();
    expect([halfOpen.size, typeof halfOpen.take(from(99), 0)]).toEqual([2, 'function']);
  });
  it('come as often as four of its networks may', () => {
    const halfOpen = new HalfOpen({ ...limits, perAddressPerMinute: 2 });
    const came = Array.from({ length: 12 }, (_, i) => {
      const place = halfOpen.take(from(i), 0);
      if (typeof place === 'function') place();
      return typeof place === 'function';
    });
    expect(came.filter(Boolean)).toHaveLength(8);
    expect(typeof halfOpen.take('2001:db8:2::1', 0)).toBe('function');
  });
  it('are of IPv6 alone', () => {
    expect(['192.0.2.1', '::ffff:192.0.2.1', '', 'nowhere'].map(siteOf)).toEqual([undefined, undefined, undefined, undefined]);
    expect([siteOf('2001:db8:1:2::3'), siteOf('fe80::1%eth0')]).toEqual(['2001:db8:1::/48', 'fe80:0:0::/48']);
  });
});

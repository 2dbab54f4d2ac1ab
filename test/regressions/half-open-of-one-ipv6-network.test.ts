import { describe, expect, it } from 'vitest';
import { HalfOpen } from '../../src/gateway/half-open.ts';
import { subnetOf } from '../../src/gateway/subnet.ts';

/** One host with an IPv6 network of its own had 2^64 addresses to be counted by, each with places of its own. */
describe('half-open connections by IPv6', () => {
  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
    ['2001:db8::', '2001:db8:0:0:8000::1'],
    ['fe80::1%eth0', 'fe80::2%eth1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['', 'no address'],
  ])('%s and %s are one neighbour', (one, other) => {
    expect(subnetOf(one)).toBe(subnetOf(other));
  });
  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['192.0.2.1', '192.0.2.2'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2'],
  ])('%s and %s are two', (one, other) => {
    expect(subnetOf(one)).not.toBe(subnetOf(other));
  });
  it('count together, and leave places to others', () => {
    const places = new HalfOpen({ perAddress: 2, inAll: 16, perAddressPerMinute: 1000, inAllPerMinute: 1000 });
    const taken = Array.from({ length: 8 }, (_, i) => typeof places.take(`2001:db8::${i.toString(16)}`, 0));
    expect(taken.filter((each) => each === 'function')).toHaveLength(2);
    expect(typeof places.take('2001:db8:0:1::1', 0)).toBe('function');
  });
});

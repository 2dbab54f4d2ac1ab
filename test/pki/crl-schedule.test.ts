import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CRL_INTERVAL, isCrlDue, isListed, type LastCrl, nextCrl, type Revocation } from '../../src/pki/crl-schedule.ts';
import { DAY, now } from './made-issuance.ts';

const revocation = (change: Partial<Revocation> = {}): Revocation => ({
  serialNumber: '40',
  revokedAt: now,
  notAfter: now + 300,
  reason: 'unspecified',
  ...change,
});

describe('the next CRL', () => {
  it('is the first, when there was none', () => {
    expect(nextCrl([], undefined, now)).toEqual({ number: 1, thisUpdate: now - 600, nextUpdate: now + 7 * DAY, revoked: [] });
  });
  it('counts on, whatever the clock says', () => {
    expect(nextCrl([], { number: 41, at: now }, now).number).toBe(42);
    expect(nextCrl([], { number: 42, at: now }, now - DAY)).toMatchObject({ number: 43, thisUpdate: now - DAY - 600 });
  });
  it('always has a nextUpdate behind its thisUpdate', () => {
    const { thisUpdate, nextUpdate } = nextCrl([revocation()], { number: 1, at: now + DAY }, now);
    expect(nextUpdate - thisUpdate).toBe(7 * DAY + 600);
  });
  it('is due after a day, at once without one, and when the clock was set back', () => {
    expect(isCrlDue(undefined, now)).toBe(true);
    expect(isCrlDue({ number: 1, at: now }, now)).toBe(false);
    expect(isCrlDue({ number: 1, at: now }, now + CRL_INTERVAL - 1)).toBe(false);
    expect(isCrlDue({ number: 1, at: now }, now + CRL_INTERVAL)).toBe(true);
    expect(isCrlDue({ number: 1, at: now + 1 }, now)).toBe(true);
  });
});

describe('an entry', () => {
  it('stays until one CRL past the end of its certificate has carried it, RFC 5280 3.3', () => {
    const entry = revocation();
    const end = entry.notAfter;
    expect(isListed(entry, undefined, end + DAY)).toBe(true);
    expect(isListed(entry, { number: 1, at: now }, end + DAY)).toBe(true);
    expect(isListed(entry, { number: 1, at: end }, end + DAY)).toBe(true);
    expect(isListed(entry, { number: 1, at: end + 1 }, end + DAY)).toBe(false);
  });
  it('appears at least once, however late it was revoked', () => {
    const late = revocation({ revokedAt: now + DAY });
    expect(isListed(late, { number: 1, at: now + DAY - 1 }, now + DAY)).toBe(true);
    expect(isListed(late, { number: 1, at: now + DAY }, now + DAY)).toBe(true);
    expect(isListed(late, { number: 2, at: now + DAY + 1 }, now + 2 * DAY)).toBe(false);
  });
  it('of a live certificate is on every CRL, and of any at least on one past its end, whatever the clock does', () => {
    const step = fc.record({ advance: fc.integer({ min: -2 * DAY, max: 2 * DAY }), revoke: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        let clock = now;
        let last: LastCrl | undefined;
        const revoked: Revocation[] = [];
        const carriedPastEnd = new Set<Revocation>();
        for (const { advance, revoke } of steps) {
          clock += advance;
          if (revoke) revoked.push(revocation({ serialNumber: String(revoked.length), revokedAt: clock, notAfter: clock + 300 }));
          const crl = nextCrl(revoked, last, clock);
          for (const entry of revoked) {
            const listed = crl.revoked.includes(entry);
            if (clock <= entry.notAfter || !carriedPastEnd.has(entry)) expect(listed).toBe(true);
            if (listed && entry.notAfter < clock) carriedPastEnd.add(entry);
          }
          last = { number: crl.number, at: clock };
        }
        expect(last?.number).toBe(steps.length);
      }),
    );
  });
});

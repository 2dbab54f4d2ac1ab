import { expect, it } from 'vitest';
import { shownRealm } from '../../src/kerberos/principal-name.ts';
import { KdcLocation } from '../../src/net/kdc-location.ts';

const location = new KdcLocation({ random: () => 0, clock: () => 0 });

// Whoever forged a KDC's word on another realm had it shown as JSON has it: C1 controls and text that runs the other way came through.
it.each(['\u009b31mX', '\u202eX', '\u2028X', '\u001b[2J', 'X\nY', '"X'])(
  'a realm called %j is shown without its signs',
  async (realm) => {
    await expect(location.kdcsOf(realm)).rejects.toThrow(/^realm [\x20-\x7e]+ is no DNS name$/);
  },
);
it('a realm is shown no longer than one can be', () => {
  expect(shownRealm('x'.repeat(60_000))).toHaveLength(257);
  expect(shownRealm('CORP.TEST')).toBe('"CORP.TEST"');
});

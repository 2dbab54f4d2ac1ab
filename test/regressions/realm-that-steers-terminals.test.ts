import { expect, it } from 'vitest';
import { shownRealm } from '../../src/kerberos/principal-name.ts';
import { KdcLocation } from '../../src/net/kdc-location.ts';

const location = new KdcLocation({ random: () => 0, clock: () => 0 });

// Whoever forged a KDC's word on another realm had it shown as JSON has it: C1 controls and text that runs the other way came through.
it.each(['\u009b31mX', '\u202eX', '\u2028X', '\u001b[2J', 'X\nY', '"X'])(
  'a realm called %j is shown without its signs',
  async (realm) => {
    const error = await location.kdcsOf(realm).catch((e: unknown) => e as Error);
    expect(error).toMatchObject({ code: 'kdc-not-found', message: expect.stringMatching(/^[\x20-\x7e]+$/) });
  },
);
it('a realm is shown no longer than one can be', () => {
  expect(shownRealm('x'.repeat(60_000))).toHaveLength(257);
  expect(shownRealm('CORP.TEST')).toBe('"CORP.TEST"');
});

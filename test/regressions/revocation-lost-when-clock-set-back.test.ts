import { expect, it } from 'vitest';
import { nextCrl } from '../../src/pki/crl-schedule.ts';
import { DAY, now } from '../pki/made-issuance.ts';

// The last CRL seemed to lie past the end of a certificate that was issued and revoked after the clock had been set back.
it('a revocation after the clock was set back is on the next CRL', () => {
  const revoked = { serialNumber: '40', revokedAt: now, notAfter: now + 300, reason: 'keyCompromise' } as const;
  expect(nextCrl([revoked], { number: 7, at: now + DAY }, now).revoked).toEqual([revoked]);
});

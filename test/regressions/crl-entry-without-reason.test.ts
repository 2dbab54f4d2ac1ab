import { expect, it } from 'vitest';
import { makeCrl } from '../../src/x509/crl.ts';
import { madeCa, now } from '../pki/made-issuance.ts';
import { hex } from '../wire/annotated-hex.ts';

// The library wrote an empty list of extensions where there was no reason to give; RFC 5280 5.1 allows none or at least one.
it('an entry without a reason has no extensions at all', async () => {
  const ca = await madeCa('P-256');
  const revoked = [{ serialNumber: '4711', revokedAt: now, reason: 'unspecified' as const }];
  const der = await makeCrl({ number: 1, thisUpdate: now, nextUpdate: now + 1, revoked }, ca.certificate, ca.signer);
  expect(hex(der)).toContain(`301302024711170d${Buffer.from('300317174640Z').toString('hex')}a0`);
});

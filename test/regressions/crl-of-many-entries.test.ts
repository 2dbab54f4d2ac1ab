import { expect, it } from 'vitest';
import { makeCrl, readCrlTimes } from '../../src/x509/crl.ts';
import { cpuTime } from '../cpu-time.ts';
import { DAY, madeCa, now } from '../pki/made-issuance.ts';
import { openssl, pem } from '../x509/openssl.ts';

// The library's generator compares each entry with all before it: 10,000 took ten seconds, in which the CA signed nothing else.
it('10,000 revocations make a CRL at once', async () => {
  const ca = await madeCa('P-256');
  const revoked = Array.from({ length: 10_000 }, (_, i) => ({
    serialNumber: `41${i.toString(16).padStart(30, '0')}`,
    revokedAt: now,
    reason: 'superseded' as const,
  }));
  let der: Uint8Array = new Uint8Array();
  const taken = await cpuTime(async () => {
    der = await makeCrl({ number: 1, thisUpdate: now - 600, nextUpdate: now + DAY, revoked }, ca.certificate, ca.signer);
  });
  expect(taken).toBeLessThan(5000);
  expect(readCrlTimes(der)).toEqual({ thisUpdate: now - 600, nextUpdate: now + DAY });
  const files = { crl: der, ca: pem('CERTIFICATE', [ca.certificate.der]) };
  expect(openssl(['crl', '-inform', 'DER', '-in', 'crl', '-noout', '-CAfile', 'ca'], files).text).toContain('verify OK');
});

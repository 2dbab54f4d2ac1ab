import { describe, expect, it } from 'vitest';
import { heldScenario, namesOf, skipped } from './scenario-run.ts';

describe('scenario kdc', () => {
  it.skipIf(skipped !== '')(`holds against both KDCs${skipped}`, async () => {
    expect(namesOf(await heldScenario('kdc'))).toEqual([
      'network of its own',
      'enterprise CA',
      'mayfly ca init',
      'mayfly ca serve',
      'mayfly ca crl',
      'MIT KDC',
      'Samba AD DC',
      'accounts in the directory',
      'key pairs',
      'mayfly ca issue: alice',
      'mayfly ca issue: bob',
      'mayfly ca issue: revoked',
      'certificate without EKU, by the CA key and openssl',
      'MIT KDC: ticket for alice',
      'Samba AD DC: ticket for alice',
      'MIT KDC: ticket for bob',
      'Samba AD DC: ticket for bob',
      "MIT KDC: bob's certificate refused for alice",
      "Samba AD DC: bob's certificate refused for alice",
      'MIT KDC: certificate without EKU refused',
      'MIT KDC: ticket for the certificate before it is revoked',
      'mayfly ca revoke',
      'CRL published, MIT KDC restarted',
      'MIT KDC: revoked certificate refused',
      'MIT KDC: ticket for alice with the new CRL',
      'everything stopped',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { heldScenario, namesOf, skipped } from './scenario-run.ts';

describe('scenario kinit', () => {
  it.skipIf(skipped !== '')(`has a ticket from both KDCs, and none once the key is destroyed${skipped}`, async () => {
    const steps = await heldScenario('kinit');
    expect(namesOf(steps)).toEqual([
      'network of its own',
      'enterprise CA',
      'mayfly ca init',
      'mayfly ca serve',
      'mayfly ca crl',
      'MIT KDC',
      'Samba AD DC',
      'accounts in the directory',
      'pcscd with vpcd',
      'MIT KDC: mayfly card attach',
      'MIT KDC: ticket through the card',
      'MIT KDC: key destroyed',
      'MIT KDC: no ticket without the key',
      'MIT KDC: card removed',
      'MIT KDC: no ticket without the card',
      'Samba AD DC: mayfly card attach',
      'Samba AD DC: ticket through the card',
      'Samba AD DC: key destroyed',
      'Samba AD DC: no ticket without the key',
      'Samba AD DC: card removed',
      'Samba AD DC: no ticket without the card',
      'everything stopped',
    ]);
    for (const name of ['MIT KDC', 'Samba AD DC']) {
      const detail = steps.find((step) => step.name === `${name}: no ticket without the key`)?.detail;
      expect(detail).toBe('PKCS11 C_Login failed: pin locked; the card answered VERIFY 6983, GENERAL AUTHENTICATE 6F00');
    }
  });
});

import { describe, expect, it } from 'vitest';
import { heldScenario, namesOf, skipped } from './scenario-run.ts';

describe('scenario logons', () => {
  it.skipIf(skipped !== '')(`has a ticket every time from both KDCs${skipped}`, async () => {
    const steps = await heldScenario('logons');
    expect(namesOf(steps)).toEqual([
      'network of its own',
      'enterprise CA',
      'mayfly ca init',
      'mayfly ca serve',
      'mayfly ca crl',
      'MIT KDC',
      'Samba AD DC',
      'accounts in the directory',
      'a card',
      '50 cards',
      'MIT KDC: logons in a row',
      'MIT KDC: 50 logons at once',
      'Samba AD DC: logons in a row',
      'Samba AD DC: 50 logons at once',
      'everything stopped',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { heldScenario, namesOf, skipped } from './scenario-run.ts';

describe('scenario rotate', () => {
  it.skipIf(skipped !== '')(`rotates a CA while logons go on${skipped}`, { timeout: 330_000 }, async () => {
    expect(namesOf(await heldScenario('rotate'))).toEqual([
      'network of its own',
      'enterprise CA',
      'mayfly ca init',
      'Samba AD DC',
      'service account',
      'published by an enterprise admin',
      'mayfly ca refused-sids',
      'mayfly ca serve',
      'mayfly ad crl',
      'two MIT KDCs, fed from what was published',
      'logons go on: with the first CA',
      'mayfly ca rotate stage, and again',
      'mayfly ca serve, the next',
      'mayfly ca rotate activate: refused, it is published nowhere',
      'published by an enterprise admin, the next',
      'ldapsearch: both are there',
      'logons go on: with the next one published',
      'mayfly ca rotate activate: refused, no KDC has got it',
      'the first KDC fed',
      'mayfly ca rotate activate: refused, the second has not got it',
      'the second KDC fed',
      'logons go on: with both KDCs fed',
      'mayfly ca rotate check',
      'mayfly ca rotate activate',
      'logons go on: with the next CA',
      'it certifies now',
      'mayfly ca rotate retire: refused while its process runs',
      'the process of the first CA ends',
      'mayfly ca rotate retire: refused while its certificates are good',
      'its last certificate has ended',
      'logons go on: with KDCs that know the next CA alone',
      'mayfly ca rotate retire',
      'ldapsearch: the next one is there, and the first one is not',
      'logons go on: after it all',
      'no logon failed',
      'everything stopped',
    ]);
  });
});

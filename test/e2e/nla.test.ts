import { describe, expect, it } from 'vitest';
import { heldScenario, namesOf, skipped } from './scenario-run.ts';

describe('scenario nla', () => {
  it.skipIf(skipped !== '')(`holds with both KDCs${skipped}`, async () => {
    const steps = await heldScenario('nla');
    expect(namesOf(steps).slice(13)).toEqual([
      'MIT KDC: NLA, credentials decoded, logon behind it',
      'Samba AD DC: NLA, credentials decoded, logon behind it',
      'host of another realm: NLA, credentials decoded, logon behind it',
      'MIT KDC: encryption type 17',
      'MIT KDC: encryption type 18',
      'MIT KDC: encryption type 19',
      'MIT KDC: encryption type 20',
      'a host that repeats token and nonce',
      'a host without early authorization',
      'a host of version 5',
      'a host of version 7',
      'refused: a host of version 4',
      'refused: an account that may not log on there',
      'refused: credentials refused',
      'refused: credentials refused, without early authorization',
      'refused: a host that no account stands for',
      "refused: a host with another host's key",
      'refused: a host whose key is an old one',
      'refused: an account that the KDC does not know',
      'refused: a realm without a KDC',
      'a host that does not find the key: every form once',
      'mayfly rdp logon',
      'mayfly rdp logon: the host by its address',
      'mayfly rdp logon: an account that may not',
      'mayfly rdp logon: a host that does not find the key',
      'everything stopped',
    ]);
    const told = (name: string) => steps.find((step) => step.name === name)?.detail;
    for (const [type, turned] of [
      [17, 28],
      [18, 28],
      [19, 32],
      [20, 40],
    ])
      expect(told(`MIT KDC: encryption type ${type}`)).toContain(`turned by ${turned}; `);
    expect(told('Samba AD DC: NLA, credentials decoded, logon behind it')).toMatch(
      /LAB\\alice logged on, 4 operations, key destroyed/,
    );
    expect(told('a host that does not find the key: every form once')).toBe(
      '1 without container; then 0 without container; then 1 with container',
    );
    expect(told('mayfly rdp logon: a host that does not find the key')).toContain('3 attempt(s)');
  });
});

import { describe, expect, it } from 'vitest';
import { tierZeroBuiltinSids, tierZeroGroup, tierZeroGroupNamed, tierZeroRelativeIds } from '../../src/pki/tier-zero.ts';

const corp = 'S-1-5-21-1004336348-1177238915-682003330';

describe('groups of tier 0', () => {
  it.each([498, 512, 516, 518, 519, 520, 521, 526, 527])('RID %i of any domain', (rid) => {
    expect(tierZeroGroup(`${corp}-${rid}`)).toBe(tierZeroRelativeIds.get(rid));
    expect(tierZeroGroup(`S-1-5-21-0-4294967295-1-${rid}`)).toMatch(/^[A-Z]/);
  });
  it.each([544, 548, 549, 550, 551])('S-1-5-32-%i', (rid) => {
    expect(tierZeroGroup(`S-1-5-32-${rid}`)).toBe(tierZeroBuiltinSids.get(`S-1-5-32-${rid}`));
    expect(tierZeroGroup(`S-1-5-32-${rid}`)).toMatch(/^[A-Z]/);
  });
  it('in any spelling', () => {
    for (const sid of [`s-1-5-32-544`, 'S-1-5-32-0544', ' S-1-5-32-544\n', 'S-01-05-032-544'])
      expect(tierZeroGroup(sid)).toBe('Administrators');
    for (const sid of [`${corp.toLowerCase()}-512`, `${corp}-0512`]) expect(tierZeroGroup(sid)).toBe('Domain Admins');
  });
  it('and no others', () => {
    for (const sid of [
      `${corp}-513`,
      `${corp}-1512`,
      `${corp}-51`,
      `${corp}-512-1`,
      `S-1-5-21-1-2-512`,
      'S-1-5-32-545',
      'S-1-5-21-1-2-3-544',
      'S-1-5-512',
      '',
    ])
      expect(tierZeroGroup(sid), sid).toBeUndefined();
  });
  it('DnsAdmins by its name alone', () => {
    for (const name of ['DnsAdmins', 'dnsadmins', 'CORP\\DnsAdmins']) expect(tierZeroGroupNamed(name)).toBe('DnsAdmins');
    for (const name of ['DnsAdmins2', 'DnsUpdateProxy', 'DnsAdmins\\Staff', '']) expect(tierZeroGroupNamed(name)).toBeUndefined();
  });
});

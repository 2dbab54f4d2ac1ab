import { describe, expect, it } from 'vitest';
import { checkIds, factsOf } from '../../src/doctor/checks.ts';
import { withConsequences } from '../../src/doctor/consequences.ts';
import { cannotTell, ok, wrong } from '../../src/doctor/finding.ts';

const says = { says: 'so' };
const causesOf = (...findings: Parameters<typeof withConsequences>[0]) =>
  withConsequences(findings).map(({ because }) => because?.join(' ') ?? '');

describe('withConsequences', () => {
  it('blames what is wrong with the same domain controller, not with another', () => {
    const faults = [wrong('kdc-certificate', 'dc1', says), wrong('probe-logon', 'dc1', says), wrong('probe-logon', 'dc2', says)];
    expect(causesOf(...faults)).toEqual(['', 'kdc-certificate', '']);
  });
  it('blames what is wrong with the account for every domain controller', () => {
    const faults = [
      wrong('account-enabled', 'alice', says),
      wrong('probe-logon', 'dc1', says),
      wrong('probe-logon', 'dc2', says),
    ];
    expect(causesOf(...faults)).toEqual(['', 'account-enabled', 'account-enabled']);
  });
  it('blames nothing that is well or that cannot be told', () => {
    expect(causesOf(ok('ntauth', 'dc1', 'there'), cannotTell('clock', 'dc1', says), wrong('probe-logon', 'dc1', says))).toEqual([
      '',
      '',
      '',
    ]);
  });
  it('explains what cannot be told, and leaves alone what is well', () => {
    expect(causesOf(wrong('port-ldap', 'dc1', says), cannotTell('ntauth', 'dc1', says), ok('root', 'dc1', 'there'))).toEqual([
      '',
      'port-ldap',
      '',
    ]);
  });
  it('blames no closed port for what is seen to be wrong all the same', () => {
    const closed = wrong('port-ldap', 'dc2', says);
    expect(causesOf(closed, wrong('account', 'alice', says), cannotTell('account-sid', 'alice', says))).toEqual([
      '',
      '',
      'port-ldap account',
    ]);
    expect(causesOf(wrong('port-kerberos', 'dc1', says), wrong('clock', 'dc1', says))).toEqual(['', '']);
    expect(causesOf(wrong('port-kerberos', 'dc1', says), wrong('probe-logon', 'dc1', says))).toEqual(['', 'port-kerberos']);
  });
});

describe('what a finding supposes', () => {
  const denied = { ...cannotTell('kdc-certificate', 'dc1', says), because: ['account-enabled'] } as const;
  it('holds if that is wrong', () =>
    expect(causesOf(wrong('account-enabled', 'alice', says), denied)).toEqual(['', 'account-enabled']));
  it('is forgotten if it is not', () => expect(causesOf(ok('account-enabled', 'alice', 'so'), denied)).toEqual(['', '']));
});

describe('the table of checks', () => {
  it('lets a check follow only what stands before it, so that no two explain each other', () => {
    for (const [i, id] of checkIds.entries())
      for (const cause of factsOf(id).follows) expect(checkIds.slice(0, i), `${id} follows ${cause}`).toContain(cause);
  });
  it('has titles of one clause each, without two alike', () => {
    const titles = checkIds.map((id) => factsOf(id).title);
    expect(new Set(titles).size).toBe(titles.length);
    for (const title of titles) expect(title).toMatch(/^[^.]*[^.]$/);
  });
});

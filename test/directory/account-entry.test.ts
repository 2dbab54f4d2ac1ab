import { describe, expect, it } from 'vitest';
import { accountOf } from '../../src/directory/account-entry.ts';
import type { LdapEntry } from '../../src/directory/ldap-reply.ts';
import { sidOctets } from '../../src/directory/sid.ts';

const SID = 'S-1-5-21-1004336348-1177238915-682003330-1105';
const NOW = Date.parse('2026-11-30T12:00:00Z') / 1000; // a Monday
const fileTime = (seconds: number) => `${BigInt(seconds + 11_644_473_600) * 10_000_000n}`;
type Given = Readonly<Record<string, readonly (string | Uint8Array)[]>>;
function entry(given: Given, name = 'CN=Alice,OU=Staff,DC=corp,DC=example'): LdapEntry {
  const all: Given = {
    sAMAccountName: ['alice'],
    objectSid: [sidOctets(SID)],
    objectClass: ['top', 'person', 'organizationalPerson', 'user'],
    userAccountControl: ['512'],
    tokenGroups: [sidOctets('S-1-5-21-1004336348-1177238915-682003330-513')],
    ...given,
  };
  const values = (list: readonly (string | Uint8Array)[]) =>
    list.map((value) => (typeof value === 'string' ? new Uint8Array(Buffer.from(value)) : value));
  const attributes = new Map(Object.entries(all).map(([type, list]) => [type.toLowerCase(), values(list)] as const));
  return { kind: 'entry', messageId: 1, name, attributes };
}
const obstacles = (given: Given) => accountOf(entry(given), NOW).obstacles;

describe('an account in the directory', () => {
  it('has the implicit user principal name where it has no other', () => {
    expect(accountOf(entry({}), NOW)).toMatchObject({
      name: 'alice',
      domain: 'corp.example',
      userPrincipalName: 'alice@corp.example',
      sid: SID,
      kind: 'user',
      obstacles: [],
    });
    expect(accountOf(entry({ userPrincipalName: ['a.smith@staff.example'] }), NOW).userPrincipalName).toBe(
      'a.smith@staff.example',
    );
  });
  it.each([
    ['disabled', { userAccountControl: ['514'] }, 'the account is disabled'],
    ['locked, as the directory computes it', { 'msDS-User-Account-Control-Computed': ['16'] }, 'the account is locked'],
    ['locked at some time, and nobody says that it is over', { lockoutTime: [fileTime(NOW - 60)] }, 'the account is locked'],
    ['expired', { accountExpires: [fileTime(NOW)] }, 'the account has expired'],
    ['outside of its logon hours', { logonHours: [new Uint8Array(21)] }, 'this is none of the logon hours of the account'],
    ['of logon hours that are none', { logonHours: [new Uint8Array(3)] }, 'the logon hours of the account cannot be read'],
    ['of unknown state', { userAccountControl: [] }, 'the directory does not show whether the account is enabled'],
  ] as const)('is not for use when %s', (_, given, reason) => {
    expect(obstacles(given)).toEqual([reason]);
  });
  it.each([
    ['a lockout that is over', { lockoutTime: [fileTime(NOW - 60)], 'msDS-User-Account-Control-Computed': ['0'] }],
    ['an end in a second', { accountExpires: [fileTime(NOW + 1)] }],
    ['no end, in both spellings', { accountExpires: ['0'] }],
    ['no end, in both spellings', { accountExpires: ['9223372036854775807'] }],
    ['a password that has expired, which a card does not need', { 'msDS-User-Account-Control-Computed': ['8388608'] }],
  ])('is for use with %s', (_, given) => {
    expect(obstacles(given)).toEqual([]);
  });
  it('may be logged on to in the hours that it says, in UTC from Sunday on', () => {
    const hours = new Uint8Array(21);
    const monday12 = 24 + 12;
    hours[monday12 >> 3] = 1 << (monday12 & 7);
    expect(obstacles({ logonHours: [hours] })).toEqual([]);
    expect(accountOf(entry({ logonHours: [hours] }), NOW - 1).obstacles).toHaveLength(1);
    expect(accountOf(entry({ logonHours: [hours] }), NOW + 3600).obstacles).toHaveLength(1);
  });
  it('tells what else it is judged by', () => {
    const given = { adminCount: ['1'], sIDHistory: [sidOctets('S-1-5-21-1-2-3-512')], userWorkstations: ['HOST1, host2'] };
    expect(accountOf(entry(given), NOW)).toMatchObject({
      adminCount: 1,
      sidHistory: ['S-1-5-21-1-2-3-512'],
      workstations: ['HOST1', 'host2'],
    });
    expect(accountOf(entry({ tokenGroups: [] }), NOW).groupSids).toBeUndefined();
  });
  it.each([
    ['computer', { objectClass: ['top', 'user', 'computer'] }],
    ['computer', { userAccountControl: ['2080'] }],
    ['managed-service-account', { objectClass: ['top', 'user', 'computer', 'msDS-GroupManagedServiceAccount'] }],
  ])('is a %s', (kind, given) => {
    expect(accountOf(entry(given), NOW).kind).toBe(kind);
  });
  it.each([
    ['objectSid', { objectSid: [Uint8Array.of(1, 5, 0)] }],
    ['userAccountControl', { userAccountControl: ['0x200'] }],
    ['userPrincipalName', { userPrincipalName: [Uint8Array.of(0xff)] }],
    ['sAMAccountName', { sAMAccountName: ['alice', 'bob'] }],
  ])('is not guessed at where its %s is damaged', (attribute, given) => {
    expect(() => accountOf(entry(given), NOW)).toThrow(
      expect.objectContaining({ code: 'directory-value', message: expect.stringContaining(attribute) as string }),
    );
  });
});

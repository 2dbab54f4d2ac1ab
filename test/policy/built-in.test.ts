import { describe, expect, it } from 'vitest';
import type { Account } from '../../src/policy/account.ts';
import { type BuiltInBounds, builtInRefusal, builtInRules } from '../../src/policy/built-in.ts';
import { refusedAccounts } from '../../src/policy/refused-accounts.ts';

const sid = (rid: number) => `S-1-5-21-1-2-3-${rid}`;
const plain: Account = {
  name: 'alice',
  domain: 'corp.example',
  userPrincipalName: 'alice@corp.example',
  sid: sid(1105),
  kind: 'user',
  obstacles: [],
  groupSids: [sid(513)],
  groups: ['Domain Users'],
  adminCount: 0,
  sidHistory: [],
};
const bounds: BuiltInBounds = { exceptedSids: new Set(), ownAccountSids: new Set([sid(1700)]), upnSuffixes: ['corp.example'] };
const excepted: BuiltInBounds = { ...bounds, exceptedSids: new Set([plain.sid, sid(500), sid(1700)]) };
const refusal = (change: Partial<Account>, given = bounds) => builtInRefusal({ ...plain, ...change }, given)?.rule;

/** Each rule by what it alone refuses, and whether an exception lifts it. */
const refused: readonly [string, Partial<Account>, boolean][] = [
  ['sid-form', { sid: 'S-1-5-32-1105' }, false],
  ['sid-form', { sid: 'S-1-5-21-1-2-3-1105 ' }, false],
  ['sid-form', { sid: 's-1-5-21-1-2-3-1105' }, false],
  ['sid-form', { sid: '' }, false],
  ['built-in-account', { sid: sid(500) }, false],
  ['built-in-account', { sid: sid(502) }, false],
  ['built-in-account', { sid: 'S-1-5-21-9-9-9-500' }, false],
  ['built-in-account', { sid: sid(999) }, false],
  ['not-a-user', { kind: 'computer' }, false],
  ['not-a-user', { kind: 'managed-service-account' }, false],
  ['not-a-user', { name: 'dc1$' }, false],
  ['not-a-user', { name: 'dc1\uff04' }, false],
  ['not-a-user', { userPrincipalName: 'dc1$@corp.example' }, false],
  ['service-account', { sid: sid(1700) }, false],
  ['service-account', { sidHistory: [sid(1700)] }, false],
  ['upn-suffix', { userPrincipalName: 'alice@other.example' }, false],
  ['upn-suffix', { userPrincipalName: 'alice@corp.example.' }, false],
  ['upn-suffix', { userPrincipalName: 'alice@a.corp.example' }, false],
  ['upn-suffix', { userPrincipalName: '@corp.example' }, false],
  ['upn-suffix', { userPrincipalName: 'alice' }, false],
  ['account-unusable', { obstacles: ['the account is disabled'] }, false],
  ['groups-unknown', { groupSids: undefined }, false],
  ['sid-history-built-in', { sidHistory: [sid(1), 'S-1-5-21-7-8-9-502'] }, false],
  ['sid-history-built-in', { sidHistory: ['no SID'] }, false],
  ['sid-history-tier-zero', { sidHistory: ['S-1-5-21-7-8-9-512'] }, true],
  ['sid-history-tier-zero', { sidHistory: ['S-1-5-32-544'] }, true],
  ...[498, 512, 516, 518, 519, 520, 521, 526, 527].map((rid): [string, Partial<Account>, boolean] => [
    'tier-zero-group',
    { groupSids: [sid(513), sid(rid)] },
    true,
  ]),
  ...[544, 548, 549, 550, 551].map((rid): [string, Partial<Account>, boolean] => [
    'tier-zero-group',
    { groupSids: [`S-1-5-32-${rid}`] },
    true,
  ]),
  ['tier-zero-group', { groupSids: ['s-1-5-32-0544'] }, true],
  ['tier-zero-group', { groups: ['DnsAdmins'] }, true],
  ['tier-zero-group', { groups: ['CORP\\dnsadmins'] }, true],
  ['admin-count', { adminCount: 1 }, true],
  ['admin-count', { adminCount: -1 }, true],
  ['admin-count', { adminCount: Number.NaN }, true],
];

describe('built-in rules', () => {
  it.each(refused)('%s refuses %j', (rule, change, isLifted) => {
    expect(refusal(change)).toBe(rule);
    expect(refusal(change, excepted), 'with an exception for the account').toBe(isLifted ? undefined : rule);
  });
  it('are all tried above, have names of their own and say one clause', () => {
    expect(new Set(refused.map(([rule]) => rule))).toEqual(new Set(builtInRules.map(({ name }) => name)));
    expect(new Set(builtInRules.map(({ name }) => name)).size).toBe(builtInRules.length);
    for (const { sentence } of builtInRules) expect(sentence).toMatch(/^[a-z][^\n]*[^.\n]$/);
  });
  it('let an ordinary account pass, however it is written', () => {
    for (const change of [
      {},
      { userPrincipalName: 'alice@CORP.Example' },
      { sidHistory: ['S-1-5-21-7-8-9-1105'] },
      { groups: ['DnsAdmins2'] },
    ])
      expect(refusal(change)).toBeUndefined();
  });
  it("an exception is for one account: not for a group's members, not in another spelling", () => {
    const group: BuiltInBounds = { ...bounds, exceptedSids: new Set([sid(512), 's-1-5-21-1-2-3-1105']) };
    expect(refusal({ groupSids: [sid(512)] }, group)).toBe('tier-zero-group');
  });
  it('say which group it is', () => {
    expect(builtInRefusal({ ...plain, groupSids: [sid(519)] }, bounds)?.sentence).toMatch(/: Enterprise Admins$/);
  });
});

describe('the list that a CA holds', () => {
  const source = (...accounts: readonly Partial<Account>[]) => ({
    async *accounts() {
      yield* accounts.map((change): Account => ({ ...plain, ...change }));
    },
  });
  it('has whoever a listed rule refuses, exceptions or not, and whoever has their SIDs in a history', async () => {
    const found = await refusedAccounts(
      [
        source(
          {},
          { sid: sid(1601), adminCount: 1 },
          { sid: sid(1602), sidHistory: [sid(1603)] },
          { sid: sid(1603), sidHistory: [sid(1601)] },
        ),
        source(
          { sid: sid(1604), groupSids: undefined },
          { sid: sid(1605), kind: 'computer' },
          { sid: sid(1606), obstacles: ['the account is disabled'] },
        ),
      ],
      new Set([sid(1700)]),
    );
    expect(found.accounts).toBe(7);
    expect(found.sids.toSorted()).toEqual([1601, 1602, 1603, 1604, 1605, 1700].map(sid));
    expect(found.byRule).toEqual({ 'admin-count': 1, 'sid-history-refused': 2, 'groups-unknown': 1, 'not-a-user': 1 });
  });
  it('agrees with the built-in rules, but for what the CA knows by itself or what passes', async () => {
    for (const [rule, change] of refused) {
      const account = { ...plain, ...change };
      const { sids } = await refusedAccounts([source(account)], bounds.ownAccountSids);
      const isListed = builtInRules.find(({ name }) => name === rule)?.listed === true;
      expect(sids.includes(account.sid), `${rule} ${JSON.stringify(change)}`).toBe(isListed);
    }
  });
});

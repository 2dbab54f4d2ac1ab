import { describe, expect, it } from 'vitest';
import { isGranted } from '../../src/gateway/granted-account.ts';

const account = { name: 'Alice', domain: 'corp.example', userPrincipalName: 'a.smith@example.org' };
const is = (domain: string, userName: string, netBios?: string, host = 'desk1.corp.example') =>
  isGranted({ domain, userName, sessionId: 1 }, account, { host, netBios });

describe('whether whoever is logged on is the account of the grant', () => {
  it('takes the names that hosts use for it', () => {
    expect([
      is('CORP', 'alice'),
      is('corp.example', 'ALICE'),
      is('', 'a.smith@example.org'),
      is('CORP', 'A.Smith@Example.org'),
    ]).toEqual([...[true, true, true, true]]);
    expect([is('SALES', 'alice', 'SALES'), is('CORP', 'alice', 'SALES')]).toEqual([true, false]);
  });
  it('takes no account of a host that is called as the domain is', () => {
    const host = 'corp.corp.example';
    expect([is('CORP', 'alice', undefined, host), is('CORP', 'alice', 'CORP', host)]).toEqual([false, false]);
    expect([is('corp.example', 'alice', undefined, host), is('SALES', 'alice', 'SALES', host)]).toEqual([true, true]);
    const long = 'a-very-long-host-name.corp.example';
    expect(is('A-VERY-LONG-HOS', 'alice', 'A-VERY-LONG-HOS', long)).toBe(false);
  });
  it('takes nobody else', () => {
    const others = [
      is('CORP', 'bob'),
      is('OTHER', 'alice'),
      is('', 'alice'),
      is('CORP', ''),
      is('CORP', 'alice\0'),
      is('CORP', 'al\u0131ce'),
    ];
    expect(others).toEqual(others.map(() => false));
  });
});

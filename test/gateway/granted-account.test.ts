import { describe, expect, it } from 'vitest';
import { isGranted } from '../../src/gateway/granted-account.ts';

const account = { name: 'Alice', domain: 'corp.example', userPrincipalName: 'a.smith@example.org' };
const is = (domain: string, userName: string, netBios?: string) =>
  isGranted({ domain, userName, sessionId: 1 }, account, netBios);

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

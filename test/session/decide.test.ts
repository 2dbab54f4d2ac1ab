import { describe, expect, it } from 'vitest';
import type { Account, Host } from '../../src/policy/account.ts';
import { decide } from '../../src/session/decide.ts';
import { caller, person, requestOf, rulesOf } from './made-sessions.ts';

const alice: Account = {
  name: 'alice',
  domain: 'corp.example',
  userPrincipalName: 'alice@corp.example',
  sid: 'S-1-5-21-1004336348-1177238915-682003330-1105',
  kind: 'user',
  obstacles: [],
  groupSids: ['S-1-5-21-1004336348-1177238915-682003330-513'],
  groups: ['Domain Users'],
  adminCount: 0,
  sidHistory: [],
};
const web: Host = { name: 'a-very-long-host-name.corp.example', labels: {}, organizationalUnits: [] };
const rules = rulesOf('@id("all") permit (principal, action == Action::"open", resource);');
const bounds = { exceptedSids: new Set<string>(), ownAccountSids: new Set<string>(), upnSuffixes: ['corp.example'] };

async function verdict(account: Partial<Account>, host: Partial<Host> = {}): Promise<string> {
  const directory = {
    account: async () => ({ ...alice, ...account }),
    host: async () => ({ ...web, ...host }),
    hosts: async () => [],
  };
  const request = requestOf(caller('alice'), { target: web.name, person: person('alice') });
  const decided = await decide({ directory, rules: () => rules, clock: () => 1_790_000_000 }, bounds, request);
  return decided.ok ? 'allowed' : decided.refusal.cause;
}

describe('a decision', () => {
  it('keeps an account to the hosts that the directory names for it, by NetBIOS name', async () => {
    expect(await verdict({})).toBe('allowed');
    expect(await verdict({ workstations: ['HOST1', 'A-VERY-LONG-HOS'] })).toBe('allowed');
    expect(await verdict({ workstations: ['HOST1'] })).toBe('workstation');
    expect(await verdict({ workstations: [] })).toBe('workstation');
  });
  it('lets nobody on to a host that nothing would prove', async () => {
    expect(await verdict({}, { obstacles: ['TERMSRV/x is registered on another account as well'] })).toBe('target-unproven');
    expect(await verdict({}, { obstacles: [] })).toBe('allowed');
  });
});

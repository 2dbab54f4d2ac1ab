import { expect, it } from 'vitest';
import { parseRules } from '../../src/policy/rules.ts';
import { policySchema } from '../../src/policy/schema.ts';
import { decide } from '../../src/session/decide.ts';
import { permit, question } from '../policy/question.ts';

/** toLowerCase() makes `k` of the Kelvin sign: whoever could choose such a name at a provider had kim's account for their own. */
it('a person whose UPN has the Kelvin sign does not own the account with the letter k', async () => {
  const account = { ...question().account, userPrincipalName: 'kim@corp.example' };
  const { host, person } = question();
  const directory = { account: async () => account, host: async () => host, hosts: async () => [host] };
  const rules = parseRules([{ name: 'a', text: permit('own', 'context.account.own') }], policySchema);
  const bounds = { exceptedSids: new Set<string>(), ownAccountSids: new Set<string>(), upnSuffixes: ['corp.example'] };
  const caller = { id: 'c', name: 'c', scopes: [], person };
  for (const [userPrincipalName, ok] of [
    ['KIM@corp.example', true],
    ['\u212Aim@corp.example', false],
  ] as const) {
    const verdict = await decide({ directory, rules: () => rules, clock: () => 1_900_058_400 }, bounds, {
      caller,
      person: { ...person, userPrincipalName },
      proof: 'self',
      target: host.name,
      mode: 'gateway',
      network: '127.0.0.1',
    });
    expect(verdict.ok).toBe(ok);
  }
});

import { expect, it } from 'vitest';
import { checkedProvider } from '../../src/api/identity/oidc-provider.ts';
import { ourIssuers } from '../../src/policy/principal.ts';

/** With one of our own names as issuer, a provider's subjects were people of the directory: their groups, their sessions. */
it.each(Object.values(ourIssuers))('no provider may be called %s', (issuer) => {
  const given = { audiences: ['mayfly'], jwksUri: 'https://idp.example/keys' };
  expect(() => checkedProvider({ ...given, issuer })).toThrow(/this is what Mayfly calls itself/);
  expect(checkedProvider({ ...given, issuer: `${issuer}.example` }).issuer).toBe(`${issuer}.example`);
});

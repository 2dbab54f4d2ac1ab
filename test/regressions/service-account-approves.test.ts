import { expect, it } from 'vitest';
import { checkedProvider } from '../../src/api/identity/oidc-provider.ts';
import { bearerOf } from '../../src/api/identity/person-claims.ts';

const provider = checkedProvider({ issuer: 'https://idp.example', audiences: ['mayfly'] });

/** Providers put service accounts into groups as they do people: taken for people they had approved what launchers ask for. */
it.each([
  ['RFC 9068', { sub: 'portal', client_id: 'portal' }],
  ['OpenID Connect', { sub: 'portal', azp: 'portal' }],
  ['AD FS', { sub: 'portal', appid: 'portal' }],
  ['Okta', { sub: 'portal', cid: 'portal' }],
  ['Auth0', { sub: 'portal@clients', azp: 'portal', gty: 'client-credentials' }],
  ['Keycloak', { sub: 'b1d2c3', azp: 'Portal', preferred_username: 'service-account-portal' }],
  ['Entra ID', { sub: 'b1d2c3', idtyp: 'app' }],
])('a token that a client of %s got for itself is no person', (_, claims) => {
  expect(bearerOf({ ...claims, groups: ['leads'] }, provider).person).toBeUndefined();
});
it('a token that a client got for a person is that person', () => {
  const claims = { sub: 'b1d2c3', azp: 'portal', client_id: 'portal', preferred_username: 'service-account-portal-fan' };
  expect(bearerOf(claims, provider).person).toMatchObject({ subject: 'b1d2c3' });
});

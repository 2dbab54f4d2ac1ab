import type { KeyDescription } from '../x509/public-key.ts';

/** How a host is told which provider is to find the card's key: CSPs are CryptoAPI's, KSPs those of CNG. */
export type ProviderName = 'base-csp' | 'smart-card-ksp';
export interface CredentialForm {
  readonly provider: ProviderName;
  /** `absent`: the provider takes the card's default container; `derived`: the name that Windows gives it. */
  readonly container: 'absent' | 'derived';
}
/** AT_KEYEXCHANGE; CNG's keys have no such number. */
const AT_KEYEXCHANGE = 1;

interface Provider {
  readonly keySpec: number;
  /** As it is registered on every Windows host. */
  readonly providerName: string;
}
export const providers: Readonly<Record<ProviderName, Provider>> = {
  // What mstsc says on all versions ([MS-CSSP] 4).
  'base-csp': { keySpec: AT_KEYEXCHANGE, providerName: 'Microsoft Base Smart Card Crypto Provider' },
  // The one that knows elliptic curves.
  'smart-card-ksp': { keySpec: 0, providerName: 'Microsoft Smart Card Key Storage Provider' },
};
/** Forms in the order to try them, the one that worked last first; each at most once. CryptoAPI knows no elliptic curves. */
export function credentialForms(key: KeyDescription['type'], worked?: CredentialForm): readonly CredentialForm[] {
  const usual: readonly CredentialForm[] =
    key === 'rsa'
      ? [
          { provider: 'base-csp', container: 'absent' },
          { provider: 'smart-card-ksp', container: 'absent' },
          { provider: 'base-csp', container: 'derived' },
        ]
      : [
          { provider: 'smart-card-ksp', container: 'absent' },
          { provider: 'smart-card-ksp', container: 'derived' },
        ];
  const known = usual.find(({ provider, container }) => provider === worked?.provider && container === worked.container);
  return known ? [known, ...usual.filter((form) => form !== known)] : usual;
}

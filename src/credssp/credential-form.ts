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
type Forms = readonly [CredentialForm, ...CredentialForm[]];

/** Forms in the order to try them, the one that worked last first; each at most once. CryptoAPI knows no elliptic curves. */
export function credentialForms(key: KeyDescription['type'], worked?: CredentialForm): Forms {
  const usual: Forms =
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

/** Names by which a host says that it did not find the key, and not that it was refused: statuses, and how far it came with the card. */
const keyNotFound: ReadonlySet<string> = new Set([
  // It took the PIN and knew no key to use (`stalledLogon`).
  'pin-verified',
  'STATUS_SMARTCARD_NO_KEY_CONTAINER',
  'STATUS_SMARTCARD_NO_CERTIFICATE',
  'STATUS_SMARTCARD_NO_KEYSET',
  'NTE_NOT_FOUND',
  'NTE_BAD_PROVIDER',
  'NTE_BAD_KEYSET',
  'NTE_PROV_TYPE_NOT_DEF',
  'NTE_KEYSET_NOT_DEF',
  'NTE_KEYSET_ENTRY_BAD',
  'NTE_PROV_DLL_NOT_FOUND',
  'SCARD_E_NO_SUCH_CERTIFICATE',
  'SCARD_E_NO_KEY_CONTAINER',
]);
/** Whether another form may do where this was the host's word: container, key set and provider stand in the form. */
export const isAboutForm = (name: string): boolean => keyNotFound.has(name);

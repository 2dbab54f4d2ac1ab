import type { KeyAgreementGroup } from '../crypto/key-agreement.ts';
import type { DigestName } from '../wire/conversation.ts';

/** How the KDCs of a realm are spoken to. */
export interface RealmProfile {
  /** As the KDC writes it: Active Directory in upper case. */
  readonly realm: string;
  /** Numbers of encryption types, best first. */
  readonly encryptionTypes: readonly number[];
  readonly group: KeyAgreementGroup;
  /** Whether key derivations of RFC 8636 are offered; no domain controller is known to take one. */
  readonly supportedKdfs: boolean;
  /** Whether a nonce is sent with which a KDC may use its Diffie-Hellman key more than once (RFC 4556 3.2.3.1). */
  readonly clientDhNonce: boolean;
  /** Whether certificates of domain controllers older than id-pkinit-KPKdc are taken. */
  readonly oldDomainControllers: boolean;
  /** Host names whose certificate is taken besides one that names the realm. */
  readonly kdcNames: readonly string[];
  /** Digests under the KDC's own signature. */
  readonly kdcDigests: readonly DigestName[];
}
const defaults: Omit<RealmProfile, 'realm'> = {
  encryptionTypes: [18, 17, 20, 19],
  group: 'modp-14',
  supportedKdfs: false,
  clientDhNonce: false,
  oldDomainControllers: false,
  kdcNames: [],
  // What is signed is the KDC's fresh key and our nonce: nobody else can prepare a collision in it.
  kdcDigests: ['SHA-256', 'SHA-384', 'SHA-512', 'SHA-1'],
};
export const realmProfile = (realm: string, given: Partial<Omit<RealmProfile, 'realm'>> = {}): RealmProfile => ({
  ...defaults,
  ...given,
  realm,
});

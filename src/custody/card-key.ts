/** Keys a card can have. */
export type CardKeyKind = 'rsa-2048' | 'rsa-3072' | 'p-256';

/** A card's private key, in custody: it can be used and destroyed, and nothing else. */
export interface CardKey {
  readonly kind: CardKeyKind;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  /**
   * RSA: raw modular exponentiation of one block as long as the modulus and below it. P-256: ECDSA-Sig-Value (DER) over a
   * digest of at most 32 octets. Rejects with MayflyError `key-destroyed`, `key-lost` or `key-input`.
   */
  readonly operate: (input: Uint8Array) => Promise<Uint8Array>;
  /** Idempotent; resolves when no octet of the key is left in the process. */
  readonly destroy: () => Promise<void>;
}

/** Kinds of keys a card may have. */
export const cardKeyKinds = ['rsa-2048', 'rsa-3072', 'p-256'] as const;
export type CardKeyKind = (typeof cardKeyKinds)[number];

/** One card's private key, which stays in its custody isolate: what is here can use it and destroy it. */
export interface CardKey {
  readonly kind: CardKeyKind;
  /** SubjectPublicKeyInfo, RFC 5280 4.1.2.7, DER. */
  readonly publicKey: Uint8Array;
  /**
   * RSA: RSADP and RSASP1 of RFC 8017 5.1.2 and 5.2.1, which are one: a block as long as the modulus and below it in, as
   * many octets out, leading zeros kept. P-256: a digest of up to 32 octets in, ECDSA-Sig-Value out.
   * @throws MayflyError `key-input` for another block, `key-destroyed` after `destroy`, `key-lost` where its isolate died
   */
  readonly operate: (input: Uint8Array) => Promise<Uint8Array>;
  /**
   * Resolves when no byte of the key is left in the process. RSA: operations that were asked for before are done first; P-256: they
   * reject, `key-lost`.
   */
  readonly destroy: () => Promise<void>;
}

/** Algorithm identifiers and what a challenge must be, SP 800-78-5 table 9. */
export const keyAlgorithms = {
  /** The block is as long as the modulus; the card does the raw operation on whatever it is. */
  'rsa-2048': { identifier: 0x07, fits: (challenge: Uint8Array) => challenge.length === 256 },
  'rsa-3072': { identifier: 0x05, fits: (challenge: Uint8Array) => challenge.length === 384 },
  /** A digest, shorter ones as numbers: OpenSC sends SHA-1 as 20 octets. */
  'p-256': { identifier: 0x11, fits: (challenge: Uint8Array) => challenge.length <= 32 },
} as const;
export type KeyAlgorithm = keyof typeof keyAlgorithms;
/** Key references, SP 800-73-4 part 1 table 4b. */
export const keyReference = { pivAuthentication: 0x9a, cardManagement: 0x9b } as const;

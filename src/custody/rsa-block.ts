/** True for a block that the private operation is defined for: as long as the modulus, and below it. */
export function isRsaBlock(block: Uint8Array, modulus: Uint8Array): boolean {
  return block.length === modulus.length && Buffer.compare(block, modulus) < 0;
}

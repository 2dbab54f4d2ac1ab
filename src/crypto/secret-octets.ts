/**
 * Room for a secret, outside V8's heap: arrays of up to 64 octets live in that heap otherwise, where the collector moves them and leaves
 * copies behind that nobody can wipe.
 */
export const secretRoom = (length: number): Uint8Array => new Uint8Array(new ArrayBuffer(length));
/** A copy in such room, for the caller to wipe. */
export function secretCopy(octets: Uint8Array): Uint8Array {
  const copy = secretRoom(octets.length);
  copy.set(octets);
  return copy;
}

import { ask, type Conversation } from '../wire/conversation.ts';

/** A nonce of 31 bits: some KDCs read the 32nd as a sign (RFC 4120 5.2.4). */
export function* newNonce(): Conversation<number> {
  const octets = yield* ask<'random'>({ do: 'random', length: 4 });
  return new DataView(octets.buffer, octets.byteOffset).getUint32(0) & 0x7fff_ffff;
}

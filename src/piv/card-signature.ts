import { encode } from '../wire/codec.ts';
import type { DigestName } from '../wire/conversation.ts';
import { octetString, sequence } from '../wire/der.ts';
import { nothing } from '../wire/der-primitives.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type DigestAlgorithm, digestByName } from '../x509/digest-algorithm.ts';
import { algorithmIdentifier } from '../x509/public-key.ts';
import type { KeyAlgorithm } from './key-algorithm.ts';
import { PivClient, type Transmit } from './piv-client.ts';

/** A card as its holder uses it: by its APDU door and its PIN, like any host. */
export interface CardInHand {
  readonly transmit: Transmit;
  /** 6 to 8 octets, the caller's. */
  readonly pin: Uint8Array;
  readonly algorithm: KeyAlgorithm;
}
const modulusLength: Readonly<Partial<Record<KeyAlgorithm, number>>> = { 'rsa-2048': 256, 'rsa-3072': 384 };
/** DigestInfo, RFC 8017 9.2. */
const digestInfo = sequence({ digestAlgorithm: algorithmIdentifier, digest: octetString });
const nullParameters = encode(nothing, null);

/** EMSA-PKCS1-v1_5, RFC 8017 9.2: a PIV host builds the whole block, the card raises whatever it gets. */
export function paddedDigest({ algorithm, compute }: DigestAlgorithm, bytes: Uint8Array, length: number): Uint8Array {
  const info = encode(digestInfo, { digestAlgorithm: { algorithm, parameters: nullParameters }, digest: compute(bytes) });
  const block = new Uint8Array(length).fill(0xff);
  block.set([0x00, 0x01]);
  block.set([0x00, ...info], length - info.length - 1);
  return block;
}
/**
 * A signature by the card in the form CMS carries: PKCS #1 v1.5, or ECDSA-Sig-Value. One private operation.
 * @throws MayflyError `card-refused` when the card refuses
 */
export async function signWithCard(card: CardInHand, bytes: Uint8Array, digest: DigestName): Promise<Uint8Array> {
  const algorithm = digestByName(digest);
  if (!algorithm) throw new MayflyError('card-digest', `digest ${digest} is not known`);
  const client = new PivClient(card.transmit);
  await client.select();
  await client.verifyPin(card.pin);
  const length = modulusLength[card.algorithm];
  // A P-256 card takes the left-most 256 bits of a longer digest (FIPS 186-5 6.4.1).
  const challenge = length ? paddedDigest(algorithm, bytes, length) : algorithm.compute(bytes).subarray(0, 32);
  return client.operate(card.algorithm, challenge);
}

import { verify } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { Custody } from '../../src/custody/custody.ts';
import { LiveCard } from '../../src/custody/live-card.ts';
import { signWithCard } from '../../src/piv/card-signature.ts';
import type { KeyAlgorithm } from '../../src/piv/key-algorithm.ts';

const custody = new Custody({ poolSize: 0, log: () => undefined });
afterAll(() => custody.close());
async function cardInHand(algorithm: KeyAlgorithm) {
  const key = await custody.take(algorithm);
  const publicKey = { key: Buffer.from(key.publicKey), format: 'der', type: 'spki' } as const;
  const card = new LiveCard({ key, certificate: new Uint8Array(900), notAfter: 2_000_000_000, destroyed: () => undefined });
  return { card, publicKey, hand: { transmit: (apdu: Uint8Array) => card.transmit(apdu), pin: card.pin, algorithm } };
}
const text = new TextEncoder().encode('signed attributes');

describe.each<KeyAlgorithm>(['rsa-2048', 'rsa-3072', 'p-256'])('a signature by a card with %s', (algorithm) => {
  it('verifies, whatever the digest', async () => {
    const { card, publicKey, hand } = await cardInHand(algorithm);
    for (const digest of ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const)
      expect(verify(digest.replace('-', ''), text, publicKey, await signWithCard(hand, text, digest))).toBe(true);
    expect(card.operations).toBe(4);
    await card.destroy('released');
  });
  it('is refused with another PIN, and by a card whose key is gone', async () => {
    const { card, hand } = await cardInHand(algorithm);
    const wrong = { ...hand, pin: hand.pin.map((digit) => (digit === 0x39 ? 0x30 : digit + 1)) };
    await expect(signWithCard(wrong, text, 'SHA-256')).rejects.toMatchObject({
      code: 'card-refused',
      message: 'VERIFY answered 63c2, the PIN is wrong, 2 tries left',
    });
    expect(card.operations).toBe(0);
    await card.destroy('released');
    await expect(signWithCard(hand, text, 'SHA-256')).rejects.toMatchObject({ code: 'card-refused' });
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chainStart, nextLink } from '../../src/journal/chain.ts';
import { toHex } from '../../src/wire/hex.ts';

/** The definition by another hand: a change of it makes every journal there is unreadable. */
function linkByHand(previous: Uint8Array, sequence: bigint, text: string): string {
  const octets = Buffer.from(text, 'utf8');
  const numbers = Buffer.alloc(12);
  numbers.writeBigUInt64BE(sequence);
  numbers.writeUInt32BE(octets.length, 8);
  return createHash('sha256').update('mayfly journal link 1\0').update(previous).update(numbers).update(octets).digest('hex');
}

describe('a link of the chain', () => {
  it('begins at a fixed place', () => {
    expect(toHex(chainStart)).toBe(createHash('sha256').update('mayfly journal start 1\0').digest('hex'));
  });
  it.each([
    ['first', chainStart, 1, '{"at":1,"event":"service-stopped"}'],
    ['beyond 32 bits', chainStart, 2 ** 53 - 1, 'x'],
    ['of more octets than characters', new Uint8Array(32), 7, 'Ærøskøbing 🜲'],
    ['of nothing', new Uint8Array(32), 7, ''],
  ])('is SHA-256 of what it follows, its number, its length and its text: %s', (_, previous, sequence, text) => {
    expect(toHex(nextLink(previous, sequence, text))).toBe(linkByHand(previous, BigInt(sequence), text));
  });
});

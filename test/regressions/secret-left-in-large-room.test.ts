import { afterEach, expect, it, vi } from 'vitest';
import { smartCardCredentials } from '../../src/credssp/ts-credentials.ts';

afterEach(() => void vi.restoreAllMocks());

const digits = Buffer.from('7\x003\x009\x001\0', 'latin1');

// Room that had grown over 512 octets was let go as it was: credentials with a long hint left the PIN in memory.
it.each([10, 120, 400])('leaves no PIN where credentials were written, with a hint of %i signs', (hint) => {
  const rooms: Uint8Array[] = [];
  vi.spyOn(Uint8Array.prototype, 'set').mockImplementation(function (this: Uint8Array, ...given) {
    rooms.push(this);
    // The same for all typed arrays, and not the one that is watched.
    Int8Array.prototype.set.apply(this, given);
  });
  const written = smartCardCredentials({
    pin: Uint8Array.from('73917391', (digit) => digit.charCodeAt(0)),
    readerName: 'reader',
    keySpec: 1,
    providerName: 'provider',
    userHint: 'a'.repeat(hint),
  });
  vi.restoreAllMocks();
  expect(Buffer.from(written).includes(digits)).toBe(true);
  expect(rooms.length).toBeGreaterThan(0);
  expect(rooms.filter((room) => Buffer.from(room).includes(digits))).toEqual([]);
});

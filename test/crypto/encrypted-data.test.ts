import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decryptCts, encryptCts } from '../../src/crypto/ciphertext-stealing.ts';
import { CONFOUNDER_LENGTH, decrypt, encrypt, getMic, verifyMic } from '../../src/crypto/encrypted-data.ts';
import { encryptionType, encryptionTypeNamed, encryptionTypeNames } from '../../src/crypto/encryption-type.ts';
import { deriveKey, nFold } from '../../src/crypto/key-derivation.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { KEY, stolen } from '../vectors/crypto/ciphertext-stealing.ts';
import { checksums, derivations, encryptions } from '../vectors/crypto/encrypted-data.ts';
import { folds } from '../vectors/crypto/n-fold.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';

const typeNumbered = (etype: number) => {
  const type = encryptionType(etype);
  if (!type) throw new Error(`no type ${etype}`);
  return type;
};

it.each(folds)('n-fold of %s', (input, folded) => {
  expect(hex(nFold(new TextEncoder().encode(input), folded.length / 2))).toBe(folded);
});
it.each(stolen)('ciphertext stealing of %s', (input, output) => {
  const type = typeNumbered(17);
  expect(hex(encryptCts(type, bytes(KEY), [bytes(input)]))).toBe(output);
  expect(hex(decryptCts(type, bytes(KEY), bytes(output)))).toBe(input);
});
it.each(derivations)('$source: the key of type $etype for $what', ({ etype, key, usage, what, derived }) => {
  expect(hex(deriveKey(typeNumbered(etype), bytes(key), usage, what))).toBe(derived);
});
it.each(encryptions)('$source: type $etype encrypts $plaintext', ({ etype, usage, plaintext, ciphertext, ...printed }) => {
  const key = { etype, value: bytes(printed.key) };
  const decrypted = decrypt(key, usage, bytes(ciphertext));
  expect(decrypted && hex(decrypted)).toBe(plaintext);
  const type = typeNumbered(etype);
  const ke = deriveKey(type, key.value, usage, 'encryption');
  const whole = decryptCts(type, ke, bytes(ciphertext).subarray(0, -type.macLength));
  const confounder = whole.subarray(0, CONFOUNDER_LENGTH);
  expect(hex(confounder)).toBe(printed.confounder ?? hex(confounder));
  expect(hex(encrypt(key, usage, bytes(plaintext), confounder))).toBe(ciphertext);
});
it.each(checksums)('$source: the checksum of type $etype', ({ etype, usage, message, checksum, ...printed }) => {
  const key = { etype, value: bytes(printed.key) };
  expect(hex(getMic(key, usage, bytes(message)))).toBe(checksum);
  expect(verifyMic(key, usage, bytes(message), bytes(checksum))).toBe(true);
});

const octets = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });
const anyKey = fc
  .constantFrom(17, 18, 19, 20)
  .chain((etype) => octets(typeNumbered(etype).keyLength).map((value) => ({ etype, value })));
const usage = fc.nat(1024);
describe('any encryption type', () => {
  it('decrypts what it encrypted, and nothing that was changed, cut or meant for another use', () => {
    const encryptedText = fc.record({
      key: anyKey,
      usage,
      text: octets(0, 200),
      confounder: octets(16),
      at: fc.nat(),
      bit: fc.nat(7),
    });
    fc.assert(
      fc.property(encryptedText, ({ key, usage: n, text, confounder, at, bit }) => {
        const whole = encrypt(key, n, text, confounder);
        expect(hex(decrypt(key, n, whole) ?? bytes('dead'))).toBe(hex(text));
        const changed = whole.slice();
        const place = at % whole.length;
        changed[place] = (changed[place] ?? 0) ^ (1 << bit);
        for (const wrong of [changed, whole.subarray(0, place), whole.subarray(1)])
          expect(decrypt(key, n, wrong)).toBeUndefined();
        expect(decrypt(key, n + 1, whole)).toBeUndefined();
      }),
      { numRuns: Math.min(fuzzRuns, 20_000) },
    );
  });
  it.each(encryptions)('refuses $ciphertext with any bit changed, any octet cut off or put on', (vector) => {
    const key = { etype: vector.etype, value: bytes(vector.key) };
    const whole = bytes(vector.ciphertext);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const at = bit >> 3;
      expect(decrypt(key, vector.usage, whole.with(at, (whole[at] ?? 0) ^ (1 << (bit & 7))))).toBeUndefined();
    }
    for (let at = 0; at < whole.length; at++) {
      expect(decrypt(key, vector.usage, whole.subarray(0, at))).toBeUndefined();
      expect(decrypt(key, vector.usage, whole.subarray(at + 1))).toBeUndefined();
    }
    expect(decrypt(key, vector.usage, Uint8Array.of(...whole, 0))).toBeUndefined();
  });
  it('refuses octets that nobody encrypted', () => {
    fc.assert(
      fc.property(anyKey, usage, octets(0, 100), (key, n, junk) => decrypt(key, n, junk) === undefined),
      { numRuns: fuzzRuns },
    );
  });
  it('takes a checksum for itself alone', () => {
    fc.assert(
      fc.property(anyKey, usage, octets(0, 100), octets(0, 32), (key, n, text, other) => {
        const mic = getMic(key, n, text);
        expect(verifyMic(key, n, text, mic)).toBe(true);
        expect(verifyMic(key, n, text, other)).toBe(hex(other) === hex(mic));
        expect(verifyMic(key, n + 1, text, mic)).toBe(false);
      }),
      { numRuns: Math.min(fuzzRuns, 20_000) },
    );
  });
  it.each([17, 18, 19, 20])('%i leaves what it was given as it was, in memory of its own or of others', (etype) => {
    const own = (length: number) => Uint8Array.from({ length }, (_, i) => i + 1);
    const lent = (length: number) => Buffer.concat([Buffer.alloc(3), own(length)]).subarray(3);
    const results = [own, lent].map((made) => {
      const key = { etype, value: made(typeNumbered(etype).keyLength) };
      const [text, confounder] = [made(40), made(16)];
      const cipher = encrypt(key, 3, text, confounder);
      const [before, opened] = [hex(cipher), decrypt(key, 3, cipher)];
      expect([key.value, text, confounder].map(hex)).toEqual([typeNumbered(etype).keyLength, 40, 16].map((n) => hex(own(n))));
      expect(opened && hex(opened)).toBe(hex(text));
      expect(hex(cipher)).toBe(before);
      return before;
    });
    expect(results[0]).toBe(results[1]);
  });
  it('wants a confounder of 16 octets', () => {
    const key = { etype: 18, value: new Uint8Array(32) };
    for (const length of [0, 15, 17])
      expect(() => encrypt(key, 1, new Uint8Array(), new Uint8Array(length))).toThrow('16 octets');
  });
  it('is one of four, by number and by name; a key of another length is none', () => {
    expect([1, 3, 16, 17, 18, 19, 20, 23].filter((etype) => encryptionType(etype))).toEqual([17, 18, 19, 20]);
    expect(encryptionTypeNames.map((name) => encryptionTypeNamed(name)?.etype)).toEqual([17, 18, 19, 20]);
    for (const key of [
      { etype: 18, value: new Uint8Array(16) },
      { etype: 23, value: new Uint8Array(16) },
    ])
      expect(() => encrypt(key, 1, new Uint8Array(), new Uint8Array(16))).toThrow('there is no key of encryption type');
  });
});

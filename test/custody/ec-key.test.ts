import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { Custody } from '../../src/custody/custody.ts';
import { describeKey } from '../../src/x509/public-key.ts';

const custody = new Custody({ poolSize: 0 });
afterAll(() => custody.close());
const code = (wanted: string): unknown => expect.objectContaining({ code: wanted });

test('a P-256 key signs digests as they stand, short ones as numbers', async () => {
  const key = await custody.take('p-256');
  expect(describeKey(key.publicKey)).toEqual({ type: 'ec', curve: 'P-256' });
  const publicKey = createPublicKey({ key: Buffer.from(key.publicKey), format: 'der', type: 'spki' });
  const data = randomBytes(40);
  for (const digest of ['sha256', 'sha1']) {
    const signature = await key.operate(new Uint8Array(createHash(digest).update(data).digest()));
    expect(Object.getPrototypeOf(signature)).toBe(Uint8Array.prototype);
    expect(verify(digest, data, publicKey, signature)).toBe(true);
  }
  expect(custody.live).toBe(1);
  await expect(key.operate(new Uint8Array(33))).rejects.toEqual(code('key-input'));
  await expect(key.operate(new Uint8Array())).rejects.toEqual(code('key-input'));
  await key.destroy();
  await key.destroy();
  expect(custody.live).toBe(0);
  await expect(key.operate(new Uint8Array(32))).rejects.toEqual(code('key-destroyed'));
});

test('no more processes than the bound, and each key its own', async () => {
  const taken = await Promise.all(Array.from({ length: 16 }, () => custody.take('p-256')));
  await expect(custody.take('p-256')).rejects.toEqual(code('custody-busy'));
  expect(new Set(taken.map(({ publicKey }) => Buffer.from(publicKey).toString('hex'))).size).toBe(16);
  await Promise.all(taken.map((key) => key.destroy()));
  const again = await custody.take('p-256');
  await again.destroy();
});

test('closing ends every process', async () => {
  const closing = new Custody({ poolSize: 0 });
  const key = await closing.take('p-256');
  await closing.close();
  await expect(key.operate(new Uint8Array(32))).rejects.toEqual(code('key-destroyed'));
  await expect(closing.take('p-256')).rejects.toEqual(code('custody-closed'));
});

import { constants, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { CardKey } from '../../src/custody/card-key.ts';
import { Custody, type CustodyOptions } from '../../src/custody/custody.ts';
import { modulusOf } from '../../src/x509/public-key.ts';

const opened: Custody[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((custody) => custody.close()));
});

function custodyOf(options: CustodyOptions = {}): Custody {
  const custody = new Custody({ poolSize: 0, ...options });
  opened.push(custody);
  return custody;
}

const code = (expected: string): unknown => expect.objectContaining({ name: 'MayflyError', code: expected });

/** RSAEP, RFC 8017 5.1.1, by OpenSSL. */
function publicOperation(key: CardKey, block: Uint8Array): Uint8Array {
  const publicKey = createPublicKey({ key: Buffer.from(key.publicKey), format: 'der', type: 'spki' });
  return new Uint8Array(publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, block));
}

function blockFor(key: CardKey): Uint8Array {
  const block = new Uint8Array(randomBytes(modulusOf(key.publicKey).length));
  block[0] = 0;
  return block;
}

describe('a key', () => {
  it.each(['rsa-2048', 'rsa-3072'] as const)('%s does the private operation of its public key', async (kind) => {
    const key = await custodyOf().take(kind);
    expect(key.kind).toBe(kind);
    expect(modulusOf(key.publicKey).length * 8).toBe(kind === 'rsa-2048' ? 2048 : 3072);
    const block = blockFor(key);
    const output = await key.operate(block);
    expect(publicOperation(key, output)).toEqual(block);
    expect(await key.operate(publicOperation(key, block))).toEqual(block);
  });

  it('keeps leading zeros, and leaves the block it was given as it is', async () => {
    const key = await custodyOf().take('rsa-2048');
    const one = new Uint8Array(256);
    one[255] = 1;
    expect(await key.operate(publicOperation(key, one))).toEqual(one);
    expect(await key.operate(one)).toEqual(one);
    expect(one[255]).toBe(1);
    const zero = new Uint8Array(256);
    expect(await key.operate(zero)).toEqual(zero);
    // A view into something larger gives no more than itself away.
    expect(await key.operate(new Uint8Array([7, ...one, 7]).subarray(1, 257))).toEqual(one);
  });

  it('refuses a block of another length, or one that is not below its modulus', async () => {
    const key = await custodyOf().take('rsa-2048');
    const modulus = modulusOf(key.publicKey);
    for (const block of [new Uint8Array(), new Uint8Array(255), new Uint8Array(257), modulus, new Uint8Array(256).fill(0xff)]) {
      await expect(key.operate(block)).rejects.toEqual(code('key-input'));
    }
    const below = modulus.slice();
    below[255] = (below[255] ?? 0) - 1;
    // (n-1)^d = n-1, since d is odd.
    expect(await key.operate(below)).toEqual(below);
  });

  it('does what was asked before destroy(), and nothing after', async () => {
    const custody = custodyOf();
    const key = await custody.take('rsa-2048');
    const block = blockFor(key);
    const asked = [key.operate(block), key.operate(block)];
    const destroyed = key.destroy();
    await expect(key.operate(block)).rejects.toEqual(code('key-destroyed'));
    expect(custody.live).toBe(0);
    await destroyed;
    expect(publicOperation(key, (await asked[1]) ?? block)).toEqual(block);
    await Promise.all(asked);
    expect(key.destroy()).toBe(key.destroy());
    await key.destroy();
  });

  it('has operations that are answered each to its own caller', async () => {
    const custody = custodyOf();
    const keys = await Promise.all([custody.take('rsa-2048'), custody.take('rsa-2048'), custody.take('rsa-2048')]);
    await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const key = keys[i % 3]!;
        const block = blockFor(key);
        expect(publicOperation(key, await key.operate(block))).toEqual(block);
      }),
    );
  });
});

describe('the pool', () => {
  it('is filled, hands keys out and fills up again', async () => {
    const custody = custodyOf({ poolSize: 3 });
    await expect.poll(() => custody.pooled).toBe(3);
    const keys = [await custody.take('rsa-2048'), await custody.take('rsa-2048')];
    expect(custody.live).toBe(2);
    expect(new Set(keys.map(({ publicKey }) => Buffer.from(publicKey).toString('hex'))).size).toBe(2);
    await expect.poll(() => custody.pooled).toBe(3);
    expect(custody.live).toBe(2);
  });

  it('makes keys where none live, so that no operation waits for one to be made', async () => {
    const custody = custodyOf({ poolSize: 2, mostIsolates: 3 });
    await expect.poll(() => custody.pooled).toBe(2);
    expect(custody.isolates).toBe(1);
    await custody.take('rsa-2048');
    await expect.poll(() => custody.pooled).toBe(2);
    expect(custody.isolates).toBe(2);
  });

  it('destroys keys that were not wanted for too long, and makes new ones', async () => {
    const custody = custodyOf({ poolSize: 1, mostAge: 1000 });
    await expect.poll(() => custody.pooled).toBe(1);
    await expect.poll(() => custody.pooled, { interval: 1 }).toBe(0);
    await expect.poll(() => custody.pooled).toBe(1);
  });

  it('gives whoever waits a key, though more wait than there are isolates', async () => {
    const custody = custodyOf({ mostIsolates: 2 });
    const keys = await Promise.all(Array.from({ length: 7 }, () => custody.take('rsa-2048')));
    expect(new Set(keys).size).toBe(7);
    expect(custody.isolates).toBeLessThanOrEqual(2);
    expect(custody.pooled).toBe(0);
  });

  it('lets so many wait, and so long', async () => {
    const custody = custodyOf({ mostIsolates: 1, mostWaiting: 2, waitLimit: 1 });
    const results = await Promise.allSettled(Array.from({ length: 4 }, () => custody.take('rsa-2048')));
    for (const result of results) expect(result).toEqual({ status: 'rejected', reason: code('custody-busy') });
    expect(custody.waiting).toBe(0);
    // What was made for those who went away is destroyed.
    await sleep(1500);
    await expect.poll(() => [custody.pooled, custody.live]).toEqual([0, 0]);
  });
});

describe('close()', () => {
  it('destroys keys, turns those who wait away and ends the isolates', async () => {
    const custody = custodyOf({ poolSize: 1 });
    const key = await custody.take('rsa-2048');
    const asked = key.operate(blockFor(key)).catch((error: unknown) => error);
    const waiting = Promise.allSettled([custody.take('rsa-3072'), custody.take('rsa-3072')]);
    await Promise.all([custody.close(), custody.close()]);
    expect(await waiting).toEqual(Array.from({ length: 2 }, () => ({ status: 'rejected', reason: code('custody-closed') })));
    expect([custody.isolates, custody.pooled, custody.live]).toEqual([0, 0, 0]);
    await asked;
    await expect(key.operate(blockFor(key))).rejects.toEqual(code('key-lost'));
    await expect(custody.take('rsa-2048')).rejects.toEqual(code('custody-closed'));
    await key.destroy();
  });
});

describe('the main loop', () => {
  it('goes on while keys are made and destroyed', async () => {
    const custody = custodyOf({ poolSize: 2 });
    await expect.poll(() => custody.pooled).toBe(2);
    let turns = 0;
    const counting = setInterval(() => {
      turns++;
    }, 0);
    const keys = 10;
    for (let i = 0; i < keys; i++) await (await custody.take('rsa-2048')).destroy();
    clearInterval(counting);
    // Keys made on the loop would leave a turn or two for each; how long a turn takes, the bench shows.
    expect(turns).toBeGreaterThan(3 * keys);
  });
});

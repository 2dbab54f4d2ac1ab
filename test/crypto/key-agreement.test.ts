import { createDiffieHellmanGroup, createECDH, getDiffieHellman, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyAgreement, keyAgreementGroups, modpParameters, secretLength } from '../../src/crypto/key-agreement.ts';
import { secretReadings } from '../../src/crypto/pkinit-key.ts';
import { shortSecrets } from '../vectors/crypto/key-agreement.ts';
import { bytes, hex } from '../wire/annotated-hex.ts';

const fresh = (group: (typeof keyAgreementGroups)[number]) =>
  keyAgreement(group, new Uint8Array(randomBytes(secretLength(group))));
const asNumber = (octets: Uint8Array) => BigInt(`0x${hex(octets)}`);
const asOctets = (n: bigint) =>
  new Uint8Array(Buffer.from(n.toString(16).padStart(2 * Math.ceil(n.toString(16).length / 2), '0'), 'hex'));

describe.each(keyAgreementGroups)('key agreement in %s', (group) => {
  it('agrees with itself', () => {
    const [a, b] = [fresh(group), fresh(group)];
    const [ab, ba] = [a.agree(b.publicValue), b.agree(a.publicValue)];
    expect(ab && hex(ab)).toBe(ba && hex(ba));
    expect(ab?.length).toBe(modpParameters(group)?.p.length ?? 32);
  });
  it('wipes the secret it was given, and agrees no more once it is destroyed', () => {
    const secret = new Uint8Array(randomBytes(secretLength(group)));
    const peer = fresh(group).publicValue;
    const a = keyAgreement(group, secret);
    expect(secret.every((octet) => octet === 0)).toBe(true);
    a.destroy();
    expect(a.agree(peer)).toBeUndefined();
    expect(() => keyAgreement(group, new Uint8Array(7))).toThrow('octets');
  });
  it('refuses values that are none of the group', () => {
    const a = fresh(group);
    const p = modpParameters(group)?.p;
    const good = fresh(group).publicValue;
    const offCurve = good.with(40, (good[40] ?? 0) ^ 1);
    const bad = p
      ? [0n, 1n, asNumber(p) - 1n, asNumber(p), asNumber(p) + 1n, asNumber(p) * 2n].map((n) => asOctets(n))
      : [new Uint8Array(65), offCurve, good.subarray(1), good.with(0, 2), good.subarray(0, 33).with(0, 2)];
    for (const peer of [...bad, new Uint8Array(), new Uint8Array(1000).fill(1)]) expect(a.agree(peer)).toBeUndefined();
  });
  it('survives any octets', () => {
    const a = fresh(group);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (peer) => {
        const secret = a.agree(peer);
        expect(secret === undefined || secret.length === (modpParameters(group)?.p.length ?? 32)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

describe('key agreement, against another implementation', () => {
  it.each([['modp-14', 'modp14'] as const, ['modp-16', 'modp16'] as const])('%s is group %s of RFC 3526', (group, name) => {
    const other = createDiffieHellmanGroup(name);
    other.generateKeys();
    const ours = fresh(group);
    expect(hex(ours.agree(new Uint8Array(other.getPublicKey())) ?? new Uint8Array())).toBe(
      other.computeSecret(ours.publicValue).toString('hex'),
    );
    const modp = modpParameters(group);
    expect(modp && asNumber(modp.p)).toBe(asNumber(getDiffieHellman(name).getPrime()));
    expect(modp && asNumber(modp.q) * 2n + 1n).toBe(modp && asNumber(modp.p));
  });
  it('p-256 is prime256v1', () => {
    const other = createECDH('prime256v1');
    other.generateKeys();
    const ours = fresh('p-256');
    expect(hex(ours.agree(new Uint8Array(other.getPublicKey())) ?? new Uint8Array())).toBe(
      other.computeSecret(ours.publicValue).toString('hex'),
    );
  });
});

/** base^exponent mod p, with no library in between. */
function power(base: bigint, exponent: bigint, p: bigint): bigint {
  let result = 1n;
  for (let [square, left] = [base % p, exponent]; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}
const { p: p14 } = modpParameters('modp-14') ?? { p: new Uint8Array() };
const padded = (n: bigint, length: number) => n.toString(16).padStart(2 * length, '0');

describe.each(shortSecrets)('a secret in $group that begins with $zeros zero octets', ({ group, zeros, secrets }) => {
  it('is as long as p, from both sides, and can be read in three ways', () => {
    const [a, b] = secrets.map((secret) => keyAgreement(group, bytes(secret)));
    const shared = a?.agree(b?.publicValue ?? new Uint8Array()) ?? new Uint8Array();
    const p = modpParameters(group)?.p;
    expect(shared.length).toBe(p?.length ?? 32);
    expect(shared.findIndex((octet) => octet !== 0)).toBe(zeros);
    expect(hex(b?.agree(a?.publicValue ?? new Uint8Array()) ?? new Uint8Array())).toBe(hex(shared));
    const [x, y] = secrets.map((secret) => BigInt(`0x${secret}`));
    if (p) expect(hex(shared)).toBe(padded(power(2n, (x ?? 0n) * (y ?? 0n), asNumber(p)), p.length));
    expect(secretReadings(shared).map(({ octets }) => octets.length)).toEqual(
      [0, zeros, zeros].map((cut) => shared.length - cut),
    );
  });
});

describe('the secret exponent', () => {
  const text = (start: string, end = '') => start + '5a'.repeat(32 - (start.length + end.length) / 2) + end;
  it.each([
    text('80'),
    text('ff'),
    text('7f'),
    text('0080'),
    text('007f'),
    text('000000'),
    `${'00'.repeat(31)}01`,
    'ff'.repeat(32),
  ])('%s is taken as the number it is', (secret) => {
    const { publicValue } = keyAgreement('modp-14', bytes(secret));
    expect(hex(publicValue)).toBe(padded(power(2n, BigInt(`0x${secret}`), asNumber(p14)), 256));
  });
  it.each(keyAgreementGroups)('is not zero, as one that was wiped would be, in %s', (group) => {
    expect(() => keyAgreement(group, new Uint8Array(secretLength(group)))).toThrow('zero');
  });
  it('is below the order of the curve', () => {
    expect(() => keyAgreement('p-256', new Uint8Array(32).fill(0xff))).toThrow('order of the curve');
  });
});

describe("the peer's value", () => {
  it.each(['modp-14', 'modp-16'] as const)('of %s may have zero octets in front, but not more octets than p', (group) => {
    const { p } = modpParameters(group) ?? { p: new Uint8Array() };
    const a = fresh(group);
    const four = a.agree(Uint8Array.of(4));
    expect(four && hex(four)).toBe(hex(a.agree(new Uint8Array(p.length).with(p.length - 1, 4)) ?? new Uint8Array()));
    expect(a.agree(new Uint8Array(p.length + 1).with(p.length, 4))).toBeUndefined();
    expect(a.agree(asOctets(asNumber(p) - 2n))).toBeDefined();
  });
});

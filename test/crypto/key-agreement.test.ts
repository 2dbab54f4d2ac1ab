import { createDiffieHellmanGroup, createECDH, getDiffieHellman, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyAgreement, keyAgreementGroups, modpParameters, secretLength } from '../../src/crypto/key-agreement.ts';
import { hex } from '../wire/annotated-hex.ts';

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
  it('pads a secret that begins with zero octets to the length of p', () => {
    const { p } = modpParameters('modp-14') ?? { p: new Uint8Array() };
    const ours = fresh('modp-14');
    for (let tries = 0; tries < 20_000; tries++) {
      const peer = new Uint8Array(randomBytes(256)).with(0, 1);
      const secret = ours.agree(peer);
      if (secret?.[0] !== 0) continue;
      expect(secret.length).toBe(p.length);
      return;
    }
    throw new Error('no short secret in 20,000 tries');
  });
});

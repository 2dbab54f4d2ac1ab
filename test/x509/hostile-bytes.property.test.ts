import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oid } from '../../src/x509/oid.ts';
import { verifyChain } from '../../src/x509/verify-chain.ts';
import { verifySignedData } from '../../src/x509/verify-signed-data.ts';
import { cpuTime } from '../cpu-time.ts';
import { fuzzed, fuzzRuns } from '../fuzz-runs.ts';
import { mutated } from '../wire/property.ts';
import { ecKey, makeCertificate, now } from './made-certificate.ts';
import { makeChain, serverExtensions } from './made-chain.ts';
import { ca, makeSignedData, signers } from './made-signed-data.ts';

// Every case verifies up to three signatures, so these are a quarter of what a codec gets.
const numRuns = Math.max(100, Math.floor(fuzzRuns / 4));
const contentType = oid.pkinitDHKeyData;
const { asked, leaf, middle, root, crls } = makeChain();
const good = [leaf.der, middle.der, root.der, ...crls, ca.der, signers.ec.der];
const bytes = fc.oneof(fc.uint8Array({ maxLength: 64 }), mutated(fc.constantFrom(...good)), fc.constantFrom(...good));
const required = { ...asked, revocation: 'require' as const };
const reasoned = (verdict: { readonly ok: boolean; readonly reason?: string }) => {
  if (!verdict.ok && !/^[^A-Z.\n][^\n]*[^.\n]$/.test(verdict.reason ?? ''))
    throw new Error(`not one lower-case clause: ${verdict.reason}`);
};

describe('hostile bytes end in a verdict', () => {
  it('in place of anything a chain is made of', async () => {
    const lists = fc.record({
      certificates: fc.oneof(
        fc.array(bytes, { maxLength: 6 }),
        mutated(fc.constant(leaf.der)).map((l) => [l, middle.der]),
      ),
      crls: fc.oneof(
        fc.array(bytes, { maxLength: 3 }),
        mutated(fc.constantFrom(...crls)).map((c) => [...crls, c]),
      ),
      anchors: fc.oneof(fc.constant([root.der]), fc.array(bytes, { maxLength: 3 })),
    });
    await fc.assert(
      fc.asyncProperty(
        lists,
        fuzzed('verify-chain', async (given) => reasoned(await verifyChain({ ...required, ...given }))),
      ),
      { numRuns },
    );
  });

  it('in place of signed data, and what was altered never says what nobody signed', async () => {
    const whole = fc.constantFrom(
      makeSignedData(),
      makeSignedData({ byKeyIdentifier: 'implicit', crls }),
      makeSignedData({ noAttributes: true }),
    );
    const input = fc.oneof(fc.uint8Array({ maxLength: 64 }), mutated(whole));
    const check = fuzzed('verify-signed-data', async (some: Uint8Array) => {
      const verdict = await verifySignedData({ bytes: some, contentType });
      reasoned(verdict);
      if (verdict.ok) expect(new TextDecoder().decode(verdict.content)).toBe('KDCDHKeyInfo');
    });
    await fc.assert(fc.asyncProperty(input, check), { numRuns });
  });

  it('in place of a signature: only what was made verifies', async () => {
    const signature = leaf.der.length - 75;
    const altered = fc.tuple(fc.nat(74), fc.nat(7)).map(([at, bit]) => {
      const der = Uint8Array.from(leaf.der);
      der[signature + at] = (der[signature + at] ?? 0) ^ (1 << bit);
      return der;
    });
    const check = async (der: Uint8Array) => {
      expect(await verifyChain({ ...asked, certificates: [der, middle.der] })).toMatchObject({ ok: false });
    };
    await fc.assert(fc.asyncProperty(altered, check), { numRuns });
  });

  it('and every signature that was made does, however short its numbers', async () => {
    const key = ecKey();
    for (let i = 0; i < Math.min(numRuns, 2000); i++) {
      const made = makeCertificate({ subject: 'leaf', key, issuer: middle, serialNumber: i, extensions: serverExtensions() });
      expect(await verifyChain({ ...asked, certificates: [made.der, middle.der] })).toMatchObject({ ok: true });
    }
  });

  it('at once, where sixteen certificates of one name and key certify each other', async () => {
    const key = ecKey();
    const loop = { subject: makeCertificate({ subject: 'loop', key, extensions: [] }).subject, key };
    const cas = Array.from({ length: 15 }, () => makeCertificate({ subject: 'loop', key, issuer: loop, extensions: [] }).der);
    const last = makeCertificate({ subject: 'leaf', key, issuer: loop, extensions: serverExtensions() });
    const taken = await cpuTime(async () => {
      const verdict = await verifyChain({ ...asked, time: now, certificates: [last.der, ...cas] });
      expect(verdict.ok ? '' : verdict.reason).toMatch(/^(over 128 steps|path is over 8)/);
    });
    expect(taken).toBeLessThan(5000);
  });
});

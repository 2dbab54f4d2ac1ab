import { describe, expect, it } from 'vitest';
import { int32, nothing } from '../../src/wire/der-primitives.ts';
import { cRLDistributionPoint } from '../../src/x509/extensions.ts';
import { verifyChain } from '../../src/x509/verify-chain.ts';
import { caExtensions, DAY, ecKey, made, makeCrl, now } from './made-certificate.ts';
import { makeChain, revocation } from './made-chain.ts';
import { scoped, scopedTo } from './made-extensions.ts';
import { refuses } from './wrong-chain.ts';

const strangers = ecKey();

describe('a path that may be revoked', () => {
  refuses({
    revoked: { change: { ...revocation('require'), middleCrl: { revoked: [3] } }, reason: /is revoked/, at: 0 },
    'revoked among others': {
      change: { ...revocation('if-given'), middleCrl: { revoked: [1, 3, 9] } },
      reason: /is revoked/,
      at: 0,
    },
    'intermediate revoked': { change: { ...revocation('require'), rootCrl: { revoked: [2] } }, reason: /is revoked/, at: 1 },
    'crl missing': { change: revocation('require', []), reason: /no crl of its issuer/, at: 0 },
    'crl of the leaf only': {
      change: { question: ({ crls }) => ({ revocation: 'require', crls: crls.slice(1) }) },
      reason: /no crl of its issuer/,
      at: 1,
    },
    'crl expired': {
      change: { ...revocation('require'), middleCrl: { nextUpdate: now - 1 } },
      reason: /crl has expired at 2030-/,
      at: 0,
    },
    'crl expired, if given': {
      change: { ...revocation('if-given'), middleCrl: { nextUpdate: now - 1 } },
      reason: /crl has expired/,
      at: 0,
    },
    'crl from the future': {
      change: { ...revocation('require'), middleCrl: { thisUpdate: now + 1 } },
      reason: /crl is not valid before/,
      at: 0,
    },
    'crl without an end': {
      change: { ...revocation('require'), middleCrl: { nextUpdate: undefined } },
      reason: /until when/,
      at: 0,
      openssl: 'laxer',
    },
    'crl by another key': {
      change: { ...revocation('require'), middleCrl: { signing: { key: strangers } } },
      reason: /crl: signature does not verify/,
      at: 0,
    },
    'crl signed with sha-1': {
      change: { ...revocation('require'), middleCrl: { signing: { hash: 'sha1' } } },
      reason: /crl is signed with sha-1/,
      at: 0,
      openssl: 'laxer',
    },
    'crl by a ca without cRLSign': {
      change: { ...revocation('require'), middle: { extensions: caExtensions(undefined, [5]) } },
      reason: /does not allow signing crls/,
      at: 0,
    },
    'delta crl': {
      change: { ...revocation('require'), middleCrl: { extensions: [made('2.5.29.27', int32, 1, true)] } },
      reason: /critical crl extension 2\.5\.29\.27/,
      at: 0,
      openssl: 'laxer',
    },
    'crl of another distribution point': {
      change: {
        ...revocation('require'),
        leaf: { more: [cRLDistributionPoint(['http://crl.corp.test/1'])] },
        middleCrl: { extensions: [scopedTo('http://crl.corp.test/2')] },
      },
      reason: /another distribution point/,
      at: 0,
    },
    'crl for cas only': {
      change: { ...revocation('require'), middleCrl: { extensions: [scoped(2)] } },
      reason: /does not cover this kind/,
      at: 0,
    },
    'crl entry with a critical extension': {
      change: { ...revocation('require'), middleCrl: { revoked: [9], entryExtensions: [made('1.2.3.4', nothing, null, true)] } },
      reason: /entry with a critical extension/,
      at: 0,
    },
    'crl that cannot be read': {
      change: revocation('if-given', [Uint8Array.of(0x30, 0)]),
      reason: /crl 0 cannot be read/,
      at: 0,
    },
  });
});

it('takes the crl that holds of several under one name', async () => {
  const { asked, middle } = makeChain();
  const issuer = { subject: middle.subject, key: middle.key };
  const stale = makeCrl({ issuer, nextUpdate: now - DAY });
  const foreign = makeCrl({ issuer: { ...issuer, key: strangers } });
  const all = { ...asked, revocation: 'require' as const };
  expect(await verifyChain({ ...all, crls: [stale, foreign, ...asked.crls] })).toMatchObject({ ok: true });
  expect(await verifyChain({ ...all, crls: [...asked.crls, makeCrl({ issuer, revoked: [3] })] })).toMatchObject({
    ok: false,
    reason: 'certificate is revoked',
  });
});

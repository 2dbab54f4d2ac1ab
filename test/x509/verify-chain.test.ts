import { describe, expect, it } from 'vitest';
import { cRLDistributionPoint, extKeyUsage, keyUsage } from '../../src/x509/extensions.ts';
import { oid } from '../../src/x509/oid.ts';
import { verifyChain } from '../../src/x509/verify-chain.ts';
import { caExtensions, ecKey, makeCertificate, nameOf, now, rsaKey } from './made-certificate.ts';
import { type ChainChange, makeChain, revocation, serverExtensions } from './made-chain.ts';
import { excluded, permitted, scoped, scopedTo } from './made-extensions.ts';
import { opensslVerify } from './openssl.ts';
import { refuses } from './wrong-chain.ts';

const rsa2048 = rsaKey();
const strangers = ecKey();

describe('a chain that is right', () => {
  const right: Record<string, ChainChange> = {
    'in every way': {},
    'with its whole path unrevoked': revocation('require'),
    "with a crl of others' revocations": { ...revocation('require'), middleCrl: { revoked: [9, 10] }, rootCrl: { revoked: [3] } },
    'under an rsa ca': { middle: { key: rsa2048 } },
    'signed with rsassa-pss': { middle: { key: rsa2048 }, leaf: { signing: { pss: true } } },
    'signed with sha-512': { leaf: { signing: { hash: 'sha512' } } },
    'with a path length that is just enough': { root: { extensions: caExtensions(1) }, middle: { extensions: caExtensions(0) } },
    'under cas constrained to its use': {
      root: { more: [extKeyUsage([oid.serverAuth])] },
      middle: { more: [extKeyUsage([oid.clientAuth, oid.serverAuth])] },
    },
    'with permitted names': { middle: { more: [permitted('other.test', 'corp.test')] } },
    'with names that are not excluded': { middle: { more: [excluded('other.test')] } },
    'under an anchor that signed itself with sha-1': { root: { signing: { hash: 'sha1' } } },
    'under an intermediate as its anchor': { question: ({ middle }) => ({ anchors: [middle.der] }) },
    'with its issuer among many strangers': {
      question: ({ leaf, middle, root }) => ({
        certificates: [
          leaf.der,
          ...Array.from({ length: 13 }, (_, i) => makeCertificate({ subject: `s${i}`, key: strangers, extensions: [] }).der),
          middle.der,
          root.der,
        ],
      }),
    },
    "with another ca of its issuer's name beside it": {
      question: ({ leaf, middle }) => ({
        certificates: [
          leaf.der,
          makeCertificate({ subject: 'middle', key: strangers, extensions: caExtensions() }).der,
          middle.der,
        ],
      }),
    },
    'with a crl for end entities only': {
      ...revocation('require'),
      middleCrl: { extensions: [scoped(1)] },
      rootCrl: { extensions: [scoped(2)] },
    },
    'with a crl of its own distribution point': {
      ...revocation('require'),
      leaf: { more: [cRLDistributionPoint(['ldap:///x', 'http://crl.corp.test/1'])] },
      middleCrl: { extensions: [scopedTo('http://crl.corp.test/1')] },
    },
    'when no crl is asked for or given': revocation('if-given', []),
    'at its first second': { leaf: { notBefore: now } },
  };
  it.each(Object.entries(right))('%s', async (name, change) => {
    const { asked, leaf } = makeChain(change);
    const verdict = await verifyChain(asked);
    expect(verdict).toMatchObject({ ok: true });
    if (verdict.ok) {
      expect(verdict.path[0]).toEqual(leaf.der);
      expect(verdict.path.at(-1)).toEqual(asked.anchors[0]);
    }
    expect(opensslVerify(asked), name).toMatchObject({ ok: true });
  });
  it('at its last second, which openssl no longer counts and RFC 5280 4.1.2.5 does', async () => {
    const { asked } = makeChain({ leaf: { notAfter: now } });
    expect(await verifyChain(asked)).toMatchObject({ ok: true });
    expect(opensslVerify(asked).ok).toBe(false);
    expect(opensslVerify({ ...asked, time: now - 1 }).ok).toBe(true);
  });
});

describe('a chain that cannot be found or read', () => {
  refuses({
    'wrong issuer': {
      change: { leaf: { issuer: { subject: nameOf('nobody'), key: strangers } } },
      reason: /no certificate of its issuer/,
      at: 0,
    },
    'issuer name in other case': {
      change: { leaf: { issuer: { subject: nameOf('MIDDLE'), key: strangers } } },
      reason: /no certificate of its issuer/,
      at: 0,
    },
    'same-name other ca': {
      change: { leaf: { issuer: { subject: nameOf('middle'), key: strangers } } },
      reason: /signature does not verify/,
      at: 0,
    },
    'same-name other root': {
      change: {
        question: () => ({ anchors: [makeCertificate({ subject: 'root', key: strangers, extensions: caExtensions() }).der] }),
      },
      reason: /signature does not verify/,
      at: 1,
    },
    'no anchor': { change: { question: () => ({ anchors: [] }) }, reason: /no certificate of its issuer/, at: 1 },
    'root that is not an anchor': {
      change: {
        question: ({ leaf, middle, root }) => ({
          certificates: [leaf.der, middle.der, root.der],
          anchors: [makeCertificate({ subject: 'another', key: strangers, extensions: caExtensions() }).der],
        }),
      },
      reason: /self-signed and not an anchor/,
      at: 2,
    },
    'anchor as its own leaf': {
      change: { question: ({ root }) => ({ certificates: [root.der] }) },
      reason: /is itself an anchor/,
      at: 0,
    },
    'path of nine': {
      change: {
        question: ({ root }) => {
          const cas = [root];
          for (let i = 0; i < 7; i++)
            cas.unshift(makeCertificate({ subject: `ca${i}`, key: ecKey(), issuer: cas[0], extensions: caExtensions() }));
          const leaf = makeCertificate({ subject: 'leaf', key: strangers, issuer: cas[0], extensions: serverExtensions() });
          return { certificates: [leaf, ...cas.slice(0, -1)].map((c) => c.der) };
        },
      },
      reason: /path is over 8 certificates/,
      at: 7,
      openssl: 'laxer',
    },
    'seventeen certificates': {
      change: { question: ({ leaf, middle }) => ({ certificates: [leaf.der, ...Array.from({ length: 16 }, () => middle.der)] }) },
      reason: /over 16 certificates/,
      at: 16,
      openssl: 'laxer',
    },
    'cas that certify each other': {
      change: {
        question: () => {
          const cas = Array.from({ length: 7 }, (_, i) => ({ subject: nameOf('loop'), key: i % 2 ? strangers : rsa2048 }));
          const loop = cas.map(({ key }, i) =>
            makeCertificate({ subject: 'loop', key, issuer: cas[(i + 1) % 7], extensions: caExtensions() }),
          );
          const leaf = makeCertificate({ subject: 'leaf', key: strangers, issuer: cas[0], extensions: serverExtensions() });
          return { certificates: [leaf, ...loop].map((c) => c.der) };
        },
      },
      reason: /over|signature does not verify/,
      at: 6,
    },
    'unknown purpose': {
      change: { question: () => ({ purpose: 'constructor' }) },
      reason: /purpose "constructor" is not known/,
      at: 0,
      openssl: 'laxer',
    },
    'no certificate': { change: { question: () => ({ certificates: [] }) }, reason: /no certificate is given/, at: 0 },
    'cut-short der': {
      change: { question: ({ leaf }) => ({ certificates: [leaf.der.slice(0, -1)] }) },
      reason: /certificate 0 cannot be read: /,
      at: 0,
    },
    'trailing bytes': {
      change: { question: ({ leaf, middle }) => ({ certificates: [Uint8Array.of(...leaf.der, 0), middle.der] }) },
      reason: /certificate 0 cannot be read: .*1 bytes left over/,
      at: 0,
      openssl: 'laxer',
    },
    'extension twice': { change: { leaf: { more: [keyUsage(0)] } }, reason: /extension 2\.5\.29\.15 twice/, at: 0 },
    'anchor that cannot be read': {
      change: { question: ({ root }) => ({ anchors: [root.der.slice(1)] }) },
      reason: /anchor 0 cannot be read/,
      at: 0,
    },
  });

  it('altered anywhere it is no longer the same chain', async () => {
    const { asked, leaf, middle } = makeChain();
    for (let bit = 0; bit < leaf.der.length * 8; bit++) {
      const altered = Uint8Array.from(leaf.der);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await verifyChain({ ...asked, certificates: [altered, middle.der] })).toMatchObject({ ok: false });
    }
  });
});

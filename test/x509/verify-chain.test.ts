import { describe, expect, it } from 'vitest';
import { encode } from '../../src/wire/codec.ts';
import { any, context, implicit, octetString, sequence, sequenceOf } from '../../src/wire/der.ts';
import { boolean, int32, nothing } from '../../src/wire/der-primitives.ts';
import { ia5String } from '../../src/wire/der-strings.ts';
import { cRLDistributionPoint, extKeyUsage, keyUsage, uriName } from '../../src/x509/extensions.ts';
import { oid } from '../../src/x509/oid.ts';
import { verifyChain } from '../../src/x509/verify-chain.ts';
import {
  caExtensions,
  DAY,
  dNSNames,
  ecKey,
  endEntity,
  made,
  makeCertificate,
  makeCrl,
  nameOf,
  now,
  rsaKey,
} from './made-certificate.ts';
import { type ChainChange, makeChain, serverExtensions } from './made-chain.ts';
import { opensslVerify } from './openssl.ts';

const rsa2048 = rsaKey();
const rsa1024 = rsaKey(1024);
const strangers = ecKey();
const subtrees = (...names: readonly string[]) => names.map((base) => ({ base }));
const dnsSubtrees = sequenceOf(sequence({ base: implicit(2, ia5String) }));
const permitted = (...names: readonly string[]) =>
  made(
    oid.nameConstraints,
    sequence({ permittedSubtrees: implicit(0, dnsSubtrees) }),
    { permittedSubtrees: subtrees(...names) },
    true,
  );
const excluded = (...names: readonly string[]) =>
  made(
    oid.nameConstraints,
    sequence({ excludedSubtrees: implicit(1, dnsSubtrees) }),
    { excludedSubtrees: subtrees(...names) },
    true,
  );
const unknown = made('1.3.6.1.4.1.99999.1', nothing, null, true);
const scoped = (onlyContains: 1 | 2) =>
  made(oid.issuingDistributionPoint, sequence({ only: implicit(onlyContains, boolean) }), { only: true }, true);
const scopedTo = (url: string) =>
  made(
    oid.issuingDistributionPoint,
    sequence({ distributionPoint: context(0, implicit(0, sequenceOf(uriName))) }),
    { distributionPoint: [url] },
    true,
  );
const revocation = (mode: 'require' | 'if-given' | 'off', crls?: readonly Uint8Array[]) => ({
  question: () => ({ revocation: mode, ...(crls ? { crls } : {}) }),
});

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

/** `openssl` says where it is laxer on the same input, and why that is no reason for us to be. */
interface Wrong {
  readonly change: ChainChange;
  readonly reason: RegExp;
  readonly at: number;
  readonly openssl?: 'laxer';
}
const wrong: Record<string, Wrong> = {
  expired: { change: { leaf: { notAfter: now - 1 } }, reason: /has expired/, at: 0 },
  'not yet valid': { change: { leaf: { notBefore: now + 1 } }, reason: /not yet valid/, at: 0 },
  'expired intermediate': { change: { middle: { notAfter: now - 1 } }, reason: /has expired/, at: 1 },
  'expired anchor': { change: { root: { notAfter: now - 1 } }, reason: /has expired/, at: 2 },
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
  'path too long for the root': {
    change: { root: { extensions: caExtensions(0) } },
    reason: /path is longer than the ca allows, 0/,
    at: 2,
  },
  'ca false in the middle': {
    change: { middle: { extensions: [endEntity(), keyUsage(5)] } },
    reason: /issuer is not a ca/,
    at: 1,
  },
  'no basic constraints in the middle': {
    change: { middle: { extensions: [keyUsage(5)] } },
    reason: /issuer is not a ca/,
    at: 1,
  },
  'missing keyCertSign': {
    change: { middle: { extensions: caExtensions(undefined, [0, 6]) } },
    reason: /does not allow signing certificates/,
    at: 1,
  },
  'eku missing': {
    change: { leaf: { extensions: [endEntity(), keyUsage(0)] } },
    reason: /extended key usage does not allow/,
    at: 0,
    openssl: 'laxer',
  },
  'eku of another purpose': {
    change: { leaf: { extensions: [endEntity(), keyUsage(0), extKeyUsage([oid.clientAuth])] } },
    reason: /extended key usage does not allow/,
    at: 0,
  },
  'eku any': {
    change: { leaf: { extensions: [endEntity(), extKeyUsage([oid.anyExtendedKeyUsage])] } },
    reason: /extended key usage does not/,
    at: 0,
  },
  'eku not allowed by a ca': {
    change: { middle: { more: [extKeyUsage([oid.clientAuth])] } },
    reason: /extended key usage of the ca/,
    at: 1,
  },
  'eku not allowed by the root': {
    change: { root: { more: [extKeyUsage([oid.clientAuth])] } },
    reason: /extended key usage of the ca/,
    at: 2,
  },
  'key usage without digitalSignature': {
    change: { leaf: { extensions: [endEntity(), keyUsage(1), extKeyUsage([oid.serverAuth])] } },
    reason: /key usage does not allow/,
    at: 0,
  },
  'unknown critical extension': {
    change: { leaf: { more: [unknown] } },
    reason: /critical extension 1\.3\.6\.1\.4\.1\.99999\.1 is not understood/,
    at: 0,
  },
  'unknown critical extension in a ca': {
    change: { middle: { more: [unknown] } },
    reason: /critical extension .* is not understood/,
    at: 1,
  },
  'policy constraints': {
    change: {
      middle: {
        more: [made('2.5.29.36', sequence({ requireExplicitPolicy: implicit(0, int32) }), { requireExplicitPolicy: 0 }, true)],
      },
    },
    reason: /critical extension 2\.5\.29\.36 is not understood/,
    at: 1,
    openssl: 'laxer',
  },
  'name not permitted': {
    change: { middle: { more: [permitted('other.test')] } },
    reason: /dc1\.corp\.test is not permitted/,
    at: 0,
  },
  'name permitted but for a label': {
    change: { middle: { more: [permitted('1.corp.test')] } },
    reason: /is not permitted/,
    at: 0,
  },
  'name excluded': { change: { root: { more: [excluded('corp.test')] } }, reason: /is excluded/, at: 0 },
  'wildcard that reaches an excluded name': {
    change: {
      middle: { more: [excluded('dc1.corp.test')] },
      leaf: { extensions: [...serverExtensions().slice(0, 3), dNSNames('*.corp.test')] },
    },
    reason: /is excluded/,
    at: 0,
    openssl: 'laxer',
  },
  'sha-1 leaf': { change: { leaf: { signing: { hash: 'sha1' } } }, reason: /signed with sha-1/, at: 0 },
  'sha-1 intermediate': { change: { middle: { signing: { hash: 'sha1' } } }, reason: /signed with sha-1/, at: 1 },
  'md5 leaf': {
    change: { middle: { key: rsa2048 }, leaf: { signing: { hash: 'md5' } } },
    reason: /signature algorithm is not supported/,
    at: 0,
  },
  'rsa-1024 leaf': { change: { leaf: { key: rsa1024 } }, reason: /rsa key has 1024 bits/, at: 0 },
  'rsa-1024 ca': { change: { middle: { key: rsa1024 } }, reason: /rsa key has 1024 bits/, at: 1 },
  'curve that is not one of ours': {
    change: { leaf: { key: ecKey('secp256k1') } },
    reason: /key algorithm .* is not supported/,
    at: 0,
    openssl: 'laxer',
  },
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
  'crl that cannot be read': { change: revocation('if-given', [Uint8Array.of(0x30, 0)]), reason: /crl 0 cannot be read/, at: 0 },
};
describe('a chain that is wrong in one way', () => {
  it.each(Object.entries(wrong))('%s', async (_, { change, reason, at, openssl }) => {
    const { asked } = makeChain(change);
    const verdict = await verifyChain(asked);
    expect(verdict).toMatchObject({ ok: false, at });
    if (!verdict.ok) expect(verdict.reason).toMatch(reason);
    const other = opensslVerify(asked);
    expect(other.ok, other.text).toBe(openssl === 'laxer');
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

describe('purposes', () => {
  const holds = async (purpose: string, ...extensions: Parameters<typeof makeCertificate>[0]['extensions']) =>
    (
      await verifyChain(
        makeChain({ leaf: { extensions: [endEntity(), keyUsage(0), ...extensions] }, question: () => ({ purpose }) }).asked,
      )
    ).ok;
  const template = made(oid.certificateTemplateName, any, encode(octetString, new Uint8Array()));
  const domainController = {
    id: oid.certificateTemplateName,
    critical: false,
    value: new Uint8Array(Buffer.concat([Uint8Array.of(0x1e, 32), Buffer.from('DomainController', 'utf16le').swap16()])),
  };

  it('a logon certificate has both usages of Windows', async () => {
    expect(await holds('logon-certificate', extKeyUsage([oid.clientAuth, oid.smartcardLogon]))).toBe(true);
    expect(await holds('logon-certificate', extKeyUsage([oid.clientAuth]))).toBe(false);
    expect(await holds('logon-certificate', extKeyUsage([oid.smartcardLogon]))).toBe(false);
  });
  it('a KDC has id-pkinit-KPKdc, or by choice the marks of an old domain controller', async () => {
    const old = [oid.clientAuth, oid.serverAuth];
    for (const purpose of ['kdc', 'kdc-or-domain-controller'])
      expect(await holds(purpose, extKeyUsage([oid.pkinitKPKdc]))).toBe(true);
    expect(await holds('kdc', extKeyUsage([...old, oid.smartcardLogon]), domainController)).toBe(false);
    expect(await holds('kdc-or-domain-controller', extKeyUsage([...old, oid.smartcardLogon]))).toBe(true);
    expect(await holds('kdc-or-domain-controller', extKeyUsage(old), domainController)).toBe(true);
    expect(await holds('kdc-or-domain-controller', extKeyUsage(old))).toBe(false);
    expect(await holds('kdc-or-domain-controller', extKeyUsage(old), template)).toBe(false);
  });
  it('an RDP host may have Remote Desktop Authentication alone', async () => {
    expect(await holds('rdp-host', extKeyUsage([oid.remoteDesktopAuthentication]))).toBe(true);
    expect(await holds('tls-server', extKeyUsage([oid.remoteDesktopAuthentication]))).toBe(false);
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

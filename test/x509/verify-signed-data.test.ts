import { describe, expect, it } from 'vitest';
import { encode } from '../../src/wire/codec.ts';
import { octetString } from '../../src/wire/der.ts';
import { nothing, objectIdentifier } from '../../src/wire/der-primitives.ts';
import { oid } from '../../src/x509/oid.ts';
import { verifyChain } from '../../src/x509/verify-chain.ts';
import { verifySignedData } from '../../src/x509/verify-signed-data.ts';
import { makeCrl, now } from './made-certificate.ts';
import {
  ca,
  content,
  contentTypeAttribute,
  digestAttribute,
  makeSignedData,
  type SignedDataChange,
  signers,
  stranger,
} from './made-signed-data.ts';
import { openssl, opensslCmsVerify, pem } from './openssl.ts';

const contentType = oid.pkinitDHKeyData;
const NULL = encode(nothing, null);
const crl = makeCrl({ issuer: ca });
const id = contentTypeAttribute(contentType);
const digest = digestAttribute(content);
const other = new TextEncoder().encode('another key');
const signingTime = {
  type: '1.2.840.113549.1.9.5',
  values: [Uint8Array.from(Buffer.from('170d3330303331373137343634305a', 'hex'))],
};
const sha1 = {
  digest: oid.sha1,
  attributes: [id, digestAttribute(content, 'sha1')],
  signature: { hash: 'sha1', algorithm: oid.rsaEncryption, parameters: NULL },
};

describe('signed data that is right', () => {
  const right: Record<string, SignedDataChange> = {
    'in every way': {},
    'with more attributes': { attributes: [id, digest, signingTime] },
    'under rsaEncryption': { signature: { hash: 'sha256', algorithm: oid.rsaEncryption, parameters: NULL } },
    'by ecdsa': { signer: signers.ec, signature: { hash: 'sha256', algorithm: oid.ecdsaWithSHA256 } },
    'by ecdsa with sha-384': {
      signer: signers.ec384,
      digest: oid.sha384,
      attributes: [id, digestAttribute(content, 'sha384')],
      signature: { hash: 'sha384', algorithm: oid.ecdsaWithSHA384 },
    },
    'with a signer named by key identifier': { byKeyIdentifier: 'implicit' },
    'with a crl': { crls: [crl] },
  };
  it.each(Object.entries(right))('%s', async (_, change) => {
    const bytes = makeSignedData(change);
    const verdict = await verifySignedData({ bytes, contentType });
    const signer = change.signer ?? signers.rsa;
    expect(verdict).toEqual({ ok: true, content, certificates: [signer.der, stranger.der], crls: change.crls ?? [] });
    expect(opensslCmsVerify(bytes, [ca.der], now).content).toEqual(content);
    if (!verdict.ok) return;
    const asked = { certificates: verdict.certificates, anchors: [ca.der], crls: verdict.crls, time: now, purpose: 'kdc' };
    expect(await verifyChain({ ...asked, revocation: change.crls ? 'require' : 'if-given' })).toMatchObject({ ok: true });
  });
  it('as openssl writes it', async () => {
    for (const signer of Object.values(signers)) {
      const key = signer.key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const how = [
        '-binary',
        '-nodetach',
        '-outform',
        'DER',
        '-econtent_type',
        contentType,
        '-md',
        'sha256',
        '-signer',
        's.pem',
        '-inkey',
        'k.pem',
      ];
      const made = openssl(['cms', '-sign', ...how, '-in', 'content'], {
        's.pem': pem('CERTIFICATE', [signer.der]),
        'k.pem': key,
        content,
      });
      expect(await verifySignedData({ bytes: new Uint8Array(made.stdout), contentType })).toMatchObject({ ok: true, content });
    }
  });
  it('with sha-1 where that is accepted, as old domain controllers sign', async () => {
    const bytes = makeSignedData(sha1);
    expect(await verifySignedData({ bytes, contentType })).toEqual({ ok: false, reason: 'digest sha-1 is not accepted' });
    expect(await verifySignedData({ bytes, contentType, digests: ['SHA-1', 'SHA-256'] })).toMatchObject({ ok: true, content });
  });
});

interface Wrong extends SignedDataChange {
  readonly reason: RegExp;
  readonly alter?: (bytes: Uint8Array) => Uint8Array;
  /** On the same input openssl is content. */
  readonly openssl?: 'laxer';
}
const wrong: Record<string, Wrong> = {
  'content swapped': { eContent: other, reason: /message digest is not the content's/ },
  'wrong digest': { attributes: [id, digestAttribute(other)], reason: /message digest is not the content's/ },
  'digest of another length': {
    attributes: [id, { type: oid.messageDigest, values: [encode(octetString, content)] }],
    reason: /message digest is not/,
  },
  'signature over other attributes': { signedAttributes: [id, digestAttribute(other)], reason: /signature does not verify/ },
  'signature by another key': {
    signer: signers.ec,
    signatureBy: stranger,
    signature: { hash: 'sha256', algorithm: oid.ecdsaWithSHA256 },
    reason: /signature does not verify/,
  },
  'no signed attributes': { noAttributes: true, reason: /signed attributes are missing/, openssl: 'laxer' },
  'content type missing': { attributes: [digest], reason: /attribute content type is missing/ },
  'message digest missing': { attributes: [id], reason: /attribute message digest is missing/ },
  'message digest twice': {
    attributes: [id, digest, digestAttribute(other)],
    reason: /message digest is not there exactly once/,
  },
  'message digest of two values': {
    attributes: [id, { type: oid.messageDigest, values: [...digest.values, ...digestAttribute(other).values] }],
    reason: /message digest is not there exactly once/,
  },
  'content type of two values': {
    attributes: [{ type: oid.contentType, values: [...id.values, encode(objectIdentifier, oid.pkinitAuthData)] }, digest],
    reason: /content type is not there exactly once/,
  },
  'signed content type of something else': {
    attributes: [contentTypeAttribute(oid.pkinitAuthData), digest],
    reason: /signed content type is not/,
    openssl: 'laxer',
  },
  'another content type': {
    eContentType: oid.pkinitAuthData,
    attributes: [contentTypeAttribute(oid.pkinitAuthData), digest],
    reason: /content type is 1\.3\.6\.1\.5\.2\.3\.1, not 1\.3\.6\.1\.5\.2\.3\.2/,
    openssl: 'laxer',
  },
  'attributes in no order': {
    attributes: [digest, id],
    unsorted: true,
    reason: /set is not in ascending order/,
    openssl: 'laxer',
  },
  'not signed data': { contentInfoType: '1.2.840.113549.1.7.5', reason: /content is not signed data/ },
  'no signer': { times: 0, reason: /nobody has signed/ },
  'two signers': { times: 2, reason: /more than 1 items/, openssl: 'laxer' },
  'certificate of the signer missing': { certificates: [stranger.der], reason: /certificate of the signer is not among/ },
  'certificate of the signer twice': {
    certificates: [signers.rsa.der, signers.rsa.der],
    reason: /several certificates fit/,
    openssl: 'laxer',
  },
  'seventeen certificates': {
    certificates: [signers.rsa.der, ...Array.from({ length: 16 }, () => stranger.der)],
    reason: /more than 16 items/,
    openssl: 'laxer',
  },
  'digest that is not declared': { declared: [oid.sha512], reason: /not declared/ },
  "digest that is not the signature's": {
    signature: { hash: 'sha512', algorithm: oid.sha512WithRSAEncryption, parameters: NULL },
    reason: /digest algorithm is not the one of the signature/,
  },
  'digest unknown': { digest: '1.2.840.113549.2.5', reason: /digest algorithm is not supported/ },
  'algorithm of another key type': {
    signature: { hash: 'sha256', algorithm: oid.ecdsaWithSHA256 },
    reason: /signature algorithm does not fit the signer's key/,
  },
  'cut short': { alter: (bytes) => bytes.slice(0, -1), reason: /signed data cannot be read: / },
  'trailing bytes': { alter: (bytes) => Uint8Array.of(...bytes, 0), reason: /1 bytes left over/, openssl: 'laxer' },
  nothing: { alter: () => new Uint8Array(), reason: /signed data cannot be read: / },
  'far too much': { alter: () => new Uint8Array(0x4_0001), reason: /over 256 KiB/ },
};
describe('signed data that is wrong in one way', () => {
  it.each(Object.entries(wrong))('%s', async (_, { reason, alter = (bytes) => bytes, openssl: opinion, ...change }) => {
    const bytes = alter(makeSignedData(change));
    const verdict = await verifySignedData({ bytes, contentType });
    expect(verdict.ok ? '' : verdict.reason).toMatch(reason);
    const run = opensslCmsVerify(bytes, [ca.der], now);
    expect(run.ok, run.text).toBe(opinion === 'laxer');
  });
});

import { createHash, sign } from 'node:crypto';
import { encode } from '../../src/wire/codec.ts';
import type { Conversation } from '../../src/wire/conversation.ts';
import { any, context, implicit, octetString, optional, raw, sequence, sequenceOf, setOf } from '../../src/wire/der.ts';
import { int32, nothing, objectIdentifier } from '../../src/wire/der-primitives.ts';
import { signerInfo } from '../../src/x509/cms.ts';
import { extKeyUsage, keyUsage } from '../../src/x509/extensions.ts';
import { oid } from '../../src/x509/oid.ts';
import { readPathCertificate } from '../../src/x509/path-certificate.ts';
import { algorithmIdentifier } from '../../src/x509/public-key.ts';
import { caExtensions, ecKey, endEntity, type MadeCertificate, makeCertificate, rsaKey } from './made-certificate.ts';

export const ca = makeCertificate({ subject: 'kdc ca', key: ecKey(), extensions: caExtensions() });
const kdc = (key = rsaKey()) =>
  makeCertificate({ subject: 'kdc', key, issuer: ca, extensions: [endEntity(), keyUsage(0), extKeyUsage([oid.pkinitKPKdc])] });
export const signers = { rsa: kdc(), ec: kdc(ecKey()), ec384: kdc(ecKey('P-384')) };
export const stranger: MadeCertificate = makeCertificate({
  subject: 'stranger',
  key: ecKey(),
  issuer: ca,
  extensions: [endEntity()],
});

/** Runs a conversation that only asks for a signature. */
export function answered<T>(conversation: Conversation<T>, { privateKey }: MadeCertificate['key'], hash = 'sha256'): T {
  let step = conversation.next();
  let asked = 0;
  while (!step.done) {
    if (step.value.do !== 'sign' || asked++ > 0) throw new Error(`unexpected ask ${step.value.do}`);
    step = conversation.next(new Uint8Array(sign(hash, step.value.bytes, privateKey)));
  }
  return step.value;
}

export const content = new TextEncoder().encode('KDCDHKeyInfo');
const attribute = sequence({ type: objectIdentifier, values: setOf(any) });
type Attribute = { readonly type: string; readonly values: readonly Uint8Array[] };
export const contentTypeAttribute = (type: string): Attribute => ({
  type: oid.contentType,
  values: [encode(objectIdentifier, type)],
});
export const digestAttribute = (over: Uint8Array, hash = 'sha256'): Attribute => ({
  type: oid.messageDigest,
  values: [encode(octetString, new Uint8Array(createHash(hash).update(over).digest()))],
});
/** What differs from a SignedData that is right in every way. */
export interface SignedDataChange {
  readonly contentInfoType?: string;
  readonly eContentType?: string;
  readonly eContent?: Uint8Array;
  readonly attributes?: readonly Attribute[];
  readonly unsorted?: boolean;
  readonly noAttributes?: boolean;
  /** Over what the signature is made, instead of the attributes that are sent. */
  readonly signedAttributes?: readonly Attribute[];
  readonly signer?: MadeCertificate;
  readonly signatureBy?: MadeCertificate;
  readonly certificates?: readonly Uint8Array[];
  readonly crls?: readonly Uint8Array[];
  readonly digest?: string;
  readonly declared?: readonly string[];
  readonly signature?: { readonly hash: string; readonly algorithm: string; readonly parameters?: Uint8Array };
  readonly byKeyIdentifier?: 'implicit' | 'explicit';
  readonly times?: number;
}
const attributesOf = (list: readonly Attribute[], unsorted: boolean) =>
  unsorted
    ? encode(
        sequenceOf(attribute),
        list.map((a) => ({ ...a, values: [...a.values] })),
      )
    : encode(
        setOf(attribute),
        list.map((a) => ({ ...a, values: [...a.values] })),
      );
const retagged = (bytes: Uint8Array, tag: number) => Uint8Array.of(tag, ...bytes.subarray(1));
const signedDataType = sequence({
  version: int32,
  digestAlgorithms: setOf(algorithmIdentifier),
  encapContentInfo: sequence({ eContentType: objectIdentifier, eContent: context(0, octetString) }),
  certificates: implicit(0, sequenceOf(raw(0x30))),
  crls: optional(implicit(1, sequenceOf(raw(0x30)))),
  signerInfos: setOf(signerInfo),
});

export function makeSignedData(change: SignedDataChange = {}): Uint8Array {
  const { signer = signers.rsa, digest = oid.sha256, eContent = content, eContentType = oid.pkinitDHKeyData } = change;
  const list = change.attributes ?? [contentTypeAttribute(oid.pkinitDHKeyData), digestAttribute(content)];
  const { hash, algorithm, parameters } = change.signature ?? {
    hash: 'sha256',
    algorithm: oid.sha256WithRSAEncryption,
    parameters: encode(nothing, null),
  };
  const attributes = attributesOf(list, change.unsorted ?? false);
  const toBeSigned = change.noAttributes
    ? eContent
    : retagged(change.signedAttributes ? attributesOf(change.signedAttributes, false) : attributes, 0x31);
  const named = readPathCertificate(signer.der);
  const info = {
    version: change.byKeyIdentifier === 'implicit' ? 3 : 1,
    ...(change.byKeyIdentifier === undefined
      ? { issuerAndSerialNumber: { issuer: named.issuer, serialNumber: named.serialNumber } }
      : change.byKeyIdentifier === 'implicit'
        ? { subjectKeyIdentifier: named.subjectKeyIdentifier }
        : { explicitSubjectKeyIdentifier: named.subjectKeyIdentifier }),
    digestAlgorithm: { algorithm: digest },
    signedAttrs: change.noAttributes ? undefined : retagged(attributes, 0xa0),
    signatureAlgorithm: encode(algorithmIdentifier, { algorithm, ...(parameters ? { parameters } : {}) }),
    signature: new Uint8Array(sign(hash, toBeSigned, (change.signatureBy ?? signer).key.privateKey)),
  };
  const data = encode(signedDataType, {
    version: 3,
    digestAlgorithms: (change.declared ?? [digest]).map((declared) => ({ algorithm: declared })),
    encapContentInfo: { eContentType, eContent },
    // As MIT's KDC writes them: in no order.
    certificates: [...(change.certificates ?? [stranger.der, signer.der])],
    crls: change.crls && [...change.crls],
    signerInfos: Array.from({ length: change.times ?? 1 }, () => info),
  });
  return encode(sequence({ contentType: objectIdentifier, content: context(0, any) }), {
    contentType: change.contentInfoType ?? oid.signedData,
    content: data,
  });
}

import { constants, createHash, verify } from 'node:crypto';
import { type ClientCertificate, readCertificate } from './pkca-checker-certificate.ts';
import { bits, field, identifier, type Node, number, octets, read, same, tagged, Unreadable } from './pkca-checker-der.ts';
import { demand, kdcError } from './pkca-checker-error.ts';

export type Digest = 'sha1' | 'sha256' | 'sha384' | 'sha512';
export const digestOf: Readonly<Record<string, Digest>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
/** RFC 3370 3.2, RFC 5754 3: with the digest in the name, or rsaEncryption beside any. */
const signatureOf: Readonly<Record<string, readonly [type: 'rsa' | 'ec', digest: Digest | undefined]>> = {
  '1.2.840.113549.1.1.1': ['rsa', undefined],
  '1.2.840.113549.1.1.5': ['rsa', 'sha1'],
  '1.2.840.113549.1.1.11': ['rsa', 'sha256'],
  '1.2.840.113549.1.1.12': ['rsa', 'sha384'],
  '1.2.840.113549.1.1.13': ['rsa', 'sha512'],
  '1.2.840.10045.4.1': ['ec', 'sha1'],
  '1.2.840.10045.4.3.2': ['ec', 'sha256'],
  '1.2.840.10045.4.3.3': ['ec', 'sha384'],
  '1.2.840.10045.4.3.4': ['ec', 'sha512'],
};
const SIGNED_DATA = '1.2.840.113549.1.7.2';
const AUTH_DATA = '1.3.6.1.5.2.3.1';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';

export interface SignedContent {
  readonly content: Uint8Array;
  readonly digest: Digest;
  readonly signer: ClientCertificate;
  /** All that came along, the signer's among them; DER. */
  readonly certificates: readonly Uint8Array[];
}
export interface SignatureDemands {
  readonly digests: readonly Digest[];
  readonly signedAttributes: boolean;
  readonly signature: boolean;
}
const broken = (holds: unknown, why: string) => demand(holds, kdcError.invalidSignature, why);

function attributeOf(attributes: Node, type: string): Node {
  const [attribute, another] = attributes.children.filter(({ children }) => identifier(children[0]) === type);
  const values = attribute && tagged(attribute.children[1], 0x31).children;
  const [value] = values ?? [];
  demand(
    value && values?.length === 1 && !another,
    kdcError.invalidSignature,
    `attribute ${type} is not there once (RFC 5652 11)`,
  );
  return value;
}
function signerOf(sid: Node | undefined, certificates: readonly Uint8Array[]): ClientCertificate {
  // RFC 4556 3.2.1: the certificate of the signer is in the field; IssuerAndSerialNumber names it.
  const [issuer, serialNumber] = tagged(sid, 0x30).children;
  const fitting = certificates
    .map(readCertificate)
    .find((c) => issuer && serialNumber && same(c.issuer, issuer.der) && same(c.serialNumber, serialNumber.content));
  demand(fitting, kdcError.cannotVerifyCertificate, "the signer's certificate did not come along (RFC 4556 3.2.1)");
  return fitting;
}
/** What is signed, RFC 5652 5.4: the attributes as a SET OF in DER, or the content itself. */
function toBeSigned(attributes: Node | undefined, content: Uint8Array, digest: Digest): Uint8Array {
  if (!attributes) return content;
  const encodings = attributes.children.map(({ der }) => Buffer.from(der));
  const sorted = encodings.every((der, i) => i === 0 || Buffer.compare(encodings[i - 1] ?? der, der) <= 0);
  broken(sorted, 'signed attributes are not in the order of DER (RFC 5652 5.3)');
  broken(identifier(attributeOf(attributes, CONTENT_TYPE)) === AUTH_DATA, 'signed content type is not id-pkinit-authData');
  const digested = createHash(digest).update(content).digest();
  broken(same(octets(attributeOf(attributes, MESSAGE_DIGEST)), digested), 'message digest is not that of the AuthPack');
  return Uint8Array.from(attributes.der).with(0, 0x31);
}
function demandSignature(
  signer: ClientCertificate,
  algorithm: string,
  digest: Digest,
  signed: Uint8Array,
  signature: Uint8Array,
) {
  const [type, named] = signatureOf[algorithm] ?? [];
  broken(type && (named ?? digest) === digest, 'signature algorithm is not that of the digest (RFC 5754 3)');
  const key = signer.x509.publicKey;
  broken(key.asymmetricKeyType === type, "signature algorithm is not that of the signer's key");
  const how = type === 'rsa' ? { key, padding: constants.RSA_PKCS1_PADDING } : { key, dsaEncoding: 'der' as const };
  broken(verify(digest, signed, how, signature), 'signature does not verify');
}
/** RFC 4556 3.2.1 (what is sent), 3.2.2 (what is looked at), RFC 5652 5. @param bytes ContentInfo */
export function openSignedData(bytes: Uint8Array, demands: SignatureDemands): SignedContent {
  const outer = read(bytes, 0x30);
  demand(
    identifier(outer.children[0]) === SIGNED_DATA,
    kdcError.preauthFailed,
    'signedAuthPack is not SignedData (RFC 4556 3.2.1)',
  );
  const data = tagged(field(outer, 0), 0x30);
  const [version, digestAlgorithms, encapsulated] = data.children;
  const sets = data.children.slice(3);
  demand(number(version) === 3, kdcError.preauthFailed, 'SignedData is not of version 3 (RFC 5652 5.1)');
  const eContentType = identifier(tagged(encapsulated, 0x30).children[0]);
  demand(eContentType === AUTH_DATA, kdcError.preauthFailed, 'content type is not id-pkinit-authData (RFC 4556 3.2.1)');
  const content = octets(encapsulated && field(encapsulated, 0));
  const certificates = sets.find(({ tag }) => tag === 0xa0)?.children.map(({ der }) => der) ?? [];
  const signers = tagged(sets.at(-1), 0x31).children;
  const [info] = signers;
  if (!info || signers.length !== 1) throw new Unreadable('there is not one signer');

  const [signerVersion, sid, algorithm, ...others] = tagged(info, 0x30).children;
  broken(number(signerVersion) === 1, 'SignerInfo is not of version 1 (RFC 5652 5.3)');
  const attributes = others[0]?.tag === 0xa0 ? others.shift() : undefined;
  const [signatureAlgorithm, signature] = others;
  const digestId = identifier(tagged(algorithm, 0x30).children[0]);
  const digest = digestOf[digestId];
  demand(
    digest && demands.digests.includes(digest),
    kdcError.digestNotAccepted,
    `digest ${digestId} is not accepted (RFC 8636 4)`,
  );
  const declared = tagged(digestAlgorithms, 0x31).children.map(({ children }) => identifier(children[0]));
  broken(declared.includes(digestId), 'the digest is not declared (RFC 5652 5.1)');
  // RFC 5652 5.3: the content type is not id-data, hence they must be there.
  broken(attributes || !demands.signedAttributes, 'signed attributes are missing (RFC 5652 5.3)');
  const signer = signerOf(sid, certificates);
  const signed = toBeSigned(attributes, content, digest);
  const signatureId = identifier(tagged(signatureAlgorithm, 0x30).children[0]);
  if (demands.signature) demandSignature(signer, signatureId, digest, signed, octets(signature));
  return { content, digest, signer, certificates };
}
/** SubjectPublicKeyInfo in two: algorithm identifier with its parameters, and the key's octets. */
export function publicKeyInfo(spki: Node): { algorithm: string; parameters: Node | undefined; key: Uint8Array } {
  const [algorithm, key] = tagged(spki, 0x30).children;
  const [id, parameters] = tagged(algorithm, 0x30).children;
  return { algorithm: identifier(id), parameters, key: bits(key) };
}

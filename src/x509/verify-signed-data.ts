import { decode, type Value } from '../wire/codec.ts';
import type { DigestName, SignedDataVerdict } from '../wire/conversation.ts';
import { DecodeError } from '../wire/cursor.ts';
import { compareBytes, octetString } from '../wire/der.ts';
import { objectIdentifier } from '../wire/der-primitives.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { contentInfo, signedAttributes, signedData, type signerInfo } from './cms.ts';
import { type DigestAlgorithm, digestByOid } from './digest-algorithm.ts';
import { oid } from './oid.ts';
import { type PathCertificate, readPathCertificate } from './path-certificate.ts';
import { signatureScheme } from './signature-scheme.ts';
import { signatureFault } from './verify-signature.ts';

export interface SignedDataQuestion {
  /** ContentInfo, DER. */
  readonly bytes: Uint8Array;
  /** The only eContentType that is right here: `oid.pkinitDHKeyData` in an AS-REP. */
  readonly contentType: string;
  /** Digests to accept; SHA-2 alone unless said otherwise. */
  readonly digests?: readonly DigestName[];
}
type SignerInfo = Value<typeof signerInfo>;

const refuse = (reason: string): never => {
  throw new MayflyError('signed-data-refused', reason);
};

const MOST_BYTES = 0x4_0000;
const sha2: readonly DigestName[] = ['SHA-256', 'SHA-384', 'SHA-512'];
const SET_OF = 0x31;

function signerOf(info: SignerInfo, all: readonly PathCertificate[]): PathCertificate {
  const named = info.issuerAndSerialNumber;
  const ways = [named, info.subjectKeyIdentifier, info.explicitSubjectKeyIdentifier].filter((way) => way !== undefined);
  if (ways.length !== 1) return refuse('signer is not named in exactly one way');
  const keyId = info.subjectKeyIdentifier ?? info.explicitSubjectKeyIdentifier;
  const found = all.filter((c) =>
    named
      ? compareBytes(c.issuer, named.issuer) === 0 && compareBytes(c.serialNumber, named.serialNumber) === 0
      : keyId && c.subjectKeyIdentifier && compareBytes(c.subjectKeyIdentifier, keyId) === 0,
  );
  const [signer, another] = found;
  if (!signer) return refuse('certificate of the signer is not among the certificates');
  return another ? refuse('several certificates fit the signer') : signer;
}
/** The one value of an attribute that must be there once, RFC 5652 11.1 and 11.2. */
function onlyValue(attributes: Value<typeof signedAttributes>, attrType: string, name: string): Uint8Array {
  const found = attributes.filter((a) => a.attrType === attrType);
  const [value, another] = found[0]?.attrValues ?? [];
  if (found.length === 0) return refuse(`signed attribute ${name} is missing`);
  return value && !another && found.length === 1 ? value : refuse(`signed attribute ${name} is not there exactly once`);
}
function digestOf(signer: SignerInfo, declared: readonly string[], accepted: readonly DigestName[]): DigestAlgorithm {
  const { algorithm, parameters } = signer.digestAlgorithm;
  const digest = digestByOid(algorithm);
  if (!digest || (parameters && !(parameters.length === 2 && parameters[0] === 0x05)))
    return refuse('digest algorithm is not supported');
  if (!accepted.includes(digest.name)) return refuse(`digest ${digest.name.toLowerCase()} is not accepted`);
  if (!declared.includes(algorithm)) return refuse('digest algorithm of the signer is not declared');
  const signed = signatureScheme(signer.signatureAlgorithm)?.digest;
  if (signed && signed !== digest) return refuse('digest algorithm is not the one of the signature');
  return digest;
}
async function verify({ bytes, contentType, digests = sha2 }: SignedDataQuestion): Promise<SignedDataVerdict> {
  if (MOST_BYTES < bytes.length) return refuse('signed data is over 256 KiB');
  const outer = decode(contentInfo, bytes);
  if (outer.contentType !== oid.signedData) return refuse('content is not signed data');
  const data = decode(signedData, outer.content);
  const { eContentType, eContent } = data.encapContentInfo;
  if (eContentType !== contentType) return refuse(`content type is ${eContentType}, not ${contentType}`);
  const [info] = data.signerInfos;
  if (!info) return refuse('nobody has signed');
  const certificates = (data.certificates ?? []).map((der) => readPathCertificate(der));
  const signer = signerOf(info, certificates);
  const digest = digestOf(
    info,
    data.digestAlgorithms.map((d) => d.algorithm),
    digests,
  );
  // RFC 5652 5.3: mandatory when the content is not id-data; without them content could pass for attributes and back.
  if (!info.signedAttrs) return refuse('signed attributes are missing');
  const signed = Uint8Array.from(info.signedAttrs);
  signed[0] = SET_OF;
  const attributes = decode(signedAttributes, signed);
  const attributeType = decode(objectIdentifier, onlyValue(attributes, oid.contentType, 'content type'));
  if (attributeType !== contentType) return refuse("signed content type is not the content's");
  const messageDigest = decode(octetString, onlyValue(attributes, oid.messageDigest, 'message digest'));
  if (compareBytes(messageDigest, digest.compute(eContent)) !== 0) return refuse("message digest is not the content's");
  const fault = await signatureFault({
    algorithm: info.signatureAlgorithm,
    publicKey: signer.publicKey,
    signed,
    signature: info.signature,
    digest,
  });
  if (fault) return refuse(fault);
  const others = certificates.filter((c) => c !== signer).map((c) => c.der);
  return { ok: true, content: eContent, certificates: [signer.der, ...others], crls: data.crls ?? [] };
}
/** Verifies SignedData (RFC 5652 5.6) of one signer over content that is inside; never throws over what a stranger sent. */
export async function verifySignedData(question: SignedDataQuestion): Promise<SignedDataVerdict> {
  try {
    return await verify(question);
  } catch (e) {
    if (e instanceof DecodeError) return { ok: false, reason: `signed data cannot be read: ${e.message}` };
    if (e instanceof MayflyError) return { ok: false, reason: e.message };
    throw e;
  }
}

import {
  any,
  context,
  type Der,
  implicit,
  octetString,
  optional,
  raw,
  sequence,
  sequenceOf,
  setOf,
  tagged,
} from '../wire/der.ts';
import { int32, objectIdentifier, unsignedInteger } from '../wire/der-primitives.ts';
import { algorithmIdentifier } from './public-key.ts';

/**
 * Cryptographic Message Syntax, RFC 5652, as PKINIT uses it: SignedData in DER. A SET OF is read in any order except where
 * it is signed (5.4): MIT's KDC writes its certificates as PKCS #7 did, in a sequence.
 */
const unorderedSet = <T>(item: Der<T>, atMost: number) => tagged(0x31, sequenceOf(item, atMost).content);

/** Attribute, RFC 5652 5.3. */
export const attribute = sequence({ attrType: objectIdentifier, attrValues: setOf(any, 16) });
/** SignedAttributes; what is signed is this SET OF encoding (5.4), what is sent bears the tag [0]. */
export const signedAttributes = setOf(attribute, 32);
export const issuerAndSerialNumber = sequence({ issuer: raw(0x30), serialNumber: unsignedInteger });
export const signerInfo = sequence({
  version: int32,
  issuerAndSerialNumber: optional(issuerAndSerialNumber),
  subjectKeyIdentifier: optional(implicit(0, octetString)),
  /** The same with an explicit tag, against RFC 5652 5.3: Heimdal's KDC (Samba) names itself so. */
  explicitSubjectKeyIdentifier: optional(context(0, octetString)),
  digestAlgorithm: algorithmIdentifier,
  signedAttrs: optional(raw(0xa0)),
  signatureAlgorithm: raw(0x30),
  signature: octetString,
  unsignedAttrs: optional(raw(0xa1)),
});
const signedDataFields = {
  version: int32,
  digestAlgorithms: unorderedSet(algorithmIdentifier, 8),
  encapContentInfo: sequence({ eContentType: objectIdentifier, eContent: context(0, octetString) }),
};
/** Plain X.509 certificates and CRLs; the other choices (attribute certificates, OCSP) are refused. */
export const signedData = sequence({
  ...signedDataFields,
  certificates: optional(implicit(0, unorderedSet(raw(0x30), 16))),
  crls: optional(implicit(1, unorderedSet(raw(0x30), 16))),
  signerInfos: unorderedSet(signerInfo, 1),
});
/** The same, written: certificates in the order of DER. */
export const signedDataWritten = sequence({
  ...signedDataFields,
  certificates: implicit(0, setOf(raw(0x30), 16)),
  signerInfos: setOf(signerInfo),
});
export const contentInfo = sequence({ contentType: objectIdentifier, content: context(0, any) });

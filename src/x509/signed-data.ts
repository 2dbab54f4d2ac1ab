import { encode } from '../wire/codec.ts';
import { ask, type Conversation, type DigestName } from '../wire/conversation.ts';
import { octetString } from '../wire/der.ts';
import { nothing, objectIdentifier } from '../wire/der-primitives.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { contentInfo, signedAttributes, signedDataWritten } from './cms.ts';
import { type DigestAlgorithm, digestByName } from './digest-algorithm.ts';
import { oid } from './oid.ts';
import { readPathCertificate } from './path-certificate.ts';
import { algorithmIdentifier } from './public-key.ts';

/** What is to be signed, and as whom. */
export interface SignedDataContent {
  /** eContentType: `oid.pkinitAuthData` in an AS-REQ. */
  readonly contentType: string;
  readonly content: Uint8Array;
  /** The signer's first, then those above it up to but without the anchor (RFC 4556 3.2.1); DER. */
  readonly certificates: readonly Uint8Array[];
  /** SHA-256 unless a KDC refuses it (TD-CMS-DIGEST-ALGORITHMS). */
  readonly digest?: DigestName;
}

const nullParameters = encode(nothing, null);

function signatureAlgorithm(keyType: 'rsa' | 'ec', digest: DigestAlgorithm): Uint8Array {
  return keyType === 'rsa'
    ? encode(algorithmIdentifier, { algorithm: digest.withRsa, parameters: nullParameters })
    : encode(algorithmIdentifier, { algorithm: digest.withEcdsa });
}
/**
 * ContentInfo with SignedData, RFC 5652 5: version 3, one signer by issuer and serial number, signed attributes contentType and
 * messageDigest. Asks once for a signature over the attributes' SET OF encoding, with the digest that `content` names and in
 * the form CMS carries: PKCS#1 v1.5, or ECDSA-Sig-Value in DER.
 * @throws MayflyError `signed-data-signer` when there is no certificate, or none of a key that signs CMS here
 */
export function* signedData(content: SignedDataContent): Conversation<Uint8Array> {
  const [first] = content.certificates;
  const digest = digestByName(content.digest ?? 'SHA-256');
  if (!first || !digest) throw new MayflyError('signed-data-signer', 'there is no certificate of the signer');
  const signer = readPathCertificate(first);
  if (signer.key.type === 'other') throw new MayflyError('signed-data-signer', "the signer's key is neither RSA nor ECDSA");

  const toBeSigned = encode(signedAttributes, [
    { attrType: oid.contentType, attrValues: [encode(objectIdentifier, content.contentType)] },
    { attrType: oid.messageDigest, attrValues: [encode(octetString, digest.compute(content.content))] },
  ]);
  const signature = yield* ask<'sign'>({ do: 'sign', bytes: toBeSigned, digest: digest.name });
  // RFC 5652 5.4: what is signed bears the universal tag SET OF, what is sent the tag [0].
  const signedAttrs = Uint8Array.from(toBeSigned);
  signedAttrs[0] = 0xa0;
  // RFC 5754 2: digest algorithms without parameters.
  const digestAlgorithm = { algorithm: digest.algorithm };
  const data = encode(signedDataWritten, {
    version: 3,
    digestAlgorithms: [digestAlgorithm],
    encapContentInfo: { eContentType: content.contentType, eContent: content.content },
    certificates: [...content.certificates],
    signerInfos: [
      {
        version: 1,
        issuerAndSerialNumber: { issuer: signer.issuer, serialNumber: signer.serialNumber },
        digestAlgorithm,
        signedAttrs,
        signatureAlgorithm: signatureAlgorithm(signer.key.type, digest),
        signature,
      },
    ],
  });
  return encode(contentInfo, { contentType: oid.signedData, content: data });
}

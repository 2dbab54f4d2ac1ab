import { decode } from '../wire/codec.ts';
import { context, sequence } from '../wire/der.ts';
import { int32, objectIdentifier } from '../wire/der-primitives.ts';
import { type DigestAlgorithm, digestAlgorithms, digestByOid } from './digest-algorithm.ts';
import { oid } from './oid.ts';
import { algorithmIdentifier } from './public-key.ts';

/** What the AlgorithmIdentifier of a signature asks for. */
export interface SignatureScheme {
  readonly key: 'rsa' | 'ec';
  /** `undefined`: said elsewhere (rsaEncryption in a SignerInfo, RFC 3370 3.2). */
  readonly digest: DigestAlgorithm | undefined;
}

/**
 * RSASSA-PSS-params, RFC 4055 3.1, as AD CS writes them with alternate signature algorithms. The defaults mean SHA-1, so hash,
 * mask and salt are read as mandatory: who leaves one out asks for SHA-1.
 */
const pssParameters = sequence({
  hashAlgorithm: context(0, algorithmIdentifier),
  maskGenAlgorithm: context(1, sequence({ algorithm: objectIdentifier, parameters: algorithmIdentifier })),
  saltLength: context(2, int32),
});
const isNull = (parameters: Uint8Array) => parameters.length === 2 && parameters[0] === 0x05;

function pssScheme(parameters: Uint8Array): SignatureScheme | undefined {
  const { hashAlgorithm, maskGenAlgorithm, saltLength } = decode(pssParameters, parameters);
  const digest = digestByOid(hashAlgorithm.algorithm);
  const plain = maskGenAlgorithm.algorithm === oid.mgf1 && maskGenAlgorithm.parameters.algorithm === hashAlgorithm.algorithm;
  return digest && plain && 0 <= saltLength && saltLength <= 64 ? { key: 'rsa', digest } : undefined;
}
/** `undefined`: a signature that is not verified here (MD5, DSA, EdDSA, odd parameters). @throws DecodeError */
export function signatureScheme(identifier: Uint8Array): SignatureScheme | undefined {
  const { algorithm, parameters } = decode(algorithmIdentifier, identifier);
  if (algorithm === oid.rsassaPss) return parameters ? pssScheme(parameters) : undefined;
  const ecdsa = digestAlgorithms.find((d) => d.withEcdsa === algorithm);
  if (ecdsa) return parameters ? undefined : { key: 'ec', digest: ecdsa };
  if (parameters && !isNull(parameters)) return undefined;
  if (algorithm === oid.rsaEncryption) return { key: 'rsa', digest: undefined };
  const rsa = digestAlgorithms.find((d) => d.withRsa === algorithm);
  return rsa && { key: 'rsa', digest: rsa };
}

import { OctetString } from 'asn1js';
import { AlgorithmIdentifier, getCrypto, PublicKeyInfo } from 'pkijs';
import { decode } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import type { DigestAlgorithm } from './digest-algorithm.ts';
import { ecdsaSigValue } from './ecdsa-sig-value.ts';
import { describeKey } from './public-key.ts';
import { signatureScheme } from './signature-scheme.ts';

export interface ClaimedSignature {
  /** AlgorithmIdentifier, DER. */
  readonly algorithm: Uint8Array;
  /** SubjectPublicKeyInfo of the alleged signer, DER. */
  readonly publicKey: Uint8Array;
  readonly signed: Uint8Array;
  /** As X.509 and CMS carry it: PKCS#1, or ECDSA-Sig-Value in DER. */
  readonly signature: Uint8Array;
  /** For an algorithm that names no digest of its own. */
  readonly digest?: DigestAlgorithm;
}
/** Above this a stranger's key makes verifying slow and no CA is known to go. */
const MOST_RSA_BITS = 8192;

/** A view of its own buffer, which is what the library takes. */
const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

async function verifiesByLibrary({ algorithm, publicKey, signed, signature, digest }: ClaimedSignature): Promise<boolean> {
  try {
    return await getCrypto(true).verifyWithPublicKey(
      owned(signed),
      new OctetString({ valueHex: owned(signature).buffer }),
      PublicKeyInfo.fromBER(owned(publicKey)),
      AlgorithmIdentifier.fromBER(owned(algorithm)),
      digest?.name,
    );
  } catch {
    // The library throws over a signature or a key that is not well-formed; to us it is one that does not verify.
    return false;
  }
}
/** Why a signature does not hold, `undefined` when it does. The mathematics are the library's, what may go in is ours. */
export async function signatureFault(claimed: ClaimedSignature): Promise<string | undefined> {
  try {
    const scheme = signatureScheme(claimed.algorithm);
    const key = describeKey(claimed.publicKey);
    if (!scheme || !(scheme.digest ?? claimed.digest)) return 'signature algorithm is not supported';
    if (scheme.key !== key.type) return "signature algorithm does not fit the signer's key";
    if (key.type === 'rsa' && (MOST_RSA_BITS < key.bits || key.publicExponent < 3 || 2 ** 32 < key.publicExponent)) {
      return 'rsa key of the signer is out of bounds';
    }
    // The library reads this leniently (other tags and lengths pass), so that one signature could be written in many ways.
    if (key.type === 'ec') decode(ecdsaSigValue, claimed.signature);
  } catch (e) {
    if (e instanceof DecodeError) return `signature, its algorithm or its key cannot be read: ${e.message}`;
    throw e;
  }
  return (await verifiesByLibrary(claimed)) ? undefined : 'signature does not verify';
}

import { encode } from '../wire/codec.ts';
import { nothing } from '../wire/der-primitives.ts';
import { oid } from './oid.ts';
import { algorithmIdentifier, type KeyDescription } from './public-key.ts';

/** How one kind of CA key signs. */
export interface SignatureAlgorithm {
  readonly digest: 'SHA-256' | 'SHA-384';
  /** AlgorithmIdentifier, DER: RFC 4055 5 wants NULL parameters for RSA, RFC 5758 3.2 none for ECDSA. */
  readonly identifier: Uint8Array;
  /** The same in the Web Cryptography API's words. */
  readonly web: { readonly name: string; readonly hash: string; readonly namedCurve?: string };
}
const rsa: SignatureAlgorithm = {
  digest: 'SHA-256',
  identifier: encode(algorithmIdentifier, { algorithm: oid.sha256WithRSAEncryption, parameters: encode(nothing, null) }),
  web: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
};
const p256: SignatureAlgorithm = {
  digest: 'SHA-256',
  identifier: encode(algorithmIdentifier, { algorithm: oid.ecdsaWithSHA256 }),
  web: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
};
const p384: SignatureAlgorithm = {
  digest: 'SHA-384',
  identifier: encode(algorithmIdentifier, { algorithm: oid.ecdsaWithSHA384 }),
  web: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
};
/** `undefined`: no CA of ours signs with such a key. */
export function signatureAlgorithmFor(key: KeyDescription): SignatureAlgorithm | undefined {
  if (key.type === 'rsa') return rsa;
  if (key.type === 'ec') return key.curve === 'P-256' ? p256 : p384;
  return undefined;
}
/** The CA's key as everything here sees it: who it is, and one operation. A file, an HSM or a KMS stands behind it. */
export interface Signer {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  /** Signs `tbs` (hashing it); resolves with the signature as X.509 carries it: PKCS#1 v1.5, or ECDSA-Sig-Value in DER. */
  sign(tbs: Uint8Array): Promise<Uint8Array>;
}

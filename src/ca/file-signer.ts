import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { MayflyError } from '../wire/mayfly-error.ts';
import { describeKey } from '../x509/public-key.ts';
import { type Signer, signatureAlgorithmFor } from '../x509/signature-algorithm.ts';

/** The file engine behind the signing port: a native key that is never exported again. */
export function fileSigner(privateKey: KeyObject): Signer {
  const publicKey = new Uint8Array(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }));
  const algorithm = signatureAlgorithmFor(describeKey(publicKey));
  if (!algorithm)
    throw new MayflyError('ca-key-type', 'the key is neither RSA nor ECDSA on P-256 or P-384', {
      next: 'use one of these for the CA',
    });
  return {
    publicKey,
    algorithm,
    // One signature takes well under a millisecond and has this process to itself: the thread pool would only add to it.
    sign: (tbs) => Promise.resolve(sign(algorithm.digest, tbs, privateKey)),
  };
}

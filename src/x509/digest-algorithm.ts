import { sha1, sha256, sha384, sha512 } from '../crypto/digest.ts';
import type { DigestName } from '../wire/conversation.ts';
import { oid } from './oid.ts';

export interface DigestAlgorithm {
  readonly name: DigestName;
  readonly algorithm: string;
  readonly withRsa: string;
  readonly withEcdsa: string;
  readonly length: number;
  readonly compute: (bytes: Uint8Array) => Uint8Array;
}
/** Message digests, alone (RFC 5754 2) and under a signature (RFC 8017 appendix A, RFC 5758 3.2). */
export const digestAlgorithms: readonly DigestAlgorithm[] = [
  {
    name: 'SHA-256',
    algorithm: oid.sha256,
    withRsa: oid.sha256WithRSAEncryption,
    withEcdsa: oid.ecdsaWithSHA256,
    length: 32,
    compute: sha256,
  },
  {
    name: 'SHA-384',
    algorithm: oid.sha384,
    withRsa: oid.sha384WithRSAEncryption,
    withEcdsa: oid.ecdsaWithSHA384,
    length: 48,
    compute: sha384,
  },
  {
    name: 'SHA-512',
    algorithm: oid.sha512,
    withRsa: oid.sha512WithRSAEncryption,
    withEcdsa: oid.ecdsaWithSHA512,
    length: 64,
    compute: sha512,
  },
  {
    name: 'SHA-1',
    algorithm: oid.sha1,
    withRsa: oid.sha1WithRSAEncryption,
    withEcdsa: oid.ecdsaWithSHA1,
    length: 20,
    compute: sha1,
  },
];
export const digestByOid = (algorithm: string): DigestAlgorithm | undefined =>
  digestAlgorithms.find((d) => d.algorithm === algorithm);
export const digestByName = (name: DigestName): DigestAlgorithm | undefined => digestAlgorithms.find((d) => d.name === name);

import { hash } from 'node:crypto';

/** Message digests, FIPS 180-4; SHA-1 only where a specification names things by it (key identifiers, PAChecksum). */
const digest =
  (algorithm: string) =>
  (bytes: Uint8Array): Uint8Array =>
    hash(algorithm, bytes, 'buffer');
export const sha1 = digest('sha1');
export const sha256 = digest('sha256');
export const sha384 = digest('sha384');
export const sha512 = digest('sha512');

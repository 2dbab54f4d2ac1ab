import { DecodeError } from '../../wire/cursor.ts';
import { describeKey } from '../../x509/public-key.ts';
import type { Lint } from '../lint.ts';

const SMALLEST_RSA = 2048;
const LARGEST_RSA = 4096;

/** RSA of 2048 to 4096 bits with exponent 65537, or P-256: what a PIV card holds and a domain controller takes. */
export const publicKey: Lint = {
  name: 'public-key',
  source: 'SP 800-78-5 3.1; SP 800-57 part 1 5.6; RFC 3279 2.3.1',
  check({ subjectPublicKeyInfo }) {
    try {
      const key = describeKey(subjectPublicKeyInfo);
      if (key.type === 'ec') return key.curve === 'P-256' ? undefined : 'the key is on a curve other than P-256';
      if (key.type === 'other') return `keys of algorithm ${key.algorithm} are not certified`;
      if (key.bits < SMALLEST_RSA) return `the key is too small: RSA-${key.bits}, at least ${SMALLEST_RSA} is needed`;
      if (LARGEST_RSA < key.bits) return `the key is too large: RSA-${key.bits}, at most ${LARGEST_RSA} is certified`;
      if (!key.nullParameters) return 'the parameters of the RSA key are not NULL';
      return key.publicExponent === 65_537 ? undefined : 'the public exponent is not 65537';
    } catch (e) {
      if (e instanceof DecodeError) return `the public key cannot be read (${e.message})`;
      throw e;
    }
  },
};

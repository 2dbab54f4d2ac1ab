import type { Lint } from '../lint.ts';

/** A key exists for one logon: it is never certified twice. */
export const duplicateKey: Lint = {
  name: 'duplicate-key',
  source: 'one key, one certificate, one logon',
  check: ({ subjectPublicKeyInfo }, { isKnownKey }) =>
    isKnownKey(subjectPublicKeyInfo) ? 'a certificate for this key has been issued before' : undefined,
};

import { oid } from '../../x509/oid.ts';
import type { Lint } from '../lint.ts';

const wanted: readonly string[] = [oid.clientAuth, oid.smartcardLogon];

/** Client authentication and Smart Card Logon, and nothing that would make the key good for more. */
export const extendedKeyUsage: Lint = {
  name: 'extended-key-usage',
  source: '[MS-PKCA] 3.1.5.2.1; RFC 5280 4.2.1.12',
  check({ extendedKeyUsage: purposes }) {
    const missing = wanted.filter((purpose) => !purposes.includes(purpose));
    if (missing.length > 0) return `extended key usage lacks ${missing.join(' and ')}`;
    const extra = purposes.filter((purpose, i) => !wanted.includes(purpose) || purposes.indexOf(purpose) !== i);
    return extra.length > 0
      ? `extended key usage has ${extra.join(' and ')} beyond client authentication and smart card logon`
      : undefined;
  },
};

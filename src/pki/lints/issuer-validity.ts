import { isoTime } from '../../wire/der-time.ts';
import type { Lint } from '../lint.ts';

export const issuerValidity: Lint = {
  name: 'issuer-validity',
  source: 'RFC 5280 6.1.3 (a)(2)',
  check({ notAfter }, { issuer, now }) {
    if (now < issuer.notBefore) return `the clock is before the CA's birth at ${isoTime(issuer.notBefore)}`;
    if (notAfter > issuer.notAfter) return `not-after is beyond the CA's own, ${isoTime(issuer.notAfter)}`;
    return undefined;
  },
};

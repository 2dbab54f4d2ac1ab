import { BACKDATING, MINUTE } from '../bounds.ts';
import type { Lint } from '../lint.ts';

/** Valid now, for minutes. */
export const lifetime: Lint = {
  name: 'lifetime',
  source: 'RFC 5280 4.1.2.5; bounds of the issuing CA',
  check({ notBefore, notAfter }, { now, bounds }) {
    if (!Number.isSafeInteger(notBefore) || !Number.isSafeInteger(notAfter)) return 'the validity is not in whole seconds';
    if (notAfter <= now) return 'not-after is not in the future';
    if (notBefore > now) return 'not-before is in the future';
    if (now - notBefore > BACKDATING) return `not-before is over ${BACKDATING / MINUTE} minutes back`;
    // Negated, so that a bound that is no number bounds everything.
    if (!(notAfter - now <= bounds.maxLifetime)) return `not-after is over ${bounds.maxLifetime / MINUTE} minutes away`;
    return undefined;
  },
};

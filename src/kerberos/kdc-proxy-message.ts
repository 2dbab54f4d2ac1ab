import { context, octetString, optional, sequence } from '../wire/der.ts';
import { int32 } from '../wire/der-primitives.ts';
import { generalString } from '../wire/der-strings.ts';

/** KDC-PROXY-MESSAGE, [MS-KKDCP] 2.2.2; the Kerberos message bears its length prefix of TCP. */
export const kdcProxyMessage = sequence({
  kerbMessage: context(0, octetString),
  targetDomain: optional(context(1, generalString)),
  dclocatorHint: optional(context(2, int32)),
});

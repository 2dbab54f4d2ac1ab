import { context, sequence, sequenceOf } from '../wire/der.ts';
import { int32 } from '../wire/der-primitives.ts';
import { generalString } from '../wire/der-strings.ts';

/** PrincipalName, RFC 4120 5.2.2: here and not in kerberos/, since certificates of KDCs carry it. */
export const principalName = sequence({
  nameType: context(0, int32),
  nameString: context(1, sequenceOf(generalString, 16)),
});
/** KRB5PrincipalName, RFC 4556 3.2.2. */
export const krb5PrincipalName = sequence({ realm: context(0, generalString), principalName: context(1, principalName) });

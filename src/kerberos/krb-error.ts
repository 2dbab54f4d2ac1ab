import type { Value } from '../wire/codec.ts';
import { application, context, octetString, optional, sequence } from '../wire/der.ts';
import { int32 } from '../wire/der-primitives.ts';
import { generalString } from '../wire/der-strings.ts';
import { generalizedTime } from '../wire/der-time.ts';
import { principalName } from '../x509/krb5-principal-name.ts';

/** KRB-ERROR, RFC 4120 5.9.1. */
export const krbError = application(
  30,
  sequence({
    pvno: context(0, int32),
    msgType: context(1, int32),
    ctime: optional(context(2, generalizedTime)),
    cusec: optional(context(3, int32)),
    stime: context(4, generalizedTime),
    susec: context(5, int32),
    errorCode: context(6, int32),
    crealm: optional(context(7, generalString)),
    cname: optional(context(8, principalName)),
    realm: context(9, generalString),
    sname: context(10, principalName),
    eText: optional(context(11, generalString)),
    eData: optional(context(12, octetString)),
  }),
);
export type KrbError = Value<typeof krbError>;
/** KERB-ERROR-DATA, [MS-KILE] 2.2.2: how a domain controller says in `eData` what really happened. */
export const kerbErrorData = sequence({ dataType: context(1, int32), dataValue: optional(context(2, octetString)) });

import { application, context, optional, raw, sequence } from '../wire/der.ts';
import { int32 } from '../wire/der-primitives.ts';
import { generalString } from '../wire/der-strings.ts';
import { generalizedTime } from '../wire/der-time.ts';
import { principalName } from '../x509/krb5-principal-name.ts';
import { TICKET } from './kdc-request.ts';
import { authorizationData, checksum, encryptedData, encryptionKey, kerberosFlags, uint32 } from './kerberos-primitives.ts';

/** AP-REQ, RFC 4120 5.5.1; the ticket is carried whole. */
export const apReq = application(
  14,
  sequence({
    pvno: context(0, int32),
    msgType: context(1, int32),
    apOptions: context(2, kerberosFlags),
    ticket: context(3, raw(TICKET)),
    authenticator: context(4, encryptedData),
  }),
);
/** Authenticator, RFC 4120 5.5.1. */
export const authenticator = application(
  2,
  sequence({
    authenticatorVno: context(0, int32),
    crealm: context(1, generalString),
    cname: context(2, principalName),
    cksum: optional(context(3, checksum)),
    cusec: context(4, int32),
    ctime: context(5, generalizedTime),
    subkey: optional(context(6, encryptionKey)),
    seqNumber: optional(context(7, uint32)),
    authorizationData: optional(context(8, authorizationData)),
  }),
);
/** AP-REP, RFC 4120 5.5.2. */
export const apRep = application(
  15,
  sequence({ pvno: context(0, int32), msgType: context(1, int32), encPart: context(2, encryptedData) }),
);
/** EncAPRepPart, RFC 4120 5.5.2. */
export const encApRepPart = application(
  27,
  sequence({
    ctime: context(0, generalizedTime),
    cusec: context(1, int32),
    subkey: optional(context(2, encryptionKey)),
    seqNumber: optional(context(3, uint32)),
  }),
);

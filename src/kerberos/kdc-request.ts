import type { Value } from '../wire/codec.ts';
import { application, context, optional, raw, sequence, sequenceOf } from '../wire/der.ts';
import { int32 } from '../wire/der-primitives.ts';
import { generalString } from '../wire/der-strings.ts';
import { generalizedTime } from '../wire/der-time.ts';
import { principalName } from '../x509/krb5-principal-name.ts';
import { encryptedData, hostAddresses, kerberosFlags, uint32 } from './kerberos-primitives.ts';
import { paData } from './pa-data.ts';

export const KERBEROS_VERSION = 5;
/** Message types, RFC 4120 7.5.7. */
export const messageType = { asReq: 10, asRep: 11, tgsReq: 12, tgsRep: 13, apReq: 14, apRep: 15, krbError: 30 } as const;
/** The identifier octet of a Ticket, [APPLICATION 1]; tickets are carried whole. */
export const TICKET = 0x61;

/** KDC-REQ-BODY, RFC 4120 5.4.1. */
export const kdcReqBody = sequence({
  kdcOptions: context(0, kerberosFlags),
  cname: optional(context(1, principalName)),
  realm: context(2, generalString),
  sname: optional(context(3, principalName)),
  from: optional(context(4, generalizedTime)),
  till: context(5, generalizedTime),
  rtime: optional(context(6, generalizedTime)),
  nonce: context(7, uint32),
  etype: context(8, sequenceOf(int32, 32)),
  addresses: optional(context(9, hostAddresses)),
  encAuthorizationData: optional(context(10, encryptedData)),
  additionalTickets: optional(context(11, sequenceOf(raw(TICKET), 4))),
});
export type KdcReqBody = Value<typeof kdcReqBody>;

/** KDC-REQ, RFC 4120 5.4.1; the body is carried as it was encoded, since checksums are made over just that. */
const kdcReq = sequence({
  pvno: context(1, int32),
  msgType: context(2, int32),
  padata: optional(context(3, sequenceOf(paData, 64))),
  reqBody: context(4, raw(0x30)),
});
export const asReq = application(10, kdcReq);
export const tgsReq = application(12, kdcReq);

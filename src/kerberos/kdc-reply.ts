import type { Value } from '../wire/codec.ts';
import { application, choice, context, optional, raw, sequence, sequenceOf } from '../wire/der.ts';
import { int32 } from '../wire/der-primitives.ts';
import { generalString } from '../wire/der-strings.ts';
import { generalizedTime } from '../wire/der-time.ts';
import { principalName } from '../x509/krb5-principal-name.ts';
import { TICKET } from './kdc-request.ts';
import { encryptedData, encryptionKey, hostAddresses, kerberosFlags, uint32 } from './kerberos-primitives.ts';
import { paData } from './pa-data.ts';

/** Ticket, RFC 4120 5.3: what of it is in clear. */
export const ticket = application(
  1,
  sequence({
    tktVno: context(0, int32),
    realm: context(1, generalString),
    sname: context(2, principalName),
    encPart: context(3, encryptedData),
  }),
);
/** KDC-REP, RFC 4120 5.4.2; the ticket is carried whole. */
const kdcRep = sequence({
  pvno: context(0, int32),
  msgType: context(1, int32),
  padata: optional(context(2, sequenceOf(paData, 64))),
  crealm: context(3, generalString),
  cname: context(4, principalName),
  ticket: context(5, raw(TICKET)),
  encPart: context(6, encryptedData),
});
export type KdcRep = Value<typeof kdcRep>;
export const asRep = application(11, kdcRep);
export const tgsRep = application(13, kdcRep);

/** EncKDCRepPart, RFC 4120 5.4.2 and RFC 6806 11. */
const encKdcRepPart = sequence({
  key: context(0, encryptionKey),
  lastReq: context(1, sequenceOf(sequence({ lrType: context(0, int32), lrValue: context(1, generalizedTime) }), 64)),
  nonce: context(2, uint32),
  keyExpiration: optional(context(3, generalizedTime)),
  flags: context(4, kerberosFlags),
  authtime: context(5, generalizedTime),
  starttime: optional(context(6, generalizedTime)),
  endtime: context(7, generalizedTime),
  renewTill: optional(context(8, generalizedTime)),
  srealm: context(9, generalString),
  sname: context(10, principalName),
  caddr: optional(context(11, hostAddresses)),
  encryptedPaData: optional(context(12, sequenceOf(paData, 64))),
});
export type EncKdcRepPart = Value<typeof encKdcRepPart>;
export const encAsRepPart = application(25, encKdcRepPart);
export const encTgsRepPart = application(26, encKdcRepPart);
/** Some KDCs put the other's tag into an AS-REP (RFC 4120 5.4.2 tells clients to expect it). */
export const anyEncKdcRepPart = choice({ as: encAsRepPart, tgs: encTgsRepPart });

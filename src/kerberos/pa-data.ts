import type { Value } from '../wire/codec.ts';
import { context, octetString, sequence, sequenceOf } from '../wire/der.ts';
import { boolean, int32 } from '../wire/der-primitives.ts';
import { kerberosFlags } from './kerberos-primitives.ts';

/** Pre-authentication data types (IANA "Pre-authentication and Typed Data") that are spoken here. */
export const paType = {
  tgsReq: 1,
  pkAsReq: 16,
  pkAsRep: 17,
  etypeInfo2: 19,
  pacRequest: 128,
  fxCookie: 133,
  fxFast: 136,
  asFreshness: 150,
  pacOptions: 167,
} as const;
/** Typed data of PKINIT errors: RFC 4556 3.1.3, RFC 8636 4 and 6. */
export const tdType = {
  trustedCertifiers: 104,
  invalidCertificates: 105,
  dhParameters: 109,
  cmsDigestAlgorithms: 111,
  certDigestAlgorithms: 112,
} as const;

/** PA-DATA, RFC 4120 5.2.7. */
export const paData = sequence({ padataType: context(1, int32), padataValue: context(2, octetString) });
export type PaData = Value<typeof paData>;
/** METHOD-DATA, RFC 4120 5.2.7. */
export const methodData = sequenceOf(paData, 64);
/** TYPED-DATA, RFC 4120 5.9.1. */
export const typedData = sequenceOf(sequence({ dataType: context(0, int32), dataValue: context(1, octetString) }), 64);
/** KERB-PA-PAC-REQUEST, [MS-KILE] 2.2.3. */
export const pacRequest = sequence({ includePac: context(0, boolean) });
/** PA-PAC-OPTIONS, [MS-KILE] 2.2.10. */
export const pacOptions = sequence({ flags: context(0, kerberosFlags) });
/** The value of the first item of a type. */
export const paDataOf = (list: readonly PaData[] | undefined, type: number): Uint8Array | undefined =>
  list?.find((p) => p.padataType === type)?.padataValue;

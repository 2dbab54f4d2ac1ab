import { encode } from '../wire/codec.ts';
import { context, type Der, defaulted, implicit, octetString, optional, sequence, sequenceOf } from '../wire/der.ts';
import { boolean, enumerated, int32, namedBits, objectIdentifier } from '../wire/der-primitives.ts';
import { ia5String } from '../wire/der-strings.ts';
import { oid } from './oid.ts';

/** Extension, RFC 5280 4.1. */
export const extension = sequence({ extnID: objectIdentifier, critical: defaulted(boolean, false), extnValue: octetString });

export interface EncodedExtension {
  readonly id: string;
  readonly critical: boolean;
  /** DER of the extension's own type. */
  readonly value: Uint8Array;
}
const extend = <T>(id: string, type: Der<T>, value: T, critical = false): EncodedExtension => ({
  id,
  critical,
  value: encode(type, value),
});
export const encodeExtension = ({ id, critical, value }: EncodedExtension): Uint8Array =>
  encode(extension, { extnID: id, critical, extnValue: value });

/** uniformResourceIdentifier of GeneralName, RFC 5280 4.2.1.6. */
export const uriName = implicit(6, ia5String);
const authorityKeyId = sequence({ keyIdentifier: implicit(0, octetString) });
const accessDescriptions = sequenceOf(sequence({ accessMethod: objectIdentifier, accessLocation: uriName }));
const distributionPoints = sequenceOf(sequence({ distributionPoint: context(0, implicit(0, sequenceOf(uriName))) }));
const basicConstraintsType = sequence({ cA: defaulted(boolean, false), pathLenConstraint: optional(int32) });

/** Bits of KeyUsage, RFC 5280 4.2.1.3. */
export const keyUsageBit = { digitalSignature: 0, keyEncipherment: 2, keyCertSign: 5, cRLSign: 6 } as const;

export const keyUsage = (...bits: readonly number[]): EncodedExtension => extend(oid.keyUsage, namedBits, bits, true);
export const extKeyUsage = (purposes: readonly string[]): EncodedExtension =>
  extend(oid.extKeyUsage, sequenceOf(objectIdentifier), [...purposes]);
export const basicConstraints = (pathLenConstraint: number | undefined): EncodedExtension =>
  extend(oid.basicConstraints, basicConstraintsType, { cA: true, pathLenConstraint }, true);
export const subjectKeyIdentifier = (keyId: Uint8Array): EncodedExtension => extend(oid.subjectKeyIdentifier, octetString, keyId);
export const authorityKeyIdentifier = (keyId: Uint8Array): EncodedExtension =>
  extend(oid.authorityKeyIdentifier, authorityKeyId, { keyIdentifier: keyId });
/** One DistributionPoint whose fullName lists every place the same CRL is to be had, in the order to try them. */
export const cRLDistributionPoint = (urls: readonly string[]): EncodedExtension =>
  extend(oid.cRLDistributionPoints, distributionPoints, [{ distributionPoint: [...urls] }]);
/** caIssuers only: Windows asks an OCSP URL first and waits for it. */
export const authorityInfoAccess = (caIssuers: readonly string[]): EncodedExtension =>
  extend(
    oid.authorityInfoAccess,
    accessDescriptions,
    caIssuers.map((url) => ({ accessMethod: oid.caIssuers, accessLocation: url })),
  );
export const cRLNumber = (number: number): EncodedExtension => extend(oid.cRLNumber, int32, number);
/** Extension of a CRL's entry, RFC 5280 5.3.1. */
export const cRLReason = (code: number): EncodedExtension => extend(oid.cRLReason, enumerated, code);

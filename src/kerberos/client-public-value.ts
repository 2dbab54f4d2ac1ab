import { type KeyAgreementGroup, modpParameters } from '../crypto/key-agreement.ts';
import { decode, encode } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import { compareBytes } from '../wire/der.ts';
import { objectIdentifier, unsignedInteger } from '../wire/der-primitives.ts';
import { oid } from '../x509/oid.ts';
import { subjectPublicKeyInfo } from '../x509/public-key.ts';
import { algorithmIdentifiers, domainParameters, pkinitOid } from './pkinit.ts';

/** The groups a KDC may ask for instead of ours, best first. Smaller ones do not exist here. */
const offered: readonly KeyAgreementGroup[] = ['modp-14', 'p-256', 'modp-16'];

function algorithmOf(group: KeyAgreementGroup): { algorithm: string; parameters: Uint8Array } {
  const modp = modpParameters(group);
  return modp
    ? { algorithm: pkinitOid.dhPublicNumber, parameters: encode(domainParameters, modp) }
    : { algorithm: oid.idEcPublicKey, parameters: encode(objectIdentifier, oid.secp256r1) };
}
/**
 * clientPublicValue: SubjectPublicKeyInfo of RFC 3279 2.3.3 with an INTEGER inside, or the bare point of RFC 5349 3.
 * @param publicValue the magnitude of y, or the uncompressed point
 */
export function clientPublicValue(group: KeyAgreementGroup, publicValue: Uint8Array): Uint8Array {
  const subjectPublicKey = modpParameters(group) ? encode(unsignedInteger, publicValue) : publicValue;
  return encode(subjectPublicKeyInfo, { algorithm: algorithmOf(group), subjectPublicKey });
}
/** What `subjectPublicKey` of KDCDHKeyInfo carries. @throws DecodeError */
export const kdcPublicValue = (group: KeyAgreementGroup, subjectPublicKey: Uint8Array): Uint8Array =>
  modpParameters(group) ? decode(unsignedInteger, subjectPublicKey) : subjectPublicKey;

function isGroup(
  group: KeyAgreementGroup,
  { algorithm, parameters }: { algorithm: string; parameters?: Uint8Array | undefined },
) {
  const ours = algorithmOf(group);
  if (algorithm !== ours.algorithm || !parameters) return false;
  const modp = modpParameters(group);
  if (!modp) return compareBytes(parameters, ours.parameters) === 0;
  // q, j and the rest are the KDC's to write or to leave out.
  const { p, g } = decode(domainParameters, parameters);
  return compareBytes(p, modp.p) === 0 && compareBytes(g, modp.g) === 0;
}
/** The first group of TD-DH-PARAMETERS (RFC 4556 3.1.4) that exists here and has not been refused; what cannot be read names none. */
export function groupAskedFor(dhParameters: Uint8Array, refused: readonly KeyAgreementGroup[]): KeyAgreementGroup | undefined {
  try {
    const algorithms = decode(algorithmIdentifiers, dhParameters);
    return offered.find((group) => !refused.includes(group) && algorithms.some((algorithm) => isGroup(group, algorithm)));
  } catch (e) {
    if (e instanceof DecodeError) return undefined;
    throw e;
  }
}

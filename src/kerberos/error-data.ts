import { type Codec, decode } from '../wire/codec.ts';
import { ByteReader, DecodeError } from '../wire/cursor.ts';
import { context, extensible, implicit, octetString, optional, sequenceOf } from '../wire/der.ts';
import { toHex } from '../wire/hex.ts';
import { issuerAndSerialNumber } from '../x509/cms.ts';
import { digestAlgorithms } from '../x509/digest-algorithm.ts';
import { nameText } from '../x509/name-text.ts';
import { oid } from '../x509/oid.ts';
import { algorithmIdentifier } from '../x509/public-key.ts';
import { type KrbError, kerbErrorData } from './krb-error.ts';
import { methodData, type PaData, tdType, typedData } from './pa-data.ts';
import { algorithmIdentifiers, domainParameters, pkinitOid } from './pkinit.ts';

/** What the e-data of a KRB-ERROR says, as far as it can be understood. Nothing of it is authentic. */
export interface ErrorData {
  /** NTSTATUS or HRESULT: what a domain controller gives as the true reason. */
  readonly status: number | undefined;
  readonly methodData: readonly PaData[];
  /** Those a KDC trusts, or those it cannot use; as people read them. */
  readonly trustedCertifiers: readonly string[];
  readonly invalidCertificates: readonly string[];
  /** What the KDC would take, best first: `MODP of 2048 bits`, `SHA-256`, or an object identifier. */
  readonly groups: readonly string[];
  readonly digests: readonly string[];
}
/** KERB_EXT_ERROR, [MS-KILE] 2.2.1: status, reserved, flags; all little-endian. */
const EXTENDED_ERROR = 3;
const EXTENDED_ERROR_LENGTH = 12;
const FAILURE = 0x8000_0000;

/** ExternalPrincipalIdentifier, RFC 4556 3.2.1. */
const externalPrincipalIdentifiers = sequenceOf(
  extensible({
    subjectName: optional(implicit(0, octetString)),
    issuerAndSerialNumber: optional(implicit(1, octetString)),
    subjectKeyIdentifier: optional(implicit(2, octetString)),
  }),
  64,
);
/** TD-CERT-DIGEST-ALGORITHMS, RFC 8636 4. */
const certDigestAlgorithms = extensible({
  allowedAlgorithms: context(0, algorithmIdentifiers),
  rejectedAlgorithm: optional(context(1, algorithmIdentifier)),
});

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (e) {
    if (e instanceof DecodeError) return undefined;
    throw e;
  }
}
const read = <T>(codec: Codec<T>, bytes: Uint8Array | undefined): T | undefined => bytes && readable(() => decode(codec, bytes));

/** Known by name, by issuer and number, or by key: whichever comes first. */
function principalTexts(bytes: Uint8Array | undefined): string[] {
  const known = read(externalPrincipalIdentifiers, bytes) ?? [];
  return known.flatMap(({ subjectName, issuerAndSerialNumber: numbered, subjectKeyIdentifier }) => {
    const name = subjectName && readable(() => nameText(subjectName));
    const number = read(issuerAndSerialNumber, numbered);
    const issuer = number && readable(() => nameText(number.issuer));
    if (name) return [name];
    if (number && issuer) return [`${toHex(number.serialNumber)} of ${issuer}`];
    return subjectKeyIdentifier ? [`key ${toHex(subjectKeyIdentifier)}`] : [];
  });
}
interface Algorithm {
  readonly algorithm: string;
  readonly parameters?: Uint8Array | undefined;
}
function groupText({ algorithm, parameters }: Algorithm): string {
  const modp = algorithm === pkinitOid.dhPublicNumber ? read(domainParameters, parameters) : undefined;
  if (modp) return `MODP of ${modp.p.length * 8} bits`;
  // An object identifier of 8 octets, DER: 1.2.840.10045.3.1.7.
  return algorithm === oid.idEcPublicKey && parameters && toHex(parameters) === '06082a8648ce3d030107' ? 'P-256' : algorithm;
}
const digestText = ({ algorithm }: Algorithm): string =>
  digestAlgorithms.find((d) => [d.algorithm, d.withRsa, d.withEcdsa].includes(algorithm))?.name ?? algorithm;

interface Item {
  readonly type: number;
  readonly value: Uint8Array;
}
/** Both forms of a list: the specifications say TYPED-DATA for PKINIT (RFC 4556 3.1.3), and KDCs send METHOD-DATA, too. */
function itemsOf(eData: Uint8Array | undefined, hints: readonly PaData[]): readonly Item[] {
  if (hints.length > 0) return hints.map(({ padataType: type, padataValue: value }) => ({ type, value }));
  return (read(typedData, eData) ?? []).map(({ dataType: type, dataValue: value }) => ({ type, value }));
}
/**
 * A domain controller sends KERB-ERROR-DATA alone. Samba's puts the same into METHOD-DATA, where type 3 is also the salt of a password
 * (RFC 4120 5.2.7.3): text, which never reads as a failure.
 */
function statusOf(eData: Uint8Array | undefined, items: readonly Item[]): number | undefined {
  const alone = read(kerbErrorData, eData);
  if (alone) {
    const { dataType, dataValue } = alone;
    return dataType === EXTENDED_ERROR && dataValue && 4 <= dataValue.length
      ? new ByteReader(dataValue).u32(true) || undefined
      : undefined;
  }
  const among = items.find(({ type, value }) => type === EXTENDED_ERROR && value.length === EXTENDED_ERROR_LENGTH);
  const status = among && new ByteReader(among.value).u32(true);
  return status !== undefined && FAILURE <= status ? status : undefined;
}
/** Never throws: what cannot be read says nothing. */
export function readErrorData({ eData }: Pick<KrbError, 'eData'>): ErrorData {
  const hints = read(methodData, eData) ?? [];
  const items = itemsOf(eData, hints);
  const itemOf = (type: number) => items.find((item) => item.type === type)?.value;
  const inCms = read(algorithmIdentifiers, itemOf(tdType.cmsDigestAlgorithms)) ?? [];
  const inCertificates = read(certDigestAlgorithms, itemOf(tdType.certDigestAlgorithms))?.allowedAlgorithms ?? [];
  return {
    status: statusOf(eData, items),
    methodData: hints,
    trustedCertifiers: principalTexts(itemOf(tdType.trustedCertifiers)),
    invalidCertificates: principalTexts(itemOf(tdType.invalidCertificates)),
    groups: (read(algorithmIdentifiers, itemOf(tdType.dhParameters)) ?? []).map(groupText),
    digests: [...inCms, ...inCertificates].map(digestText),
  };
}

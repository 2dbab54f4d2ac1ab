import { encode } from '../wire/codec.ts';
import { any, context, type Der, implicit, octetString, sequence, sequenceOf, setOf } from '../wire/der.ts';
import { bitString, int32, objectIdentifier, unsignedInteger } from '../wire/der-primitives.ts';
import { printableString, utf8String } from '../wire/der-strings.ts';
import { time, type UnixSeconds } from '../wire/der-time.ts';
import {
  authorityInfoAccess,
  authorityKeyIdentifier,
  cRLDistributionPoint,
  type EncodedExtension,
  encodeExtension,
  extKeyUsage,
  keyUsage,
  keyUsageBit,
  subjectKeyIdentifier,
  uriName,
} from './extensions.ts';
import { oid } from './oid.ts';
import { keyIdentifier } from './public-key.ts';

/** Where the account's SID stands: the extension of KB5014754, the SAN URI that Server 2019 and later read, or both. */
export type SidPlacement = 'extension' | 'uri' | 'both';

/** Everything a logon certificate says, before it is bytes. */
export interface LogonCertificate {
  /** Positive, without leading zero octets. */
  readonly serialNumber: Uint8Array;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  /** commonName of the subject: the account as people read it. */
  readonly account: string;
  /** serialNumber of the subject: no two cards share issuer and subject. */
  readonly cardId: string;
  readonly subjectPublicKeyInfo: Uint8Array;
  readonly userPrincipalName: string;
  /** `S-1-5-21-…` */
  readonly sid: string;
  readonly extendedKeyUsage: readonly string[];
}
/** What all certificates of one issuing CA share. */
export interface LogonIssuer {
  /** Name, DER, byte for byte the subject of the CA certificate. */
  readonly subject: Uint8Array;
  readonly keyId: Uint8Array;
  /** AlgorithmIdentifier, DER. */
  readonly signatureAlgorithm: Uint8Array;
  /** URLs of the one distribution point, in the order Windows shall try them. */
  readonly crlUrls: readonly string[];
  readonly caIssuerUrls: readonly string[];
  readonly sidPlacement: SidPlacement;
}

const validity = sequence({ notBefore: time, notAfter: time });
const attribute = <T>(text: Der<T>) => sequence({ type: objectIdentifier, value: text });
const commonName = attribute(utf8String);
const serialNumber = attribute(printableString);
const name = sequenceOf(setOf(any));
const otherName = <T>(value: Der<T>) => implicit(0, sequence({ typeId: objectIdentifier, value: context(0, value) }));
const principalName = otherName(utf8String);
const objectSid = otherName(octetString);
const generalNames = sequenceOf(any);

/** TBSCertificate, RFC 5280 4.1.2, version 3. */
const tbsCertificate = sequence({
  version: context(0, int32),
  serialNumber: unsignedInteger,
  signature: any,
  issuer: any,
  validity,
  subject: any,
  subjectPublicKeyInfo: any,
  extensions: context(3, sequenceOf(any)),
});
/** Certificate, RFC 5280 4.1. */
const certificate = sequence({ tbsCertificate: any, signatureAlgorithm: any, signature: bitString });

const ascii = new TextEncoder();

function subjectName(account: string, cardId: string): Uint8Array {
  return encode(name, [
    [encode(commonName, { type: oid.commonName, value: account })],
    [encode(serialNumber, { type: oid.serialNumber, value: cardId })],
  ]);
}
function subjectAltName({ userPrincipalName, sid }: LogonCertificate, placement: SidPlacement): EncodedExtension {
  const names = [encode(principalName, { typeId: oid.ntPrincipalName, value: userPrincipalName })];
  if (placement !== 'extension') names.push(encode(uriName, `tag:microsoft.com,2022-09-14:sid:${sid}`));
  return { id: oid.subjectAltName, critical: false, value: encode(generalNames, names) };
}
/** szOID_NTDS_CA_SECURITY_EXT, [MS-WCCE] 2.2.2.7.7.4. */
function securityIdentifier(sid: string): EncodedExtension {
  const value = encode(generalNames, [encode(objectSid, { typeId: oid.ntdsObjectSid, value: ascii.encode(sid) })]);
  return { id: oid.ntdsCaSecurityExt, critical: false, value };
}

/** Writes the bytes to be signed, for one issuing CA: what all its certificates share is encoded once. */
export function logonCertificateWriter(issuer: LogonIssuer): (certificate: LogonCertificate) => Uint8Array {
  const usage = encodeExtension(keyUsage(keyUsageBit.digitalSignature));
  const shared = [authorityKeyIdentifier(issuer.keyId)];
  if (issuer.crlUrls.length > 0) shared.push(cRLDistributionPoint(issuer.crlUrls));
  if (issuer.caIssuerUrls.length > 0) shared.push(authorityInfoAccess(issuer.caIssuerUrls));
  const sharedEncoded = shared.map(encodeExtension);
  return (c) => {
    const own = [
      extKeyUsage(c.extendedKeyUsage),
      subjectAltName(c, issuer.sidPlacement),
      ...(issuer.sidPlacement === 'uri' ? [] : [securityIdentifier(c.sid)]),
      subjectKeyIdentifier(keyIdentifier(c.subjectPublicKeyInfo)),
    ];
    return encode(tbsCertificate, {
      version: 2,
      serialNumber: c.serialNumber,
      signature: issuer.signatureAlgorithm,
      issuer: issuer.subject,
      validity: { notBefore: c.notBefore, notAfter: c.notAfter },
      subject: subjectName(c.account, c.cardId),
      subjectPublicKeyInfo: c.subjectPublicKeyInfo,
      extensions: [usage, ...own.map(encodeExtension), ...sharedEncoded],
    });
  };
}
/** Puts the CA's signature (as it stands in the BIT STRING) under what was signed. */
export const signedCertificate = (tbs: Uint8Array, signatureAlgorithm: Uint8Array, signature: Uint8Array): Uint8Array =>
  encode(certificate, { tbsCertificate: tbs, signatureAlgorithm, signature });

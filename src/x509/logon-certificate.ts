import { type Codec, encode } from '../wire/codec.ts';
import { DecodeError } from '../wire/cursor.ts';
import { any, context, type Der, implicit, octetString, optional, sequence, sequenceOf, tagged } from '../wire/der.ts';
import { bitString, int32, objectIdentifier, unsignedInteger } from '../wire/der-primitives.ts';
import { printableString, utf8String } from '../wire/der-strings.ts';
import { time, type UnixSeconds } from '../wire/der-time.ts';
import {
  authorityInfoAccess,
  authorityKeyIdentifier,
  cRLDistributionPoint,
  encodeExtension,
  keyUsage,
  keyUsageBit,
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

/** A value behind the identifier that says what it is; another identifier is refused. */
const identified = <T>(id: string, value: Codec<T>): Codec<T> => ({
  read(r) {
    const at = r.at;
    const got = objectIdentifier.read(r);
    if (got !== id) throw new DecodeError(`expected identifier ${id}, got ${got}`, at);
    return value.read(r);
  },
  write(w, v) {
    objectIdentifier.write(w, id);
    value.write(w, v);
  },
});
/** RelativeDistinguishedName of one attribute, RFC 5280 4.1.2.4. */
const relativeName = <T>(id: string, text: Der<T>) => tagged(0x31, tagged(0x30, identified(id, text)));
/** otherName of GeneralName, RFC 5280 4.2.1.6. */
const otherName = <T>(id: string, value: Der<T>) => implicit(0, tagged(0x30, identified(id, context(0, value))));
/** Extension that is not critical, RFC 5280 4.1. */
const extension = <T>(id: string, value: Der<T>) => tagged(0x30, identified(id, tagged(0x04, value)));

/** TBSCertificate, RFC 5280 4.1.2, version 3, as this profile has it. */
const tbsCertificate = sequence({
  version: context(0, int32),
  serialNumber: unsignedInteger,
  signature: any,
  issuer: any,
  validity: sequence({ notBefore: time, notAfter: time }),
  subject: sequence({
    commonName: relativeName(oid.commonName, utf8String),
    serialNumber: relativeName(oid.serialNumber, printableString),
  }),
  subjectPublicKeyInfo: any,
  extensions: context(
    3,
    sequence({
      keyUsage: any,
      extKeyUsage: extension(oid.extKeyUsage, sequenceOf(objectIdentifier)),
      subjectAltName: extension(
        oid.subjectAltName,
        sequence({ principalName: otherName(oid.ntPrincipalName, utf8String), sid: optional(uriName) }),
      ),
      /** szOID_NTDS_CA_SECURITY_EXT, [MS-WCCE] 2.2.2.7.7.4: the SID as text in octets. */
      securityIdentifier: optional(
        extension(oid.ntdsCaSecurityExt, sequence({ objectSid: otherName(oid.ntdsObjectSid, octetString) })),
      ),
      subjectKeyIdentifier: extension(oid.subjectKeyIdentifier, octetString),
      authorityKeyIdentifier: any,
      cRLDistributionPoints: optional(any),
      authorityInfoAccess: optional(any),
    }),
  ),
});
/** Certificate, RFC 5280 4.1. */
const certificate = sequence({ tbsCertificate: any, signatureAlgorithm: any, signature: bitString });

const ascii = new TextEncoder();

/** Writes the bytes to be signed, for one issuing CA: what all its certificates share is encoded once. */
export function logonCertificateWriter(issuer: LogonIssuer): (certificate: LogonCertificate) => Uint8Array {
  const { crlUrls, caIssuerUrls, sidPlacement } = issuer;
  const shared = {
    keyUsage: encodeExtension(keyUsage(keyUsageBit.digitalSignature)),
    authorityKeyIdentifier: encodeExtension(authorityKeyIdentifier(issuer.keyId)),
    cRLDistributionPoints: crlUrls.length > 0 ? encodeExtension(cRLDistributionPoint(crlUrls)) : undefined,
    authorityInfoAccess: caIssuerUrls.length > 0 ? encodeExtension(authorityInfoAccess(caIssuerUrls)) : undefined,
  };
  return ({ sid, extendedKeyUsage, userPrincipalName, subjectPublicKeyInfo, ...c }) =>
    encode(tbsCertificate, {
      version: 2,
      serialNumber: c.serialNumber,
      signature: issuer.signatureAlgorithm,
      issuer: issuer.subject,
      validity: c,
      subject: { commonName: c.account, serialNumber: c.cardId },
      subjectPublicKeyInfo,
      extensions: {
        ...shared,
        extKeyUsage: [...extendedKeyUsage],
        subjectAltName: {
          principalName: userPrincipalName,
          sid: sidPlacement === 'extension' ? undefined : `tag:microsoft.com,2022-09-14:sid:${sid}`,
        },
        securityIdentifier: sidPlacement === 'uri' ? undefined : { objectSid: ascii.encode(sid) },
        subjectKeyIdentifier: keyIdentifier(subjectPublicKeyInfo),
      },
    });
}
/** Puts the CA's signature (as it stands in the BIT STRING) under what was signed. */
export const signedCertificate = (tbs: Uint8Array, signatureAlgorithm: Uint8Array, signature: Uint8Array): Uint8Array =>
  encode(certificate, { tbsCertificate: tbs, signatureAlgorithm, signature });

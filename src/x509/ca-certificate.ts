import type { UnixSeconds } from '../wire/der-time.ts';
import { toHex } from '../wire/hex.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { type CertificateFacts, readCertificate } from './certificate.ts';
import { distinguishedName } from './distinguished-name.ts';
import {
  authorityInfoAccess,
  authorityKeyIdentifier,
  basicConstraints,
  cRLDistributionPoint,
  type EncodedExtension,
  extKeyUsage,
  keyUsage,
  keyUsageBit,
  subjectKeyIdentifier,
} from './extensions.ts';
import { libraryDate } from './library-date.ts';
import { librarySigner } from './library-signer.ts';
import { oid } from './oid.ts';
import { keyIdentifier } from './public-key.ts';
import type { Signer } from './signature-algorithm.ts';
import {
  Extension,
  Name,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  X509CertificateGenerator,
} from './x509-library.ts';

/** What a CA certificate of ours says. */
export interface CaCertificateProfile {
  /** RFC 4514 text, or Name in DER to repeat a name byte by byte. */
  readonly subject: string | Uint8Array;
  readonly serialNumber: Uint8Array;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly pathLength: number;
  /** What certificates below may be used for; empty leaves it open. */
  readonly extendedKeyUsage: readonly string[];
  readonly crlUrls: readonly string[];
  readonly caIssuerUrls: readonly string[];
}

const libraryExtension = ({ id, critical, value }: EncodedExtension) => new Extension(id, critical, new Uint8Array(value));
const nameOf = (name: string | Uint8Array) => new Name(new Uint8Array(typeof name === 'string' ? distinguishedName(name) : name));

function caExtensions(profile: Pick<CaCertificateProfile, 'pathLength' | 'extendedKeyUsage' | 'publicKey'>): EncodedExtension[] {
  return [
    basicConstraints(profile.pathLength),
    keyUsage(keyUsageBit.keyCertSign, keyUsageBit.cRLSign),
    ...(profile.extendedKeyUsage.length > 0 ? [extKeyUsage(profile.extendedKeyUsage)] : []),
    subjectKeyIdentifier(keyIdentifier(profile.publicKey)),
  ];
}
/** Makes a CA certificate, self-signed when no issuer is given. */
export async function makeCaCertificate(
  profile: CaCertificateProfile,
  signer: Signer,
  issuer?: Pick<CertificateFacts, 'subject' | 'keyId'>,
): Promise<Uint8Array> {
  const { key, crypto } = librarySigner(signer);
  const extensions = caExtensions(profile);
  if (issuer) extensions.push(authorityKeyIdentifier(issuer.keyId));
  if (profile.crlUrls.length > 0) extensions.push(cRLDistributionPoint(profile.crlUrls));
  if (profile.caIssuerUrls.length > 0) extensions.push(authorityInfoAccess(profile.caIssuerUrls));
  const made = await X509CertificateGenerator.create(
    {
      serialNumber: toHex(profile.serialNumber),
      subject: nameOf(profile.subject),
      issuer: nameOf(issuer?.subject ?? profile.subject),
      notBefore: libraryDate(profile.notBefore),
      notAfter: libraryDate(profile.notAfter),
      publicKey: new Uint8Array(profile.publicKey),
      signingKey: key,
      extensions: extensions.map(libraryExtension),
    },
    crypto,
  );
  // What an editor of names or an odd subject could have broken is noticed here, not at the domain controller.
  return readCertificate(new Uint8Array(made.rawData)).der;
}
/** PKCS #10 request for the same CA, RFC 2986, to be certified by an enterprise CA. */
export async function makeCaRequest(
  profile: Pick<CaCertificateProfile, 'subject' | 'pathLength' | 'extendedKeyUsage' | 'publicKey'>,
  signer: Signer,
): Promise<Uint8Array> {
  const { key, crypto } = librarySigner(signer);
  const request = await Pkcs10CertificateRequestGenerator.create(
    {
      name: nameOf(profile.subject),
      keys: { privateKey: key, publicKey: key },
      signingAlgorithm: key.algorithm,
      extensions: caExtensions(profile).map(libraryExtension),
    },
    crypto,
  );
  return new Uint8Array(request.rawData);
}
/** What a request of ours asked for. @throws MayflyError `request-unreadable` */
export function readCaRequest(der: Uint8Array): { readonly publicKey: Uint8Array; readonly ekuConstraint: boolean } {
  try {
    const request = new Pkcs10CertificateRequest(new Uint8Array(der));
    const ekuConstraint = request.extensions.some(({ type }) => type === oid.extKeyUsage);
    return { publicKey: new Uint8Array(request.publicKey.rawData), ekuConstraint };
  } catch (cause) {
    throw new MayflyError('request-unreadable', 'the certificate request cannot be read', { cause });
  }
}

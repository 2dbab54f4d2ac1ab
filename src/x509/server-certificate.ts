import { encode } from '../wire/codec.ts';
import { sequenceOf } from '../wire/der.ts';
import type { UnixSeconds } from '../wire/der-time.ts';
import { toHex } from '../wire/hex.ts';
import { distinguishedName } from './distinguished-name.ts';
import { type EncodedExtension, extKeyUsage, keyUsage, keyUsageBit, subjectKeyIdentifier } from './extensions.ts';
import { libraryDate } from './library-date.ts';
import { librarySigner } from './library-signer.ts';
import { oid } from './oid.ts';
import { describeKey, keyIdentifier } from './public-key.ts';
import type { Signer } from './signature-algorithm.ts';
import { type GeneralName, generalName } from './subject-alt-name.ts';
import { Extension, Name, X509CertificateGenerator } from './x509-library.ts';

export interface ServerCertificateProfile {
  /** The first of them is the subject's common name. */
  readonly dNSNames: readonly string[];
  /** Four or sixteen octets each. */
  readonly iPAddresses: readonly Uint8Array[];
  readonly serialNumber: Uint8Array;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
}
const subjectAltName = (names: readonly GeneralName[]): EncodedExtension => {
  return { id: oid.subjectAltName, critical: false, value: encode(sequenceOf(generalName), names) };
};
/** Clients of Windows look for both with RSA, though TLS 1.3 knows the first alone; RFC 5480 3 has no encipherment for EC. */
const usesOf = ({ publicKey }: Signer): readonly number[] => {
  const { digitalSignature, keyEncipherment } = keyUsageBit;
  return describeKey(publicKey).type === 'rsa' ? [digitalSignature, keyEncipherment] : [digitalSignature];
};
/** A self-signed certificate for TLS servers, RFC 5280 and RFC 6125: what a service shows that nobody gave another. */
export async function makeServerCertificate(profile: ServerCertificateProfile, signer: Signer): Promise<Uint8Array> {
  const { dNSNames, iPAddresses, serialNumber, notBefore, notAfter } = profile;
  const { key, crypto } = librarySigner(signer);
  const names: GeneralName[] = [
    ...dNSNames.map((value) => ({ kind: 'dNSName' as const, value })),
    ...iPAddresses.map((value) => ({ kind: 'iPAddress' as const, value })),
  ];
  const extensions = [
    subjectAltName(names),
    keyUsage(...usesOf(signer)),
    extKeyUsage([oid.serverAuth]),
    subjectKeyIdentifier(keyIdentifier(signer.publicKey)),
  ];
  const name = new Name(new Uint8Array(distinguishedName(`CN=${dNSNames[0] ?? 'Mayfly'}`)));
  const made = await X509CertificateGenerator.create(
    {
      serialNumber: toHex(serialNumber),
      subject: name,
      issuer: name,
      notBefore: libraryDate(notBefore),
      notAfter: libraryDate(notAfter),
      publicKey: new Uint8Array(signer.publicKey),
      signingKey: key,
      extensions: extensions.map(({ id, critical, value }) => new Extension(id, critical, new Uint8Array(value))),
    },
    crypto,
  );
  return new Uint8Array(made.rawData);
}

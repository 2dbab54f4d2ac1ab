import { X509Certificate } from 'node:crypto';
import { field, identifier, type Node, octets, read, same } from './pkca-checker-der.ts';
import { demand, kdcError } from './pkca-checker-error.ts';

/** The certificate that signed, as far as the KDC looks at it. */
export interface ClientCertificate {
  readonly x509: X509Certificate;
  /** Name, DER. */
  readonly issuer: Uint8Array;
  /** Content of the INTEGER. */
  readonly serialNumber: Uint8Array;
  readonly extensions: ReadonlyMap<string, Uint8Array>;
}
const SMART_CARD_LOGON = '1.3.6.1.4.1.311.20.2.2';
const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2';
const UPN = '1.3.6.1.4.1.311.20.2.3';
const NTDS_OBJECT_SID = '1.3.6.1.4.1.311.25.2.1';
const extension = { keyUsage: '2.5.29.15', subjectAltName: '2.5.29.17', extKeyUsage: '2.5.29.37', sid: '1.3.6.1.4.1.311.25.2' };

export function readCertificate(der: Uint8Array): ClientCertificate {
  // RFC 5280 4.1: version [0], serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo, …, extensions [3].
  const tbs = read(der, 0x30).children[0];
  const [, serialNumber, , issuer] = tbs?.children ?? [];
  const list = tbs && field(tbs, 3);
  const extensions = (list?.children ?? []).map(({ children }) => [identifier(children[0]), octets(children.at(-1))] as const);
  return {
    x509: new X509Certificate(der),
    issuer: issuer?.der ?? der,
    serialNumber: serialNumber?.content ?? der,
    extensions: new Map(extensions),
  };
}
/** Values of one otherName type in GeneralNames, RFC 5280 4.2.1.6. */
function otherNames(names: Uint8Array | undefined, type: string): Node[] {
  const all = names ? read(names, 0x30).children.filter(({ tag }) => tag === 0xa0) : [];
  return all.filter(({ children }) => identifier(children[0]) === type).map((name) => field(name, 0));
}
const utf8 = (octetsOf: Uint8Array) => Buffer.from(octetsOf).toString('utf8');
export const principalNames = ({ extensions }: ClientCertificate): string[] =>
  otherNames(extensions.get(extension.subjectAltName), UPN).map(({ content }) => utf8(content));
/** szOID_NTDS_CA_SECURITY_EXT, [MS-PKCA] 3.1.5.2.1.6. */
export const securityIdentifiers = ({ extensions }: ClientCertificate): string[] =>
  otherNames(extensions.get(extension.sid), NTDS_OBJECT_SID).map(({ content }) => utf8(content));

/**
 * A path to a root, and the issuing CA in the NTAuth store: RFC 4556 3.2.2, and the smart card requirements of Windows.
 * @param time Unix seconds
 */
export function demandTrust(
  leaf: ClientCertificate,
  sent: readonly Uint8Array[],
  { roots, ntAuth, time }: { roots: readonly Uint8Array[]; ntAuth: readonly Uint8Array[]; time: number },
): void {
  const all = [...sent, ...roots, ...ntAuth].map((der) => new X509Certificate(der));
  let at = leaf.x509;
  for (let steps = 0; !roots.some((root) => same(root, at.raw)); steps++) {
    const within = Date.parse(at.validFrom) <= time * 1000 && time * 1000 <= Date.parse(at.validTo);
    demand(within, kdcError.invalidCertificate, 'a certificate of the path is not valid now');
    const issuers = all.filter((issuer) => issuer.ca && at.checkIssued(issuer) && issuer !== at);
    demand(issuers.length > 0 && steps < 8, kdcError.cannotVerifyCertificate, 'there is no path to a root (RFC 4556 3.2.2)');
    const issuer = issuers.find(({ publicKey }) => at.verify(publicKey));
    demand(issuer, kdcError.invalidCertificate, 'the signature of a certificate is wrong (RFC 4556 3.2.2)');
    at = issuer;
  }
  const enterprise = ntAuth
    .map((der) => new X509Certificate(der))
    .some((ca) => leaf.x509.checkIssued(ca) && leaf.x509.verify(ca.publicKey));
  demand(enterprise, kdcError.clientNotTrusted, 'the issuing CA is not in the NTAuth store');
}
/** RFC 4556 3.2.2: digitalSignature; Windows: smart card logon beside client authentication. */
export function demandPurpose({ extensions }: ClientCertificate): void {
  const usage = extensions.get(extension.keyUsage);
  const digitalSignature = usage && ((read(usage, 0x03).content[1] ?? 0) & 0x80) !== 0;
  demand(digitalSignature, kdcError.inconsistentKeyPurpose, 'key usage is not digitalSignature (RFC 4556 3.2.2)');
  const purposes = extensions.get(extension.extKeyUsage);
  const listed = purposes ? read(purposes, 0x30).children.map(identifier) : [];
  const both = [SMART_CARD_LOGON, CLIENT_AUTHENTICATION].every((purpose) => listed.includes(purpose));
  demand(both, kdcError.inconsistentKeyPurpose, 'extended key usage is not smart card logon and client authentication');
}

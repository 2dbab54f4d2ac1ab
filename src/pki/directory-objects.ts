import { aiaObjectName, crlContainerName, crlObjectName, publicKeyServices } from './publication.ts';

/** Who may write an object: an enterprise admin when a CA is published, or Mayfly's own account day by day. */
export type Duty = 'enterprise-admin' | 'service-account';
/** What an object is among those of a CA. */
type Role = 'container' | 'crl' | 'aia' | 'root' | 'ntauth';

/** An object of the directory as it is to be. */
export interface DirectoryObject {
  /** Distinguished name. */
  readonly name: string;
  readonly role: Role;
  readonly objectClass: 'certificationAuthority' | 'cRLDistributionPoint' | 'container';
  /** What it holds of ours; a container holds nothing. */
  readonly value?: {
    readonly attribute: 'cACertificate' | 'certificateRevocationList';
    /** DER. */
    readonly octets: Uint8Array;
    /** `added`: beside the values of others, which are never touched. */
    readonly how: 'added' | 'replaced';
  };
  /** Attributes that the schema demands and nobody reads. */
  readonly fillers: readonly string[];
  readonly duty: Duty;
  /** What it is for, one clause. */
  readonly purpose: string;
}
/** A CA of which certificate and CRL are to be found. */
export interface PublishedCertificate {
  readonly certificate: Uint8Array;
  /** Lower-case hex. */
  readonly keyId: string;
  /** DER; undefined where somebody else makes it. */
  readonly crl: Uint8Array | undefined;
}
export interface PublishedCa {
  readonly issuing: PublishedCertificate;
  /** The root, where it is ours: the issuing CA itself when it is self-signed; undefined below a CA of the enterprise's. */
  readonly root: PublishedCertificate | undefined;
}
/** What certutil writes where the schema demands a CRL and there is none: one octet of zero. */
export const FILLER: Uint8Array = Uint8Array.of(0);

export const ntAuthName = (forest: string): string => `CN=NTAuthCertificates,${publicKeyServices(forest)}`;
const rootName = (keyId: string, forest: string) => `CN=${keyId},CN=Certification Authorities,${publicKeyServices(forest)}`;

const certificate = (role: Role, name: string, octets: Uint8Array, purpose: string): DirectoryObject => ({
  name,
  role,
  objectClass: 'certificationAuthority',
  value: { attribute: 'cACertificate', octets, how: 'added' },
  fillers: ['authorityRevocationList', 'certificateRevocationList'],
  duty: 'enterprise-admin',
  purpose,
});
const revocationList = (name: string, octets: Uint8Array, purpose: string): DirectoryObject => ({
  name,
  role: 'crl',
  objectClass: 'cRLDistributionPoint',
  value: { attribute: 'certificateRevocationList', octets, how: 'replaced' },
  fillers: [],
  duty: 'service-account',
  purpose,
});

/**
 * All that a forest must hold for a CA's certificates to be good for logon, in the order in which it is written: a CRL is there before
 * anybody is told to trust what it speaks of; NTAuth comes last. [MS-PKCA] 3.1.5.2.1, KB281245.
 */
export function directoryObjects({ issuing, root }: PublishedCa, forest: string): readonly DirectoryObject[] {
  const crls = [
    [issuing, 'the CRL of the issuing CA'] as const,
    ...(root && root.keyId !== issuing.keyId ? [[root, 'the CRL of the root'] as const] : []),
  ];
  return [
    {
      name: crlContainerName(forest),
      role: 'container',
      objectClass: 'container',
      fillers: [],
      duty: 'enterprise-admin',
      purpose: 'holds the CRLs of all CA keys of Mayfly',
    },
    ...crls.flatMap(([{ keyId, crl }, purpose]) =>
      crl === undefined ? [] : [revocationList(crlObjectName(keyId, forest), crl, purpose)],
    ),
    certificate('aia', aiaObjectName(issuing.keyId, forest), issuing.certificate, 'lets every machine complete the chain'),
    ...(root
      ? [certificate('root', rootName(root.keyId, forest), root.certificate, 'makes every machine of the forest trust the root')]
      : []),
    certificate('ntauth', ntAuthName(forest), issuing.certificate, 'lets certificates of the issuing CA log on'),
  ];
}

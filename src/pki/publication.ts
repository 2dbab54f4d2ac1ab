/** Where one CA key's CRL and certificate are to be found. */
export interface Publication {
  readonly crlUrls: readonly string[];
  readonly caIssuerUrls: readonly string[];
}
/** Root of the forest (`corp.example`) as a distinguished name, RFC 2247. */
export const forestName = (forest: string): string =>
  forest
    .split('.')
    .map((label) => `DC=${label}`)
    .join(',');
const publicKeyServices = (forest: string) => `CN=Public Key Services,CN=Services,CN=Configuration,${forestName(forest)}`;

/** cRLDistributionPoint object of one CA key: every key has its own, so that no rotation overwrites a CRL in use. */
export const crlObjectName = (keyId: string, forest: string): string => `CN=${keyId},CN=Mayfly,CN=CDP,${publicKeyServices(forest)}`;
const aiaObjectName = (keyId: string, forest: string) => `CN=Mayfly ${keyId},CN=AIA,${publicKeyServices(forest)}`;
/** RFC 4516 URL without a host: every machine asks a domain controller of its own choice. */
const ldapUrl = (name: string, attribute: string, objectClass: string) =>
  `ldap:///${name.replaceAll(' ', '%20')}?${attribute}?base?objectClass=${objectClass}`;

/** LDAP first, HTTP second: members of the forest are served at once, others after one quick failure. */
export function publicationOf(keyId: string, forest: string | undefined, httpBase: string | undefined): Publication {
  const base = httpBase?.replace(/\/+$/, '');
  const crlUrls: string[] = [];
  const caIssuerUrls: string[] = [];
  if (forest !== undefined) {
    crlUrls.push(ldapUrl(crlObjectName(keyId, forest), 'certificateRevocationList', 'cRLDistributionPoint'));
    caIssuerUrls.push(ldapUrl(aiaObjectName(keyId, forest), 'cACertificate', 'certificationAuthority'));
  }
  if (base !== undefined) {
    crlUrls.push(`${base}/crl/${keyId}.crl`);
    caIssuerUrls.push(`${base}/ca/${keyId}.crt`);
  }
  return { crlUrls, caIssuerUrls };
}

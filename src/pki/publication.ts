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
export const configurationName = (forest: string): string => `CN=Configuration,${forestName(forest)}`;
export const publicKeyServices = (forest: string): string => `CN=Public Key Services,CN=Services,${configurationName(forest)}`;
/** Ours below CN=CDP: all that the account of the daily work may write lies in it. */
export const crlContainerName = (forest: string): string => `CN=Mayfly,CN=CDP,${publicKeyServices(forest)}`;

/** cRLDistributionPoint object of one CA key: every key has its own, so that no rotation overwrites a CRL in use. */
export const crlObjectName = (keyId: string, forest: string): string => `CN=${keyId},${crlContainerName(forest)}`;
export const aiaObjectName = (keyId: string, forest: string): string => `CN=${keyId},CN=AIA,${publicKeyServices(forest)}`;
/** RFC 4516 URL without a host: every machine asks a domain controller of its own choice. */
const ldapUrl = (name: string, attribute: string, objectClass: string) =>
  `ldap:///${name.replaceAll(' ', '%20')}?${attribute}?base?objectClass=${objectClass}`;

/**
 * CRL: LDAP first, HTTP second, so that members of the forest are served at once and others after one quick failure. Issuer: one
 * URL is enough for a certificate that Windows seldom has to fetch, and every octet of a card's certificate is read in round trips.
 */
export function publicationOf(keyId: string, forest: string | undefined, httpBase: string | undefined): Publication {
  const base = httpBase?.replace(/\/+$/, '');
  const ldap =
    forest === undefined
      ? undefined
      : {
          crl: ldapUrl(crlObjectName(keyId, forest), 'certificateRevocationList', 'cRLDistributionPoint'),
          issuer: ldapUrl(aiaObjectName(keyId, forest), 'cACertificate', 'certificationAuthority'),
        };
  const http = base === undefined ? undefined : { crl: `${base}/crl/${keyId}.crl`, issuer: `${base}/ca/${keyId}.crt` };
  const given = (url: string | undefined) => (url === undefined ? [] : [url]);
  return { crlUrls: [...given(ldap?.crl), ...given(http?.crl)], caIssuerUrls: given(http?.issuer ?? ldap?.issuer) };
}

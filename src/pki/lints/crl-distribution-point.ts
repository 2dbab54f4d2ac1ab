import type { Lint } from '../lint.ts';

const loopback = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/i;

/** What keeps Windows from fetching a CRL by this URL; nothing when it can. */
export function crlUrlFault(url: string): string | undefined {
  if (url.startsWith('ldap:///')) return undefined;
  const host = /^([a-z]+):\/\/(\[[^\]]*\]|[^/:]+)/i.exec(url);
  if (host?.[1]?.toLowerCase() !== 'http') return `Windows fetches CRLs by ldap and http only, not by ${url}`;
  return loopback.test(host[2] ?? '') ? `a domain controller cannot reach ${url}` : undefined;
}
/** Domain controllers and hosts refuse a logon certificate whose revocation they cannot look up. */
export const crlDistributionPoint: Lint = {
  name: 'crl-distribution-point',
  source: 'RFC 5280 4.2.1.13; KB281245',
  check(_, { issuer }) {
    if (issuer.lab) return undefined;
    if (issuer.crlUrls.length === 0) return 'there is no CRL distribution point';
    return issuer.crlUrls.map(crlUrlFault).find((fault) => fault !== undefined);
  },
};

import type { Lint } from '../lint.ts';

/** Hosts as the URL parser writes them: `127.1`, `0x7f000001` and `[0:0:0:0:0:0:0:1]` have become what they stand for. */
const loopback = /^(localhost|.*\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:(7f[\da-f]{2}:[\da-f]+|0:0)\])\.?$/;

/** What keeps Windows from fetching a CRL by this URL; nothing when it can. */
export function crlUrlFault(url: string): string | undefined {
  // What RFC 3986 leaves out is read differently by different parsers: a backslash ends the host here and not there.
  if (/[^\x21-\x7e]|["<>\\^`{|}]/.test(url)) return `a URL has only the characters of RFC 3986: ${JSON.stringify(url)}`;
  const [, scheme = '', authority = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(url) ?? [];
  if (!/^(ldap|http)$/i.test(scheme)) return `Windows fetches CRLs by ldap and http only, not by ${url}`;
  // An LDAP URL without a host is asked of a domain controller, RFC 4516 2.
  if (authority === '' && scheme.toLowerCase() === 'ldap') return undefined;
  if (!URL.canParse(`http://${authority}`)) return `there is no host in ${url}`;
  return loopback.test(new URL(`http://${authority}`).hostname) ? `a domain controller cannot reach ${url}` : undefined;
}
/** A CA's URLs are the same for all its certificates: they are judged once. */
const judged = new WeakMap<readonly string[], { readonly fault: string | undefined }>();
function firstFault(urls: readonly string[]): string | undefined {
  const known = judged.get(urls) ?? { fault: urls.map(crlUrlFault).find((fault) => fault !== undefined) };
  judged.set(urls, known);
  return known.fault;
}
/** Domain controllers and hosts refuse a logon certificate whose revocation they cannot look up. */
export const crlDistributionPoint: Lint = {
  name: 'crl-distribution-point',
  source: 'RFC 5280 4.2.1.13; KB281245',
  check(_, { issuer }) {
    if (issuer.lab) return undefined;
    if (issuer.crlUrls.length === 0) return 'there is no CRL distribution point';
    return firstFault(issuer.crlUrls);
  },
};

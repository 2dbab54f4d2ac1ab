import { networkAddress } from '../policy/network-address.ts';

/** Groups of an IPv6 address that name a link: whoever has one address of it has all 2^64 (RFC 4291 2.5.4, RFC 6177). */
const PREFIX = 4;
/** Those that name a site, which may have 65,536 links (RFC 6177). */
const SITE_PREFIX = 3;

/** What one host cannot choose of its address: of IPv4 all, in IPv6's clothes as well, of IPv6 the /64. */
export function subnetOf(address: string): string {
  const known = networkAddress(address);
  // What is no address is one neighbour to all others of its kind.
  if (known === undefined) return '';
  return known.includes(':') ? `${known.split(':').slice(0, PREFIX).join(':')}::/64` : known;
}
/** What one site cannot choose of its address, of IPv6 the /48; undefined: it is no site, but one host. */
export function siteOf(address: string): string | undefined {
  const known = networkAddress(address);
  return known?.includes(':') ? `${known.split(':').slice(0, SITE_PREFIX).join(':')}::/48` : undefined;
}

import { isIP } from 'node:net';
import { MayflyError } from '../wire/mayfly-error.ts';

/** What a host calls itself in the directory (dNSHostName) or the configuration; `undefined` for one that is not known. */
export type RealName = (asked: string) => string | undefined | Promise<string | undefined>;

const dnsName = /^(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))+$/;

/**
 * The name for which the host's account bears TERMSRV/NAME: KDCs issue no ticket for an address, and none for an alias.
 * @throws MayflyError `nla-host-name`
 */
export async function nlaHostName(asked: string, realName: RealName): Promise<string> {
  const known = (await realName(asked))?.toLowerCase();
  const name = known ?? asked.toLowerCase();
  if (dnsName.test(name) && isIP(name) === 0) return name;
  const why = isIP(name) === 0 ? 'no full DNS name' : 'an address, for which no KDC issues a ticket';
  throw new MayflyError('nla-host-name', `"${name}" is ${why}`, {
    next: 'name the host as its account in the directory does (dNSHostName), with the address as `address` of its profile',
  });
}

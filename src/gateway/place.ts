import type { RedirectionTarget } from '../rdp/server-redirection.ts';

/** Where a session is to be had. */
export interface Place {
  readonly host: string;
  /** What leads a broker's or balancer's connection there. */
  readonly routingToken?: Uint8Array | undefined;
  /** The session of that host that is waiting. */
  readonly sessionId?: number | undefined;
}
/** As names of hosts are, and nothing that would be another thing to whoever reads it. */
const hostName = /^[a-z0-9](?:[a-z0-9.-]{0,253}[a-z0-9])?$/;

/**
 * Where a host sends the session: a name, or the same name with a token. An address alone is no name: nothing that is known of a host goes
 * by it. What else is in a redirection (user, domain, password) is not ours to use.
 */
export function placeOf(
  { fqdn, netBiosName, address, routingToken, sessionId }: RedirectionTarget,
  from: string,
): Place | undefined {
  const domain = from.split('.').slice(1).join('.');
  const named = fqdn || (netBiosName && `${netBiosName}.${domain}`);
  const host = named ? named.toLowerCase().replace(/\.$/, '') : from;
  if (!hostName.test(host) || (!named && address && !routingToken)) return undefined;
  return { host, routingToken, sessionId };
}

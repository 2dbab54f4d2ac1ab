import type { SrvRecord } from 'node:dns';
import { CANCELLED, Resolver } from 'node:dns/promises';
import { shownRealm } from '../kerberos/principal-name.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { hostName, type KdcAddress } from './kdc-address.ts';

const MOST_KDCS = 16;
/** Seconds for which an answer is kept: node:dns does not tell what it says of itself. Errors are not kept. */
const KEPT = 60;
/** Milliseconds: for one question to one server, and for the whole search, however many servers there are. */
const PATIENCE = 3_000;
const LIMIT = 10_000;

const wasCancelled = (e: unknown) => e instanceof Error && 'code' in e && e.code === CANCELLED;

/** Order of RFC 2782: by priority; within one, at random by weight. @param random from 0 up to 1 */
export function inOrder(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  const left = records.toSorted((a, b) => a.priority - b.priority || a.weight - b.weight);
  const ordered: SrvRecord[] = [];
  while (left.length > 0) {
    const rivals = left.filter(({ priority }) => priority === left[0]?.priority);
    const drawn = random() * rivals.reduce((sum, { weight }) => sum + weight, 0);
    let sum = 0;
    const at = rivals.findIndex(({ weight }) => {
      sum += weight;
      return drawn <= sum;
    });
    // Rivals stand in front of all others.
    ordered.push(...left.splice(Math.max(0, at), 1));
  }
  return ordered;
}

export interface KdcLocationSettings {
  /** Addresses of DNS servers; the system's unless given. */
  readonly servers?: readonly string[] | undefined;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Seconds. */
  readonly clock: () => number;
  /** Milliseconds for one search. */
  readonly limit?: number;
}
/** A host that offers a service, as SRV records name it. */
export interface Located {
  readonly host: string;
  readonly port: number;
}
/** Finds KDCs and directory servers by DNS: domain controllers first, as Active Directory registers them. */
export class KdcLocation {
  readonly #settings: KdcLocationSettings;
  readonly #kept = new Map<string, { readonly until: number; readonly found: readonly Located[] }>();

  constructor(settings: KdcLocationSettings) {
    this.#settings = settings;
  }
  /** KDCs of a realm, RFC 4120 7.2.3.2. @throws MayflyError `kdc-not-found` */
  async kdcsOf(realm: string): Promise<readonly KdcAddress[]> {
    // A KDC's referral may name any realm: what is no host name is no DNS name to ask for either.
    if (!hostName.test(realm)) throw new MayflyError('kdc-not-found', `realm ${shownRealm(realm)} is no DNS name`);
    const domain = withoutDot(realm);
    const found = await this.#find([`_kerberos._tcp.dc._msdcs.${domain}`, `_kerberos._tcp.${domain}`], (cause) => {
      return new MayflyError('kdc-not-found', `DNS names no KDC of realm ${realm}`, {
        cause,
        next: `configure its KDCs, or register _kerberos._tcp.${domain}`,
      });
    });
    return found.map(({ host, port }) => ({ kind: 'tcp', host, port }));
  }
  /**
   * Domain controllers of a domain, with the port of LDAP in clear; [MS-ADTS] 6.3.2.3. A password goes to whoever is named here and has a
   * certificate for that name, and DNS proves nothing: only hosts of the domain itself count, RFC 6125 6.2.1.
   * @throws MayflyError `directory-not-found`
   */
  async domainControllersOf(domain: string): Promise<readonly Located[]> {
    const name = withoutDot(domain);
    const found = await this.#find([`_ldap._tcp.dc._msdcs.${name}`, `_ldap._tcp.${name}`], (cause) => {
      return new MayflyError('directory-not-found', `DNS names no domain controller of ${domain}`, {
        cause,
        next: `name them as directories[].servers, or register _ldap._tcp.dc._msdcs.${name}`,
      });
    });
    const own = found.filter(({ host }) => withoutDot(host).endsWith(`.${name}`));
    if (own.length > 0) return own;
    throw new MayflyError(
      'directory-not-found',
      `DNS names no host of ${domain} as its domain controller, but ${found[0]?.host}`,
      {
        next: 'where its domain controllers really have names of another domain, write them as directories[].servers',
      },
    );
  }
  async #find(names: readonly [string, string], missing: (cause: unknown) => MayflyError): Promise<readonly Located[]> {
    const { clock } = this.#settings;
    const key = names[0];
    const kept = this.#kept.get(key);
    if (kept && clock() < kept.until) return kept.found;
    const found = await this.#search(names, missing);
    if (this.#kept.size > 256) this.#kept.clear();
    this.#kept.set(key, { until: clock() + KEPT, found });
    return found;
  }
  async #search(names: readonly string[], missing: (cause: unknown) => MayflyError): Promise<readonly Located[]> {
    const { servers = [], limit = LIMIT } = this.#settings;
    const resolver = new Resolver({ timeout: PATIENCE, tries: 2 });
    if (servers.length > 0) resolver.setServers(servers);
    const late = setTimeout(() => resolver.cancel(), limit);
    let cause: unknown;
    try {
      for (const name of names) {
        const found = await this.#ask(resolver, name).catch((e: unknown) => {
          cause = e;
          return [];
        });
        if (found.length > 0) return found;
        if (wasCancelled(cause)) break;
      }
    } finally {
      clearTimeout(late);
    }
    throw missing(cause);
  }
  async #ask(resolver: Resolver, name: string): Promise<readonly Located[]> {
    const records = (await resolver.resolveSrv(name)).filter(({ name: host, port }) => hostName.test(host) && 0 < port);
    const ordered = inOrder(records, this.#settings.random);
    return ordered.slice(0, MOST_KDCS).map(({ name: host, port }) => ({ host, port }));
  }
}
const withoutDot = (name: string) => name.toLowerCase().replace(/\.$/, '');

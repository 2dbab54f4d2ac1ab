import type { SrvRecord } from 'node:dns';
import { CANCELLED, Resolver } from 'node:dns/promises';
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
/** Finds the KDCs of a realm by DNS (RFC 4120 7.2.3.2): domain controllers first, as Active Directory registers them. */
export class KdcLocation {
  readonly #settings: KdcLocationSettings;
  readonly #kept = new Map<string, { readonly until: number; readonly found: readonly KdcAddress[] }>();

  constructor(settings: KdcLocationSettings) {
    this.#settings = settings;
  }
  /** @throws MayflyError `kdc-not-found` */
  async kdcsOf(realm: string): Promise<readonly KdcAddress[]> {
    const { clock } = this.#settings;
    const kept = this.#kept.get(realm);
    if (kept && clock() < kept.until) return kept.found;
    const found = await this.#search(realm);
    if (this.#kept.size > 256) this.#kept.clear();
    this.#kept.set(realm, { until: clock() + KEPT, found });
    return found;
  }
  async #search(realm: string): Promise<readonly KdcAddress[]> {
    const { servers = [], limit = LIMIT } = this.#settings;
    // A KDC's referral may name any realm: what is no host name is no DNS name to ask for either.
    if (!hostName.test(realm)) throw new MayflyError('kdc-not-found', `realm ${JSON.stringify(realm)} is no DNS name`);
    const resolver = new Resolver({ timeout: PATIENCE, tries: 2 });
    if (servers.length > 0) resolver.setServers(servers);
    const late = setTimeout(() => resolver.cancel(), limit);
    const domain = realm.toLowerCase().replace(/\.$/, '');
    let cause: unknown;
    try {
      for (const name of [`_kerberos._tcp.dc._msdcs.${domain}`, `_kerberos._tcp.${domain}`]) {
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
    throw new MayflyError('kdc-not-found', `DNS names no KDC of realm ${realm}`, {
      cause,
      next: `configure its KDCs, or register _kerberos._tcp.${domain}`,
    });
  }
  async #ask(resolver: Resolver, name: string): Promise<readonly KdcAddress[]> {
    const records = (await resolver.resolveSrv(name)).filter(({ name: host, port }) => hostName.test(host) && 0 < port);
    const ordered = inOrder(records, this.#settings.random);
    return ordered.slice(0, MOST_KDCS).map(({ name: host, port }) => ({ kind: 'tcp', host, port }));
  }
}

import type { SrvRecord } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { MayflyError } from '../wire/mayfly-error.ts';
import { hostName, type KdcAddress } from './kdc-address.ts';

const MOST_KDCS = 16;
/** Seconds for which an answer is kept, whatever it says of itself; errors are not kept. */
const KEPT = 60;
const LIMIT_MS = 3_000;

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

/** Finds the KDCs of a realm by DNS (RFC 4120 7.2.3.2): domain controllers first, as Active Directory registers them. */
export class KdcLocation {
  readonly #resolver: Resolver;
  readonly #random: () => number;
  readonly #clock: () => number;
  readonly #kept = new Map<string, { readonly until: number; readonly found: readonly KdcAddress[] }>();

  /** @param servers addresses of DNS servers; the system's unless given. @param clock seconds */
  constructor({
    servers,
    random,
    clock,
  }: { readonly servers?: readonly string[] | undefined; readonly random: () => number; readonly clock: () => number }) {
    this.#resolver = new Resolver({ timeout: LIMIT_MS, tries: 2 });
    if (servers && servers.length > 0) this.#resolver.setServers(servers);
    this.#random = random;
    this.#clock = clock;
  }
  /** @throws MayflyError `kdc-not-found` */
  async kdcsOf(realm: string): Promise<readonly KdcAddress[]> {
    const kept = this.#kept.get(realm);
    if (kept && this.#clock() < kept.until) return kept.found;
    const found = await this.#ask(realm);
    if (this.#kept.size > 256) this.#kept.clear();
    this.#kept.set(realm, { until: this.#clock() + KEPT, found });
    return found;
  }
  async #ask(realm: string): Promise<readonly KdcAddress[]> {
    const domain = realm.toLowerCase();
    let cause: unknown;
    for (const name of [`_kerberos._tcp.dc._msdcs.${domain}`, `_kerberos._tcp.${domain}`]) {
      try {
        const records = (await this.#resolver.resolveSrv(name)).filter(({ name: host, port }) => hostName.test(host) && 0 < port);
        const kdcs = inOrder(records.slice(0, MOST_KDCS), this.#random);
        if (kdcs.length > 0) return kdcs.map(({ name: host, port }) => ({ kind: 'tcp', host, port }));
      } catch (e) {
        cause = e;
      }
    }
    throw new MayflyError('kdc-not-found', `DNS names no KDC of realm ${realm}`, {
      cause,
      next: `configure its KDCs, or register _kerberos._tcp.${domain}`,
    });
  }
}

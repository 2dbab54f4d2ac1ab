import { RateLimit } from '../session/rate-limit.ts';
import { siteOf, subnetOf } from './subnet.ts';

export interface HalfOpenLimits {
  /** Connections that have not shown a token yet, of one address (IPv6: of one /64) and in all. */
  readonly perAddress: number;
  readonly inAll: number;
  /** Connections of one address that are let as far as TLS, in a minute: what costs time is rare, however short each one stays. */
  readonly perAddressPerMinute: number;
  /** The same of all: whoever has many networks has no more of the time that sessions need. */
  readonly inAllPerMinute: number;
}
export type NoPlace = 'too-many' | 'too-often';

/** How many times as much as one of its networks an IPv6 site has: who has a whole one does not take what is there for all. */
const NETWORKS = 4;

/** Counts connections of strangers: whoever floods is refused, and soon nobody else is. */
export class HalfOpen {
  readonly #limits: HalfOpenLimits;
  readonly #of = new Map<string, number>();
  readonly #rate: RateLimit;
  readonly #rateOfSite: RateLimit;
  readonly #rateInAll: RateLimit;
  #all = 0;
  constructor(limits: HalfOpenLimits) {
    const { perAddressPerMinute: each, inAllPerMinute: all } = limits;
    this.#limits = limits;
    this.#rate = new RateLimit({ burst: each, perMinute: each });
    this.#rateOfSite = new RateLimit({ burst: each * NETWORKS, perMinute: each * NETWORKS });
    this.#rateInAll = new RateLimit({ burst: all, perMinute: all });
  }
  get size(): number {
    return this.#all;
  }
  /** @param now milliseconds of a clock that nobody sets @returns what gives the place back, once; or why there is none */
  take(address: string, now: number): (() => void) | NoPlace {
    const [subnet, site] = [subnetOf(address), siteOf(address)];
    const keys = site === undefined ? [subnet] : [subnet, site];
    const { perAddress, inAll } = this.#limits;
    const isCrowded = keys.some((key, i) => perAddress * (i === 0 ? 1 : NETWORKS) <= (this.#of.get(key) ?? 0));
    if (inAll <= this.#all || isCrowded) return 'too-many';
    const isOften = (rate: RateLimit, key: string) => rate.take(key, now) !== undefined;
    if (isOften(this.#rate, subnet) || (site !== undefined && isOften(this.#rateOfSite, site)) || isOften(this.#rateInAll, ''))
      return 'too-often';
    for (const key of keys) this.#of.set(key, (this.#of.get(key) ?? 0) + 1);
    this.#all++;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#all--;
      for (const key of keys) {
        const left = (this.#of.get(key) ?? 1) - 1;
        if (left === 0) this.#of.delete(key);
        else this.#of.set(key, left);
      }
    };
  }
}

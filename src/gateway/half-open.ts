import { RateLimit } from '../session/rate-limit.ts';
import { subnetOf } from './subnet.ts';

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

/** Counts connections of strangers: whoever floods is refused, and soon nobody else is. */
export class HalfOpen {
  readonly #limits: HalfOpenLimits;
  readonly #of = new Map<string, number>();
  readonly #rate: RateLimit;
  readonly #rateInAll: RateLimit;
  #all = 0;
  constructor(limits: HalfOpenLimits) {
    const { perAddressPerMinute: each, inAllPerMinute: all } = limits;
    this.#limits = limits;
    this.#rate = new RateLimit({ burst: each, perMinute: each });
    this.#rateInAll = new RateLimit({ burst: all, perMinute: all });
  }
  get size(): number {
    return this.#all;
  }
  /** @param now milliseconds of a clock that nobody sets @returns what gives the place back, once; or why there is none */
  take(address: string, now: number): (() => void) | NoPlace {
    const subnet = subnetOf(address);
    const count = this.#of.get(subnet) ?? 0;
    if (this.#limits.inAll <= this.#all || this.#limits.perAddress <= count) return 'too-many';
    if (this.#rate.take(subnet, now) !== undefined || this.#rateInAll.take('', now) !== undefined) return 'too-often';
    this.#of.set(subnet, count + 1);
    this.#all++;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#all--;
      const left = (this.#of.get(subnet) ?? 1) - 1;
      if (left === 0) this.#of.delete(subnet);
      else this.#of.set(subnet, left);
    };
  }
}

export interface HalfOpenLimits {
  /** Connections that have not shown a token yet, of one address and in all. */
  readonly perAddress: number;
  readonly inAll: number;
}
/** Counts connections of strangers: whoever floods is refused, and soon nobody else is. */
export class HalfOpen {
  readonly #limits: HalfOpenLimits;
  readonly #of = new Map<string, number>();
  #all = 0;
  constructor(limits: HalfOpenLimits) {
    this.#limits = limits;
  }
  get size(): number {
    return this.#all;
  }
  /** @returns what gives the place back, once; undefined where there is none */
  take(address: string): (() => void) | undefined {
    const count = this.#of.get(address) ?? 0;
    if (this.#limits.inAll <= this.#all || this.#limits.perAddress <= count) return undefined;
    this.#of.set(address, count + 1);
    this.#all++;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#all--;
      const left = (this.#of.get(address) ?? 1) - 1;
      if (left === 0) this.#of.delete(address);
      else this.#of.set(address, left);
    };
  }
}

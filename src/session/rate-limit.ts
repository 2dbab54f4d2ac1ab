/** Tokens of a bucket that fills as time goes on; one per caller, and one for all. */
interface Bucket {
  readonly tokens: number;
  readonly at: number;
}
export interface Rate {
  /** As many at once. */
  readonly burst: number;
  readonly perMinute: number;
}
const MINUTE = 60_000;
/** Callers that are remembered; those that asked longest ago are forgotten, for their buckets are full again soonest. */
const MOST_CALLERS = 10_000;

/** How often each caller may ask. Milliseconds of a clock that nobody sets come in. */
export class RateLimit {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, Bucket>();
  constructor(rate: Rate) {
    this.#rate = rate;
  }
  /** Callers that are remembered. */
  get size(): number {
    return this.#buckets.size;
  }
  /** Takes a token. Undefined, or after how many seconds there is one again. */
  take(caller: string, now: number): number | undefined {
    const { burst, perMinute } = this.#rate;
    const known = this.#buckets.get(caller);
    const tokens = known ? Math.min(burst, known.tokens + ((now - known.at) * perMinute) / MINUTE) : burst;
    this.#buckets.delete(caller);
    this.#buckets.set(caller, { tokens: tokens < 1 ? tokens : tokens - 1, at: now });
    if (MOST_CALLERS < this.#buckets.size) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    return tokens < 1 ? Math.ceil(((1 - tokens) * 60) / perMinute) : undefined;
  }
}

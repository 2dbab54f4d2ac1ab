import type { EscReturn } from './esc-return.ts';

interface Wait<Context> {
  readonly context: Context;
  readonly changed: WaitEnds['changed'];
  /** The very promise that the caller has. */
  readonly promise: Promise<EscReturn>;
  readonly end: (returned: EscReturn) => void;
}
/** GetStatusChange calls that may be open at once: a host has a handful of processes that look at readers. */
const MOST_WAITS = 128;
/** What timers everywhere take; it is 24 days. */
const LONGEST = 0x7fff_ffff;

export interface WaitEnds {
  /** Milliseconds; `undefined` to wait for ever. */
  readonly timeout: number | undefined;
  readonly timedOut: EscReturn;
  /** What to say when something has changed; `undefined` to wait on. */
  readonly changed: () => EscReturn | undefined;
}
/** Calls of GetStatusChange that stay open, each in its context. What ends them is in `WaitEnds`, `change` and `cancel`. */
export class StatusWaits<Context> {
  readonly #after: (milliseconds: number, f: () => void) => () => void;
  readonly #waits = new Set<Wait<Context>>();
  constructor(after: (milliseconds: number, f: () => void) => () => void) {
    this.#after = after;
  }
  /** `undefined` when too many are open. */
  wait(context: Context, { timeout, timedOut, changed }: WaitEnds): Promise<EscReturn> | undefined {
    if (MOST_WAITS <= this.#waits.size) return undefined;
    let resolve: (returned: EscReturn) => void = () => undefined;
    let stop: () => void = () => undefined;
    const promise = new Promise<EscReturn>((f) => {
      resolve = f;
    });
    const wait: Wait<Context> = {
      context,
      changed,
      promise,
      end: (returned) => {
        stop();
        this.#waits.delete(wait);
        resolve(returned);
      },
    };
    this.#waits.add(wait);
    if (timeout !== undefined) stop = this.#after(Math.min(timeout, LONGEST), () => wait.end(timedOut));
    return promise;
  }
  /** Ends those that wait for what has changed. */
  change(): void {
    for (const each of [...this.#waits]) {
      const returned = each.changed();
      if (returned) each.end(returned);
    }
  }
  /** Ends those of a context, or all; resolves when their callers have heard of it. */
  async cancel(returned: EscReturn, context?: Context): Promise<void> {
    const ended = [...this.#waits].filter((each) => context === undefined || each.context === context);
    for (const each of ended) each.end(returned);
    await Promise.all(ended.map(({ promise }) => promise));
  }
  get size(): number {
    return this.#waits.size;
  }
}

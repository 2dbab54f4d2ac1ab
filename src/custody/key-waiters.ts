import { MayflyError } from '../wire/mayfly-error.ts';
import type { CardKey } from './card-key.ts';
import type { IsolateKeyKind } from './isolate-messages.ts';

interface Waiter {
  readonly kind: IsolateKeyKind;
  readonly resolve: (key: CardKey) => void;
  readonly reject: (error: MayflyError) => void;
  readonly timer: NodeJS.Timeout;
}

/** Those who wait for a key: served in the order in which they came, so many at most, and so long at most. */
export class KeyWaiters {
  readonly #most: number;
  readonly #limit: number;
  #waiters: Waiter[] = [];

  /** @param limit milliseconds */
  constructor(most: number, limit: number) {
    this.#most = most;
    this.#limit = limit;
  }

  get count(): number {
    return this.#waiters.length;
  }
  countOf(kind: IsolateKeyKind): number {
    return this.#waiters.filter((waiter) => waiter.kind === kind).length;
  }

  async wait(kind: IsolateKeyKind): Promise<CardKey> {
    if (this.#waiters.length >= this.#most) throw busy(`${this.#most} cards wait for a key already`);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        reject(busy(`no key was ready within ${this.#limit} ms`));
      }, this.#limit);
      const waiter: Waiter = { kind, resolve, reject, timer };
      this.#waiters.push(waiter);
    });
  }

  /** Takes the first who waits for such a key out of the queue; undefined where nobody does. */
  next(kind: IsolateKeyKind): ((key: CardKey) => void) | undefined {
    const waiter = this.#waiters.find((other) => other.kind === kind);
    if (!waiter) return undefined;
    this.#waiters = this.#waiters.filter((other) => other !== waiter);
    clearTimeout(waiter.timer);
    return waiter.resolve;
  }

  rejectAll(error: MayflyError): void {
    for (const { reject, timer } of this.#waiters) {
      clearTimeout(timer);
      reject(error);
    }
    this.#waiters = [];
  }
}

const busy = (reason: string): MayflyError =>
  new MayflyError('custody-busy', reason, { next: 'try again, or give custody a larger pool' });

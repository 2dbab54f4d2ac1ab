/** What became of a turn: it came, its owner went away first, or too many wait already. */
export type Turn = 'granted' | 'abandoned' | 'refused';
interface Waiting<Owner> {
  readonly owner: Owner;
  readonly begins: boolean;
  readonly take: (turn: Turn) => void;
}
/** Calls that may wait for the end of another's transaction. */
const MOST_WAITING = 64;

/**
 * Who may use the card, [MS-RDPESC] 3.1.4.31: while one owner has a transaction all others wait, in the order in which they came.
 * No transaction ends by itself, as little as one does in a card reader.
 */
export class TransactionQueue<Owner> {
  #holder: Owner | undefined;
  #depth = 0;
  #waiting: readonly Waiting<Owner>[] = [];

  /** Runs `take` as soon as nobody else has a transaction, at once if that is so now; `begins` opens one, or one in one's own. */
  whenFree<T>(owner: Owner, begins: boolean, take: (turn: Turn) => T | Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      const waiting = { owner, begins, take: (turn: Turn) => resolve(take(turn)) };
      if (this.#holder === undefined || this.#holder === owner) this.#grant(waiting);
      else if (MOST_WAITING <= this.#waiting.length) waiting.take('refused');
      else this.#waiting = [...this.#waiting, waiting];
    });
  }
  holds(owner: Owner): boolean {
    return this.#holder === owner;
  }
  /** Ends one transaction of the owner's; false when it has none. */
  end(owner: Owner): boolean {
    if (this.#holder !== owner) return false;
    this.#depth--;
    if (this.#depth === 0) this.#release();
    return true;
  }
  /** The owner is gone: whatever it waits for is abandoned, its transaction is over. */
  leave(owner: Owner): void {
    const abandoned = this.#waiting.filter((each) => each.owner === owner);
    this.#waiting = this.#waiting.filter((each) => each.owner !== owner);
    for (const each of abandoned) each.take('abandoned');
    if (this.#holder === owner) this.#release();
  }
  /** All owners are gone. */
  clear(): void {
    const abandoned = this.#waiting;
    this.#waiting = [];
    this.#holder = undefined;
    this.#depth = 0;
    for (const each of abandoned) each.take('abandoned');
  }
  #grant({ owner, begins, take }: Waiting<Owner>): void {
    if (begins) {
      this.#holder = owner;
      this.#depth++;
    }
    take('granted');
  }
  #release(): void {
    this.#holder = undefined;
    this.#depth = 0;
    for (let next = this.#next(); next !== undefined; next = this.#next()) this.#grant(next);
  }
  /** The first that need not wait any longer, taken out of the queue. */
  #next(): Waiting<Owner> | undefined {
    const next = this.#waiting.find(({ owner }) => this.#holder === undefined || this.#holder === owner);
    this.#waiting = this.#waiting.filter((each) => each !== next);
    return next;
  }
}

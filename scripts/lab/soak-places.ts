/** So many at a time; others wait for their turn. */
export class Places {
  #free: number;
  readonly #all: number;
  readonly #waiting: (() => void)[] = [];
  #emptied: (() => void)[] = [];
  constructor(count: number) {
    this.#all = count;
    this.#free = count;
  }
  async in<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      // Whoever waits has the place without its being free in between.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
      if (this.#free === this.#all) for (const tell of this.#emptied.splice(0)) tell();
    }
  }
  /** Resolves when nobody is in. */
  empty(): Promise<void> {
    if (this.#free === this.#all) return Promise.resolve();
    return new Promise((resolve) => void this.#emptied.push(resolve));
  }
}

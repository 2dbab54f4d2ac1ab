/** Lets so many works for one name run at a time; the others wait in order, and not for ever. */
export class Turns {
  readonly #atOnce: number;
  readonly #running = new Map<string, number>();
  readonly #waiting = new Map<string, Set<() => void>>();
  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }
  /** @param patience milliseconds until the turn has to come @param late what is thrown when it has not */
  async run<T>(name: string, work: () => Promise<T>, patience: number, late: () => Error): Promise<T> {
    const running = this.#running.get(name) ?? 0;
    if (running < this.#atOnce) this.#running.set(name, running + 1);
    else await this.#turn(name, patience, late);
    try {
      return await work();
    } finally {
      this.#next(name);
    }
  }
  #turn(name: string, patience: number, late: () => Error): Promise<void> {
    const queue = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, queue);
    return new Promise((resolve, reject) => {
      const turn = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        queue.delete(turn);
        reject(late());
      }, patience);
      queue.add(turn);
    });
  }
  /** The place goes to who waits longest, or is given up; what nobody uses is forgotten. */
  #next(name: string): void {
    const queue = this.#waiting.get(name);
    const [longest] = queue ?? [];
    if (longest) queue?.delete(longest);
    if (queue?.size === 0) this.#waiting.delete(name);
    if (longest) {
      longest();
      return;
    }
    const left = (this.#running.get(name) ?? 1) - 1;
    if (left === 0) this.#running.delete(name);
    else this.#running.set(name, left);
  }
}

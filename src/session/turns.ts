/** What is done to one session is done one after the other. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  async take<T>(id: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(id) ?? Promise.resolve()).then(work);
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(id, settled);
    try {
      return await turn;
    } finally {
      if (this.#last.get(id) === settled) this.#last.delete(id);
    }
  }
  /** Resolves when everything that has begun is done. */
  async all(): Promise<void> {
    await Promise.all(this.#last.values());
  }
}

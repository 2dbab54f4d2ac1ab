import { sessionError } from './session-error.ts';

/** That wait for one session; who floods it is told to come later. */
const MOST_WAITING = 32;

/** What is done to one session is done one after the other. */
export class Turns {
  readonly #last = new Map<string, { readonly done: Promise<void>; readonly place: number }>();

  isBusy(id: string): boolean {
    return this.#last.has(id);
  }
  /** @param most that may wait @throws MayflyError `too-many-requests`, and what `work` throws */
  async take<T>(id: string, work: () => Promise<T>, most = MOST_WAITING): Promise<T> {
    const before = this.#last.get(id);
    const place = (before?.place ?? 0) + 1;
    if (most < place) throw sessionError('too-many-requests');
    const turn = (before?.done ?? Promise.resolve()).then(work);
    const done = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(id, { done, place });
    try {
      return await turn;
    } finally {
      this.#leave(id, done);
    }
  }
  /** Places are counted from whoever is at it now. */
  #leave(id: string, done: Promise<void>): void {
    const last = this.#last.get(id);
    if (!last) return;
    if (last.done === done) this.#last.delete(id);
    else this.#last.set(id, { done: last.done, place: last.place - 1 });
  }
  /** Resolves when everything that has begun is done. */
  async all(): Promise<void> {
    await Promise.all(Array.from(this.#last.values(), ({ done }) => done));
  }
}

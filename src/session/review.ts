/** How often what was granted is looked at again. Seconds. */
export interface ReviewTimes {
  /** After which a session that goes on is decided again. */
  readonly every: number;
  /** For which it goes on beyond that while nobody can tell whether it may. */
  readonly grace: number;
}
export interface ReviewPorts {
  /** Milliseconds of a clock that nobody sets. */
  readonly elapsed: () => number;
  readonly after: (milliseconds: number, f: () => void) => () => void;
  /** Decides the session again, and does what follows from it. Rejects where nobody can tell. */
  readonly decide: (id: string) => Promise<void>;
  /** Nobody could tell for too long. */
  readonly undecided: (id: string) => void;
}
interface Place {
  readonly decidedAt: number;
  readonly dueAt: number;
}
/** Milliseconds between two sessions: a directory answers others meanwhile. */
const PACE = 10;
/** Milliseconds until one that nobody could decide is asked for again. */
const RETRY = 30_000;
/** Sessions in a row that nobody could decide, after which no other is asked for before that time: the directory is gone. */
const MOST_SILENT = 3;

/** Decides sessions again while they go on: one at a time, whichever is due the longest first. */
export class Review {
  readonly #times: ReviewTimes;
  readonly #ports: ReviewPorts;
  readonly #places = new Map<string, Place>();
  /** Of rules and directory: what was asked before they became others is due again. */
  #generation = 0;
  #isAsking = false;
  #restsUntil = 0;
  #isOver = false;
  #resume: () => void = () => undefined;

  constructor(times: ReviewTimes, ports: ReviewPorts) {
    this.#times = times;
    this.#ports = ports;
  }
  /** A decision begins, of somebody who asks for a session or opens one; what comes back is called where it is granted. */
  begin(): (id: string) => void {
    const generation = this.#generation;
    return (id) => this.#decided(id, generation);
  }
  #decided(id: string, generation: number): void {
    const now = this.#ports.elapsed();
    this.#places.set(id, { decidedAt: now, dueAt: generation === this.#generation ? now + this.#times.every * 1000 : now });
  }
  /** Rules or directory are others now: every session is due. */
  everything(): void {
    this.#generation++;
    this.#restsUntil = 0;
    for (const [id, place] of this.#places) this.#places.set(id, { ...place, dueAt: 0 });
  }
  /** Looks which are due. @param ids of all sessions that are granted now */
  look(ids: readonly string[]): void {
    const now = this.#ports.elapsed();
    const granted = new Set(ids);
    for (const id of this.#places.keys()) if (!granted.has(id)) this.#places.delete(id);
    for (const id of ids) {
      const known = this.#places.get(id);
      // Nobody knows how old the decision is: it was approved later on, or found at the start.
      if (!known) this.#places.set(id, { decidedAt: now, dueAt: now });
      else if ((this.#times.every + this.#times.grace) * 1000 <= now - known.decidedAt) this.#ports.undecided(id);
    }
    if (!this.#isAsking && this.#restsUntil <= now) void this.#ask();
  }
  end(): void {
    this.#isOver = true;
    this.#resume();
  }
  async #ask(): Promise<void> {
    this.#isAsking = true;
    let silent = 0;
    for (const id of this.#due()) {
      silent = (await this.#decides(id)) ? 0 : silent + 1;
      if (silent === MOST_SILENT) this.#restsUntil = this.#ports.elapsed() + RETRY;
      if (silent === MOST_SILENT || this.#isOver) break;
      await this.#pause();
    }
    this.#isAsking = false;
  }
  #due(): readonly string[] {
    const now = this.#ports.elapsed();
    return [...this.#places]
      .filter(([, { dueAt }]) => dueAt <= now)
      .sort(([, a], [, b]) => a.dueAt - b.dueAt)
      .map(([id]) => id);
  }
  async #decides(id: string): Promise<boolean> {
    const decided = this.begin();
    try {
      await this.#ports.decide(id);
      decided(id);
      return true;
    } catch {
      const known = this.#places.get(id);
      if (known) this.#places.set(id, { ...known, dueAt: this.#ports.elapsed() + RETRY });
      return false;
    }
  }
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#resume = resolve;
      if (this.#isOver) resolve();
      else this.#ports.after(PACE, resolve);
    });
  }
}

import type { SessionView } from './session.ts';

type Watcher = (view: SessionView) => void;

/** Whoever watches a session is told of each of its states; one that cannot follow misses states, never the last one. */
export class SessionEvents {
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #most: number;
  /** @param most watchers of one session */
  constructor(most: number) {
    this.#most = most;
  }
  /** Sessions that are watched. */
  get size(): number {
    return this.#watchers.size;
  }
  /** @returns how to stop; undefined where as many watch the session as may */
  watch(id: string, watcher: Watcher): (() => void) | undefined {
    const watchers = this.#watchers.get(id) ?? new Set();
    if (this.#most <= watchers.size) return undefined;
    this.#watchers.set(id, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(id) === watchers) this.#watchers.delete(id);
    };
  }
  /** A watcher that fails is its own affair: what it is told of has happened. */
  tell(view: SessionView): void {
    for (const watcher of this.#watchers.get(view.id) ?? []) {
      try {
        watcher(view);
      } catch {
        this.#watchers.get(view.id)?.delete(watcher);
      }
    }
  }
}

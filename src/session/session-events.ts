import type { Session } from './session.ts';

/** Whoever watches a session is told of each of its states; one that cannot follow misses states, never the last one. */
export class SessionEvents {
  readonly #watchers = new Map<string, Set<(session: Session) => void>>();
  readonly #most: number;
  constructor(most: number) {
    this.#most = most;
  }
  /** @returns how to stop; undefined where as many watch the session as may */
  watch(id: string, watcher: (session: Session) => void): (() => void) | undefined {
    const watchers = this.#watchers.get(id) ?? new Set();
    if (this.#most <= watchers.size) return undefined;
    this.#watchers.set(id, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(id) === watchers) this.#watchers.delete(id);
    };
  }
  tell(session: Session): void {
    for (const watcher of this.#watchers.get(session.id) ?? []) watcher(session);
  }
}

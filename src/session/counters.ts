import type { CardRecord } from './session.ts';

/** Causes that are counted apart; an error's code may come from another process. */
const MOST_CAUSES = 200;

/** What has happened since the start. */
export class Counters {
  requested = 0;
  granted = 0;
  cards = 0;
  authenticated = 0;
  destroyed = 0;
  operations = 0;
  readonly refusals = new Map<string, number>();

  refused(cause = 'unknown'): void {
    const known = this.refusals.has(cause) || this.refusals.size < MOST_CAUSES ? cause : 'other';
    this.refusals.set(known, (this.refusals.get(known) ?? 0) + 1);
  }
  /** One card has another state. */
  changed({ state, serialNumber, operations, cause }: CardRecord): void {
    if (state !== 'destroyed' || serialNumber === undefined) return;
    this.destroyed++;
    this.operations += operations;
    if (cause === 'authenticated') this.authenticated++;
  }
}

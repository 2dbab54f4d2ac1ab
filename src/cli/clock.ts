import type { UnixSeconds } from '../wire/der-time.ts';

/** The wall clock, handed to whatever needs the time. */
export const clock = (): UnixSeconds => Math.floor(Date.now() / 1000);

let last = 0;
/**
 * Microseconds since 1970 by the wall clock, never the same twice in this process: a KDC takes two requests of one instant for a
 * replay. The wall clock's own steps are milliseconds; what lies between is the other clock's.
 */
export function instantClock(): number {
  last = Math.max(last + 1, Date.now() * 1000 + (Math.floor(performance.now() * 1000) % 1000));
  return last;
}

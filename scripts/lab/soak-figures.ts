import { readdirSync, readFileSync } from 'node:fs';

/** States of a connection as proc(5) has them in `net/tcp`. */
const [TIME_WAIT, LISTEN] = ['06', '0A'];

/** A process as proc(5) has it, at one moment. */
export interface Figure {
  /** Seconds since the first one. */
  readonly at: number;
  readonly mib: number;
  readonly descriptors: number;
}
export function figureOf(pid: number, at = 0): Figure {
  const kib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN);
  return { at, mib: kib / 1024, descriptors: readdirSync(`/proc/${pid}/fd`).length };
}
/** TCP connections of everybody in this network namespace, but for those that are over and only remembered. */
export function openConnections(): number {
  const states = readFileSync('/proc/net/tcp', 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/)[3]);
  return states.filter((state) => state !== LISTEN && state !== TIME_WAIT).length;
}
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
/** Resident memory of the thirds of a run, and how it grew after the first, by least squares. */
export function growth(all: readonly Figure[]): { readonly thirds: readonly number[]; readonly mibPerMinute: number } {
  const third = Math.max(1, Math.floor(all.length / 3));
  const thirds = [all.slice(0, third), all.slice(third, -third), all.slice(-third)].map((some) =>
    mean(some.map(({ mib }) => mib)),
  );
  const later = all.slice(third);
  const [x, y] = [mean(later.map(({ at }) => at)), mean(later.map(({ mib }) => mib))];
  const rises = later.reduce((sum, { at, mib }) => sum + (at - x) * (mib - y), 0);
  const runs = later.reduce((sum, { at }) => sum + (at - x) ** 2, 0);
  return { thirds, mibPerMinute: (60 * rises) / runs };
}

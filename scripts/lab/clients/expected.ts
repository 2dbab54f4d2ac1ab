import { MayflyError } from '../../../src/wire/mayfly-error.ts';
import type { Outcome } from '../lab-run.ts';

/** The part of a program's output that the pattern matches; throws with all it said when there is none. */
export function said(outcome: Outcome | string, pattern: RegExp): string {
  const text = typeof outcome === 'string' ? outcome : `${outcome.stdout}\n${outcome.stderr}`;
  const found = pattern.exec(text);
  if (found === null) {
    throw new MayflyError('lab-client', `expected ${pattern.source}, got: ${text.trim() || 'nothing'}`);
  }
  return found[1] ?? found[0];
}

export function assert(holds: boolean, what: string): asserts holds {
  if (!holds) {
    throw new MayflyError('lab-client', what);
  }
}

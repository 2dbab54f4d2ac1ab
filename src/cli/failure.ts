import { MayflyError } from '../wire/mayfly-error.ts';

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly next?: string;
}
/** An error as its reader needs it: code, one clause, next step. What is not ours is named by its own message. */
export function describeFailure(e: unknown): Failure {
  if (e instanceof MayflyError) return { code: e.code, message: e.message, ...(e.next === undefined ? {} : { next: e.next }) };
  return { code: 'internal', message: e instanceof Error ? `unexpected: ${e.message}` : 'unexpected error' };
}

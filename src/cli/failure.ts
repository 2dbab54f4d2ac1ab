import { MayflyError } from '../wire/mayfly-error.ts';

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly next?: string;
}
/** Some of it may be a stranger's: it is shown, and steers no terminal. */
const oneLine = (text: string) =>
  text
    .replaceAll(/\s*[\r\n]+\s*/g, ' ')
    .trim()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, '\u{fffd}');
/** An error as its reader needs it: code, one clause, next step. What is not ours is named by its own message. */
export function describeFailure(e: unknown): Failure {
  if (e instanceof MayflyError) {
    return { code: e.code, message: oneLine(e.message), ...(e.next === undefined ? {} : { next: oneLine(e.next) }) };
  }
  return { code: 'internal', message: e instanceof Error ? `unexpected: ${oneLine(e.message)}` : 'unexpected error' };
}

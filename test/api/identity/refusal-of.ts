import { inspect } from 'node:util';
import { expect } from 'vitest';
import { MayflyError } from '../../../src/wire/mayfly-error.ts';

/** So many letters in a row are no chance: no message of ours has as many in common with a token. */
const PIECE = 12;
/** Longer tokens are looked for by every twelfth letter only. */
const SHORT = 4096;

/** Whether any piece of `secret` stands in what is known of an error: its messages, its stack, its causes and their properties. */
export function leaked(error: unknown, secret: string): string | undefined {
  const told = inspect(error, { depth: 20, maxStringLength: null, maxArrayLength: null, showHidden: true });
  for (let at = 0; at + PIECE <= secret.length; at += secret.length < SHORT ? 1 : PIECE) {
    const piece = secret.slice(at, at + PIECE);
    if (told.includes(piece)) return piece;
  }
  return undefined;
}

/** The error of ours that `work` ends with, which has nothing of the token in it. */
export async function refusalOf(work: () => Promise<unknown>, token: string): Promise<MayflyError> {
  const error = await work().then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!(error instanceof MayflyError)) throw new Error('expected a MayflyError', { cause: error });
  expect(leaked(error, token)).toBeUndefined();
  return error;
}

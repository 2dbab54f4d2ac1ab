import { createInterface } from 'node:readline/promises';
import { MayflyError } from '../wire/mayfly-error.ts';

/** Goes on when somebody has said yes: with `--yes`, or at a terminal. @throws MayflyError `not-confirmed` */
export async function confirm(question: string, yes: boolean | undefined): Promise<void> {
  if (yes) return;
  if (process.stdin.isTTY && process.stdout.isTTY) {
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    try {
      if (/^y(?:es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())) return;
    } finally {
      terminal.close();
    }
  }
  throw new MayflyError('not-confirmed', 'nothing was changed: nobody said yes', { next: 'say it with --yes' });
}

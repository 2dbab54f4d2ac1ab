import { MayflyError } from '../wire/mayfly-error.ts';
import { describeFailure } from './failure.ts';

/** What a service says while it runs: a line each on standard error, as text for people or as JSON for programs. */
export interface ServiceLog {
  readonly line: (text: string) => void;
  /** An error with the causes behind it; `request` is the id that its caller was told. */
  readonly error: (what: string, e: unknown, request?: string) => void;
}
const MOST_CAUSES = 5;

/** The messages of the causes, one after the other. Ours have no secret in them; of others' only the first line is taken. */
function causesOf(e: unknown): string {
  const clauses: string[] = [];
  for (let at = e instanceof Error ? e.cause : undefined; at instanceof Error && clauses.length < MOST_CAUSES; at = at.cause)
    clauses.push((at.message.split('\n', 1)[0] ?? '').trim());
  return clauses.filter((clause) => clause !== '').join(': ');
}

export function serviceLog(json: boolean | undefined): ServiceLog {
  const write = (facts: Readonly<Record<string, string | undefined>>, text: string) => {
    const time = new Date().toISOString();
    process.stderr.write(json ? `${JSON.stringify({ time, ...facts })}\n` : `${time} ${text}\n`);
  };
  return {
    line: (text) => write({ message: text }, text),
    error(what, e, request) {
      const { code, message, next } = describeFailure(e);
      const cause = causesOf(e);
      // What is not ours is a fault of the program: where it happened is worth more than a line.
      const stack = e instanceof Error && !(e instanceof MayflyError) ? e.stack : undefined;
      write(
        { what, message, code, request, next, cause, stack },
        [
          `${what}: ${message}`,
          cause === '' ? '' : `: ${cause}`,
          ` [${code}]`,
          request === undefined ? '' : ` request ${request}`,
          next === undefined ? '' : ` (${next})`,
          stack === undefined ? '' : ` | ${stack.replaceAll(/\s*\n\s*/g, ' | ')}`,
        ].join(''),
      );
    },
  };
}

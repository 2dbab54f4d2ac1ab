import { assert, said } from './clients/expected.ts';
import type { Mayfly } from './mayfly.ts';

/** `mayfly session …` as one caller. @param options of each command */
export function sessionCommands(mayfly: Mayfly, ...options: readonly string[]) {
  const run = (command: string, ...args: readonly string[]) => mayfly.run('session', command, ...args, ...options);
  return {
    /** The id of the session. */
    async request(host: string, ...args: readonly string[]): Promise<string> {
      return said(await run('request', host, '--id', ...args), /^([0-9a-f]{32})$/m);
    },
    /** The line that says why not. */
    async refused(host: string, reason: RegExp, ...args: readonly string[]): Promise<string> {
      const attempt = await mayfly.attempt('session', 'request', host, ...args, ...options);
      assert(attempt.code === 1, `it ended with code ${attempt.code}`);
      return said(attempt.stderr, reason);
    },
    show: (id: string) => run('show', id),
    async end(id: string): Promise<string> {
      return said(await run('end', id), /^state +(ended.*)$/m);
    },
    approve: (id: string) => run('approve', id, '--reason', 'known to us'),
    attempt: (command: string, ...args: readonly string[]) => mayfly.attempt('session', command, ...args, ...options),
  };
}

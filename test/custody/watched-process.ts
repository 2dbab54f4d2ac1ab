import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { CardKeyKind } from '../../src/custody/card-key.ts';
import { hardened } from '../../src/custody/hardening.ts';

/** `process-under-test.ts` in a process of its own, started as `mayfly` starts itself, or plainly. */
export class WatchedProcess {
  readonly #child;
  readonly #lines;

  constructor({ isHardened = true } = {}) {
    const program = {
      command: process.execPath,
      args: [fileURLToPath(new URL('./process-under-test.ts', import.meta.url))],
      env: { PATH: '' },
    };
    const { command, args, env } = isHardened ? hardened(program) : program;
    this.#child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async ask(command: string): Promise<unknown> {
    this.#child.stdin.write(`${command}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`the process under test has ended at ${command}`);
    return JSON.parse(value);
  }

  /** Takes keys and uses each; their moduli. */
  async liveKeys(kind: CardKeyKind, count: number): Promise<readonly string[]> {
    const moduli = (await this.ask(`take ${kind} ${count}`)) as string[];
    await this.ask('use');
    return moduli;
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
  }
}

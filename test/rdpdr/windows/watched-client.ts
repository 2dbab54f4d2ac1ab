import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { hardened } from '../../../src/custody/hardening.ts';
import { inTime } from '../../in-time.ts';

type Said = Readonly<Record<string, unknown>>;
/** `client-process.ts`, started as the service starts itself, and what it says. */
export class WatchedClient {
  readonly #child;
  readonly #said: Said[] = [];
  #heard: () => void = () => undefined;
  constructor(port: number, fingerprint: string, octets = 1236) {
    const program = {
      command: process.execPath,
      args: [fileURLToPath(new URL('./client-process.ts', import.meta.url)), String(port), fingerprint, String(octets)],
      env: { PATH: '' },
    };
    const { command, args, env } = hardened(program);
    this.#child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#said.push(JSON.parse(line) as Said);
      this.#heard();
    });
  }
  get pid(): number {
    return this.#child.pid ?? 0;
  }
  /** The first line that has this name in it. */
  async said(name: string): Promise<Said> {
    for (;;) {
      const found = this.#said.find((line) => name in line);
      if (found) return found;
      const heard = new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
      await inTime(heard, `the client to say "${name}"`, 30_000);
    }
  }
  has(name: string): boolean {
    return this.#said.some((line) => name in line);
  }
  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
  }
}

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Compiles the searching program into a folder of its own; its path. */
export function buildRsaSearch(): string {
  const program = join(mkdtempSync(join(tmpdir(), 'mayfly-memory-search-')), 'rsa-search');
  const sources = ['rsa-search.c', 'fragments.c', 'process-memory.c'].map((file) => join(import.meta.dirname, file));
  execFileSync('cc', ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-o', program, ...sources, '-lgmp'], { stdio: 'pipe' });
  return program;
}

export interface Fragments {
  readonly hits: number;
  /** `p/little-endian:16`, and so on. */
  readonly forms: readonly string[];
}

/** A program that searches the memory of one process. */
export class RsaSearch {
  readonly #child;
  readonly #lines;

  constructor(program: string, pid: number) {
    this.#child = spawn(program, [String(pid)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async #ask(command: string): Promise<readonly string[]> {
    this.#child.stdin.write(`${command}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('the memory search has ended: may this user read the memory of other processes (ptrace(2))?');
    return value.split(' ');
  }

  /** Learns the primes of the keys that are there; how many it found. @param moduli hexadecimal */
  async find(moduli: readonly string[]): Promise<number> {
    const [found] = await this.#ask(`find ${moduli.join(' ')}`);
    return Number(found);
  }

  /** Searches for every fragment of the keys found last. */
  async count(): Promise<Fragments> {
    const [hits, ...forms] = await this.#ask('count');
    return { hits: Number(hits), forms };
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }
}

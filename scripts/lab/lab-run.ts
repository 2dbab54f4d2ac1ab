import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Steps } from '../../src/cli/steps.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { type Launch, ProcessGroup } from './process-group.ts';
import { runningProcesses } from './process-table.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly limitMs?: number;
  /** What the program reads from its standard input; nothing when left out. */
  readonly input?: string;
}

/** Nothing of the caller's environment reaches a peer but where its programs are. */
const ENVIRONMENT = { PATH: `${process.env['PATH'] ?? '/usr/bin:/bin'}:/usr/sbin:/sbin`, LC_ALL: 'C', TZ: 'UTC' };

/** One scenario run: its folder, the processes it started, and its steps. Lives in the run's own namespaces. */
export class LabRun {
  readonly directory: string;
  readonly steps: Steps;
  readonly #groups = new Set<ProcessGroup>();
  #programs = 0;
  #ended = false;

  constructor(directory: string, steps: Steps) {
    this.directory = directory;
    this.steps = steps;
  }

  path(...names: readonly string[]): string {
    return join(this.directory, ...names);
  }

  /** Writes a file into the run's folder and gives its absolute path. */
  write(name: string, content: string | Uint8Array): string {
    const file = this.path(name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  }

  /** Starts a peer that runs until the scenario ends or `stop` is called. It writes to `log/NAME.out`. */
  start(
    name: string,
    command: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): ProcessGroup {
    const out = this.path('log', `${name}.out`);
    return this.#launch(name, { command, arguments: args, environment, stdout: out, stderr: out });
  }

  async stop(group: ProcessGroup): Promise<void> {
    await group.stop();
    this.#groups.delete(group);
  }

  /** Runs a program to its end, whatever that is. */
  async attempt(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    const { environment = {}, limitMs = 120_000, input } = options;
    this.#programs += 1;
    const name = `${String(this.#programs).padStart(3, '0')}-${command.split('/').at(-1)}`;
    const [stdout, stderr] = [this.path('log', `${name}.stdout`), this.path('log', `${name}.stderr`)];
    const stdin = input === undefined ? {} : { stdin: this.write(`log/${name}.stdin`, input) };
    const group = this.#launch(command, { command, arguments: args, environment, stdout, stderr, ...stdin });
    let limit: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      limit = setTimeout(
        () => reject(new MayflyError('lab-time-limit', `${command} did not end within ${limitMs / 1000} s`)),
        limitMs,
      );
    });
    try {
      const code = await Promise.race([group.exited, late]);
      return { code, stdout: readFileSync(stdout, 'utf8'), stderr: readFileSync(stderr, 'utf8') };
    } finally {
      clearTimeout(limit);
      await this.stop(group);
    }
  }

  /** Runs a program that must succeed; gives its standard output. */
  async run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.attempt(command, args, options);
    if (code !== 0) {
      const lines = `${stderr}\n${stdout}`.split('\n').filter((line) => /\w/.test(line)); // openssl draws its progress in dots
      const said = lines.length > 8 ? [...lines.slice(0, 4), '…', ...lines.slice(-4)] : lines;
      throw new MayflyError(
        'lab-program',
        `${command.split('/').at(-1)} ${args.slice(0, 3).join(' ')} ended with code ${code}: ${said.join(' | ')}`,
      );
    }
    return stdout;
  }

  /**
   * Stops what is left, the latest first. Nothing can be started afterwards.
   * @returns what does not stop or was not ours to stop, one line each; empty when all is clean
   */
  async end(): Promise<string[]> {
    this.#ended = true;
    const faults: string[] = [];
    for (const group of [...this.#groups].reverse()) {
      await this.stop(group).catch((error: unknown) => faults.push(error instanceof Error ? error.message : String(error)));
    }
    // /proc shows this run's PID namespace only, so whoever is left besides this process escaped from its group
    for (const { pid, name } of runningProcesses()) {
      if (pid !== process.pid) {
        faults.push(`process ${pid} (${name}) is left`);
      }
    }
    return faults;
  }

  #launch(name: string, launch: Launch): ProcessGroup {
    if (this.#ended) {
      throw new MayflyError('lab-ended', `${name} is not started: the run is over`);
    }
    const environment = { ...ENVIRONMENT, HOME: this.directory, ...launch.environment };
    const group = new ProcessGroup(name, { ...launch, environment });
    this.#groups.add(group);
    return group;
  }
}

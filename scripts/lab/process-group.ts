import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { poll } from './poll.ts';
import { runningProcesses } from './process-table.ts';

export interface Launch {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** A file; /dev/null when left out. */
  readonly stdin?: string;
  /** Both go here; stdout and stderr may be one file. Appended to. */
  readonly stdout: string;
  readonly stderr: string;
}

const TERM_MS = 5_000;
const KILL_MS = 2_000;

/**
 * One program and whatever it starts: it leads a process group (and session) of its own, and is stopped by that group's id.
 * Its input is a file or nothing at all, so nothing can wait for a person.
 */
export class ProcessGroup {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #stderr: string;
  readonly exited: Promise<number>;
  #code: number | undefined;
  #notStarted: MayflyError | undefined;

  constructor(name: string, launch: Launch) {
    this.name = name;
    this.#stderr = launch.stderr;
    const files = [launch.stdout, launch.stderr].map((file) => {
      mkdirSync(dirname(file), { recursive: true });
      return openSync(file, 'a', 0o600);
    });
    const stdin = launch.stdin === undefined ? 'ignore' : openSync(launch.stdin, 'r');
    this.#child = spawn(launch.command, launch.arguments, {
      detached: true,
      env: launch.environment,
      stdio: [stdin, ...files],
    });
    for (const file of [stdin, ...files]) {
      if (typeof file === 'number') closeSync(file);
    }
    this.exited = new Promise((resolve, reject) => {
      this.#child.once('error', (cause) => {
        this.#notStarted = new MayflyError('lab-start', `cannot start ${name}`, { cause });
        reject(this.#notStarted);
      });
      this.#child.once('exit', (code) => {
        this.#code = code ?? -1;
        resolve(this.#code);
      });
    });
    this.exited.catch(() => undefined); // who waits for it, hears of it
  }

  /** Undefined when it could not be started. */
  get id(): number | undefined {
    return this.#child.pid;
  }

  /** Throws when the program could not be started, or has ended by itself, with the end of what it said. */
  assertRunning(): void {
    if (this.#notStarted !== undefined) {
      throw this.#notStarted;
    }
    if (this.#code !== undefined) {
      const said = readFileSync(this.#stderr, 'utf8').trim().split('\n').slice(-4).join(' | ');
      throw new MayflyError('lab-peer-ended', `${this.name} ended with code ${this.#code}: ${said}`);
    }
  }

  /** Until it accepts TCP there; fails at once when the program ends instead. */
  async listening(address: string, port: number, limitMs = 60_000): Promise<void> {
    await poll(`${this.name} listening at ${address}:${port}`, limitMs, async () => {
      this.assertRunning();
      return (await accepts(address, port)) ? true : undefined;
    });
  }

  async stop(): Promise<void> {
    const group = this.id;
    if (group === undefined) {
      return;
    }
    if (!(await ended(group, 'SIGTERM', TERM_MS)) && !(await ended(group, 'SIGKILL', KILL_MS))) {
      throw new MayflyError('lab-peer-stuck', `${this.name} (process group ${group}) does not end`);
    }
    await this.exited.catch(() => undefined);
  }
}

async function ended(group: number, signal: NodeJS.Signals, limitMs: number): Promise<boolean> {
  const gone = () => (runningProcesses().some((process) => process.group === group) ? undefined : true);
  if (gone()) {
    return true; // its id may belong to someone else by now: no signal
  }
  try {
    process.kill(-group, signal);
  } catch {
    // it ended between the look and the signal
  }
  return poll(`the end of group ${group}`, limitMs, gone).catch(() => false);
}

function accepts(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 1_000 });
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
  });
}

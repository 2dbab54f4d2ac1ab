import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, vi } from 'vitest';
import { run } from '../../src/cli/main.ts';
import { inTime } from '../in-time.ts';

/** Milliseconds for a command or a CA process to start and do its work on a machine that is busy. */
const LIMIT = 50_000;

export const entry: string = join(import.meta.dirname, '..', '..', 'src', 'cli', 'mayfly.js');
/** Known, so that everything any command prints can be searched for it. */
export const SECRET = 'planted-Xyzzy-passphrase';
const folders: string[] = [];
const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A data folder with a passphrase file beside it. */
export interface Home {
  readonly home: string;
  /** For files that a command is given or told to write. */
  readonly beside: string;
  readonly passphraseFile: string;
}
export function newHome(): Home {
  const beside = mkdtempSync(join(tmpdir(), 'mayfly-cli-'));
  folders.push(beside);
  const home = join(beside, 'home');
  mkdirSync(home, { mode: 0o700 });
  const passphraseFile = join(beside, 'passphrase');
  writeFileSync(passphraseFile, `${SECRET}\n`, { mode: 0o600 });
  return { home, beside, passphraseFile };
}
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
function searched(ran: Ran): Ran {
  for (const text of [ran.stdout, ran.stderr]) if (text.includes(SECRET)) throw new Error('a passphrase was printed');
  return ran;
}
function environment(home: string): NodeJS.ProcessEnv {
  const env = { ...process.env, MAYFLY_HOME: home };
  Reflect.deleteProperty(env, 'MAYFLY_CONFIG');
  return env;
}
/** One command line in this process: as `mayfly` runs it, less the start of a Node. */
export async function mayfly({ home }: Home, ...args: readonly string[]): Promise<Ran> {
  const before = process.env;
  const said = { stdout: '', stderr: '' };
  const listen = (name: 'stdout' | 'stderr') =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      said[name] += Buffer.from(chunk).toString('utf8');
      return true;
    });
  const spies = [listen('stdout'), listen('stderr')];
  process.env = environment(home);
  try {
    return searched({ code: await run(['node', entry, ...args]), ...said });
  } finally {
    process.env = before;
    for (const spy of spies) spy.mockRestore();
  }
}
/** The same as a process of its own; `around` goes before it on the command line. */
export async function spawned({ home }: Home, args: readonly string[], around: readonly string[] = []): Promise<Ran> {
  const command = [...around, process.execPath, entry, ...args];
  const child = spawn(command[0] ?? '', command.slice(1), { env: environment(home), stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const said = collect(child);
  const closed = once(child, 'close') as Promise<[number | null]>;
  const [code] = await inTime(closed, `mayfly ${args.join(' ')} to end`, LIMIT);
  return searched({ code: code ?? -1, stdout: said.stdout(), stderr: said.stderr() });
}
function collect(child: ChildProcess): { stdout: () => string; stderr: () => string } {
  const chunks: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  for (const name of ['stdout', 'stderr'] as const) child[name]?.on('data', (chunk: Buffer) => chunks[name].push(chunk));
  return { stdout: () => Buffer.concat(chunks.stdout).toString(), stderr: () => Buffer.concat(chunks.stderr).toString() };
}
export interface Serving {
  readonly child: ChildProcess;
  readonly pid: number;
  said(): Ran;
  stop(signal?: NodeJS.Signals): Promise<Ran>;
}
/** `mayfly ca serve` until it listens. */
export async function serve(
  { home, passphraseFile }: Home,
  options: {
    readonly args?: readonly string[];
    readonly around?: readonly string[];
    readonly env?: NodeJS.ProcessEnv;
    /** What it says when it has begun. */
    readonly until?: string;
  } = {},
): Promise<Serving> {
  const args = [
    ...(options.around ?? []),
    process.execPath,
    entry,
    ...(options.args ?? ['ca', 'serve', '--passphrase-file', passphraseFile]),
  ];
  const child = spawn(args[0] ?? '', args.slice(1), {
    env: { ...environment(home), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const collected = collect(child);
  const said = () => searched({ code: child.exitCode ?? -1, stdout: collected.stdout(), stderr: collected.stderr() });
  const listening = async () => {
    while (!collected.stdout().includes(options.until ?? 'listening')) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`mayfly ca serve ended: ${collected.stderr()}`);
      await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'close')]);
    }
  };
  await inTime(listening(), 'mayfly ca serve to listen', LIMIT);
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await inTime(once(child, 'close'), `mayfly ca serve to end on ${signal}`);
    }
    return said();
  };
  return { child, pid: child.pid ?? 0, said, stop };
}

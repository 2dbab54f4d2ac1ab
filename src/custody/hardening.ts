import { existsSync, readFileSync } from 'node:fs';

/**
 * How a process that holds keys is to be started. OpenSSL clears a freed key but for 16 octets derived from its primes (the
 * n0 of two Montgomery contexts: minus the inverse of a prime mod 2^64); glibc overwrites those where it is told to overwrite what
 * is freed, and only without its per-thread cache. Other C libraries do not know these settings.
 */
const TUNABLES = 'glibc.malloc.perturb=165:glibc.malloc.tcache_count=0';
const SHELL = '/bin/sh';

export interface StartedProcess {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const isHardened = (env: NodeJS.ProcessEnv): boolean => env['GLIBC_TUNABLES']?.includes(TUNABLES) === true;

/** The same program without core dumps and with freed memory overwritten. */
export function hardened({ command, args, env }: StartedProcess): StartedProcess {
  if (process.platform === 'win32' || !existsSync(SHELL)) return { command, args, env };
  const others = env['GLIBC_TUNABLES'];
  return {
    command: SHELL,
    args: ['-c', 'ulimit -c 0; exec "$@"', 'sh', command, ...args],
    env: { ...env, GLIBC_TUNABLES: others ? `${others}:${TUNABLES}` : TUNABLES },
  };
}

/**
 * Replaces this process by itself, hardened, under the same process id; returns where it is so already or cannot be. Call it
 * first. Of its open files only standard input, output and error survive: Node marks the others close-on-exec at its start.
 */
export function restartHardened(): void {
  if (isHardened(process.env) || process.platform === 'win32' || !process.execve) return;
  const args = [...process.execArgv, ...process.argv.slice(1)];
  const again = hardened({ command: process.execPath, args, env: process.env });
  if (again.command === SHELL) process.execve(SHELL, ['sh', ...again.args], again.env);
}

/** What of the hardening this process lacks, one clause each, for its log. */
export function hardeningGaps(): readonly string[] {
  const gaps: string[] = [];
  if (!isHardened(process.env)) gaps.push('freed memory is not overwritten: 16 octets derived from a destroyed key may stay');
  if (!areCoreDumpsOff()) gaps.push('core dumps are on: a crash would write living keys to a file');
  return gaps;
}

/** RLIMIT_CORE as proc_pid_limits(5) shows it. */
function areCoreDumpsOff(): boolean {
  const limits = '/proc/self/limits';
  return existsSync(limits) && /^Max core file size\s+0\s/m.test(readFileSync(limits, 'utf8'));
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MayflyError } from '../../src/wire/mayfly-error.ts';

/**
 * Namespaces of the run's own, unshare(1): a network that holds nothing but its loopback, mounts for a private /etc/hosts, and
 * process ids, so that the kernel ends every process of the run with its first one.
 */
function unshareOptions(): string[] {
  const own = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  return process.getuid?.() === 0 ? own : ['--user', '--map-root-user', ...own];
}

export function assertNamespaces(): void {
  const tried = spawnSync('unshare', [...unshareOptions(), 'true'], { encoding: 'utf8', timeout: 10_000 });
  if (tried.status !== 0) {
    throw new MayflyError('lab-namespace', 'this machine gives the scenario no network namespace of its own', {
      cause: tried.error ?? new Error(tried.stderr.trim()),
      next: process.getuid?.() === 0 ? 'run it where unshare works' : 'run it as root, or allow unprivileged user namespaces',
    });
  }
}

/** Starts `inside.ts` as the first process of new namespaces; it stops by itself when the channel to it closes. */
export function enterNamespaces(args: readonly string[]): ChildProcess {
  const inside = fileURLToPath(import.meta.resolve('./inside.ts'));
  return spawn('unshare', [...unshareOptions(), process.execPath, '--no-warnings', inside, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

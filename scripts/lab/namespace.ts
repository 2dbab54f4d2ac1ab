import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import type { LabRun } from './lab-run.ts';

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

/** Starts a program of the lab as the first process of new namespaces; the kernel ends them with it. */
export function enterNamespaces(program: string, args: readonly string[]): ChildProcess {
  return spawn('unshare', [...unshareOptions(), process.execPath, '--no-warnings', program, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

const HOSTS = [
  ['127.0.0.1', 'localhost'],
  ['127.0.1.10', 'dc1.lab.mayfly.test', 'dc1'],
  ['127.0.1.20', 'kdc.lab.mayfly.test', 'kdc'],
  ['127.0.1.21', 'kdc2.lab.mayfly.test', 'kdc2'],
  ['127.0.1.30', 'kdc.far.mayfly.test'],
  ['127.0.1.40', 'proxy.lab.mayfly.test'],
  ['127.0.1.41', 'pki.lab.mayfly.test'],
];

/** Inside them: a loopback, and the names of the lab's hosts. */
export async function privateNetwork(lab: LabRun): Promise<void> {
  await lab.run('ip', ['link', 'set', 'lo', 'up']);
  const hosts = lab.write('hosts', HOSTS.map(([address, ...names]) => `${address} ${names.join(' ')}\n`).join(''));
  await lab.run('mount', ['--bind', hosts, '/etc/hosts']);
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { MayflyError } from '../wire/mayfly-error.ts';

/** Milliseconds a CA process may take until it listens: deriving the key of its key file takes most of it. */
const START = 20_000;
const STOP = 5000;

export interface CaProcess {
  readonly pid: number;
  /** Resolves when it has ended, however that came about. */
  readonly ended: Promise<unknown>;
  readonly stop: () => Promise<void>;
}
/**
 * Starts `mayfly ca serve` as a process of its own and waits until it listens. It ends with this process, whatever becomes of that;
 * a signal to the terminal's processes does not reach it.
 * @param log takes what it says on standard error, line by line
 */
export async function startCaProcess(
  name: string,
  env: NodeJS.ProcessEnv,
  log: (line: string) => void = () => undefined,
): Promise<CaProcess> {
  const entry = process.argv[1] ?? '';
  const args = [entry, 'ca', 'serve', '--ca', name, '--with-parent'];
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  // The other end of its standard input: held open for as long as this process is there.
  child.stdin.on('error', () => undefined);
  const complaints: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (complaints.length < 20) complaints.push(line);
    log(line);
  });
  const lines = createInterface({ input: child.stdout });
  const failed = (why: string) =>
    new MayflyError('ca-process', `the CA process ${why}${complaints.length > 0 ? `: ${complaints.join(' ')}` : ''}`);
  const ended = new Promise((resolve) => child.once('close', resolve));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(failed('did not start in time'));
    }, START);
    lines.on('line', (line) => {
      if (!line.includes('listening')) return;
      clearTimeout(timer);
      resolve();
    });
    child.once('error', (cause) => reject(new MayflyError('ca-process', 'the CA process cannot be started', { cause })));
    // By now all it had to say has been read.
    child.once('close', () => {
      clearTimeout(timer);
      reject(failed('ended'));
    });
  });
  return {
    pid: child.pid ?? 0,
    ended,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP);
      child.kill('SIGTERM');
      await once(child, 'exit');
      clearTimeout(timer);
    },
  };
}

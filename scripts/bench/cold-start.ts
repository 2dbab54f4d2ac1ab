import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure, report } from '../measure.ts';

/** What a command costs before it does anything: target below 0.3 s. */
const entry = join(import.meta.dirname, '../../src/cli/mayfly.js');
const home = mkdtempSync(join(tmpdir(), 'mayfly-bench-'));
const env = { ...process.env, MAYFLY_HOME: home };
const run = (...args: string[]) => ({
  name: `mayfly ${args.join(' ')}`,
  runs: 20,
  work: () => execFileSync(process.execPath, [entry, ...args], { env, stdio: 'ignore' }),
});
try {
  execFileSync(process.execPath, [entry, 'ca', 'init', '--lab', '--key', 'p-256', '--domain', 'lab.mayfly.test'], {
    env,
    stdio: 'ignore',
  });
  const arms = [
    { name: 'node -e 0', runs: 20, work: () => execFileSync(process.execPath, ['-e', '0'], { stdio: 'ignore' }) },
    run('--version'),
    run('--help'),
    run('config', 'check'),
    run('ca', 'list'),
    run('ca', 'show'),
  ];
  const measured = await measure(arms);
  report('cold start', measured);
  const slowest = measured.reduce((a, b) => (a.median < b.median ? b : a));
  console.log(
    `slowest: ${slowest.name}, ${slowest.median.toFixed(0)} ms; target 300 ms ${slowest.median < 300 ? 'met' : 'MISSED'}`,
  );
} finally {
  rmSync(home, { recursive: true, force: true });
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestCounts, testCountsLine } from '../test/test-counts.ts';
import { readyPeers } from './peers.ts';
import { root, runTool } from './tools.ts';

/**
 * `npm test`: peers, static checks, tests; arguments go to vitest. A step that fails counts as one failed test, and the
 * last line is always "N passed, N failed, N skipped".
 */
async function vitest(args: readonly string[]): Promise<TestCounts> {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-test-'));
  const file = join(folder, 'counts.json');
  try {
    const program = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const run = await runTool(process.execPath, [program, 'run', ...args], { env: { MAYFLY_TEST_COUNTS: file } });
    return atLeast(run.code === 0 ? 0 : 1, readCounts(file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** No numbers means that vitest ended before the run did. */
function readCounts(file: string): TestCounts {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as TestCounts;
  } catch {
    console.log('test: vitest gave no result');
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

const atLeast = (failed: number, counts: TestCounts): TestCounts => ({ ...counts, failed: Math.max(failed, counts.failed) });

async function steps(): Promise<TestCounts> {
  if (!readyPeers((line) => console.log(line))) return { passed: 0, failed: 1, skipped: 0 };
  const check = await runTool(process.execPath, [join(import.meta.dirname, 'check.ts')]);
  if (check.code !== 0) console.log('test: npm run check refuses; this counts as one failed test');
  const counts = await vitest(process.argv.slice(2));
  return check.code === 0 ? counts : { ...counts, failed: counts.failed + 1 };
}

const counts = await steps();
process.exitCode = counts.failed === 0 ? 0 : 1;
console.log(testCountsLine(counts));

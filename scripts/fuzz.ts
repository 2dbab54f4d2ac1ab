import { join } from 'node:path';
import { root, runTool } from './tools.ts';

/** `npm run fuzz [-- PATH …]`: the property and fuzz tests with 200,000 cases each, or MAYFLY_FUZZ_RUNS. */
const runs = process.env['MAYFLY_FUZZ_RUNS'] ?? '200000';
const named = process.argv.slice(2);
const files = named.length > 0 ? named : ['.property.test.ts', '.fuzz.test.ts'];
console.log(`fuzz: ${runs} cases for each property`);
const program = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const run = await runTool(
  process.execPath,
  [program, 'run', '--project=unit', '--reporter=verbose', '--reporter=./test/plain-reporter.ts', ...files],
  {
    env: { MAYFLY_FUZZ_RUNS: runs },
  },
);
process.exitCode = run.code;

import { join } from 'node:path';
import { root, runTool } from './tools.ts';

/** `npm run soak [-- SECONDS]`: sessions of the gateway that come and go at random, for ten minutes; `npm test` does the same for a short while. */
const program = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const run = await runTool(
  process.execPath,
  [program, 'run', '--project=unit', '--reporter=verbose', '--reporter=./test/plain-reporter.ts', 'test/gateway/soak.test.ts'],
  { env: { MAYFLY_SOAK_SECONDS: process.argv[2] ?? '600' } },
);
process.exitCode = run.code;

import { join } from 'node:path';
import { root, runTool } from './tools.ts';

/** `npm run soak [-- SECONDS]`: scenario `soak` for ten minutes; as one of the scenarios it takes one. */
const run = await runTool(process.execPath, [join(root, 'scripts', 'lab', 'lab.ts'), 'soak'], {
  env: { MAYFLY_SOAK_SECONDS: process.argv[2] ?? '600' },
});
process.exitCode = run.code;

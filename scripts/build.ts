import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, runTool } from './tools.ts';

/** `npm run build`: emits `src` into `dist`, and sees that the emit starts where no source is in reach. */
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
const emitted = await runTool('tsc', ['-p', 'tsconfig.build.json']);
if (emitted.code !== 0 || !(await starts())) process.exitCode = 1;

async function starts(): Promise<boolean> {
  const entry = join('dist', 'cli', 'mayfly.js');
  if (!existsSync(join(root, entry))) {
    console.error(`build: ${entry} is missing`);
    return false;
  }
  const away = mkdtempSync(join(tmpdir(), 'mayfly-build-'));
  try {
    cpSync(dist, join(away, 'dist'), { recursive: true });
    cpSync(join(root, 'package.json'), join(away, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(away, 'node_modules'));
    const run = await runTool(process.execPath, [join(away, entry), '--help'], { quiet: true });
    if (run.code !== 0) process.stdout.write(run.output);
    console.log(`build: ${entry} ${run.code === 0 ? 'starts' : 'does not start'} without the sources (${run.ms} ms)`);
    return run.code === 0;
  } finally {
    rmSync(away, { recursive: true });
  }
}

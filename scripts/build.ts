import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, runTool } from './tools.ts';

/** `npm run build`: emits `src` into `dist`, which runs without the sources, and sees that it starts. */
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
const emitted = await runTool('tsc', ['-p', 'tsconfig.build.json']);
process.exitCode = emitted.code;
if (emitted.code === 0) {
  console.log(`build: ${readdirSync(dist, { recursive: true }).length} files in dist`);
  await tryEntry(join('cli', 'mayfly.js'));
}

/** Starts the emitted command as a user would. */
async function tryEntry(entry: string): Promise<void> {
  if (!existsSync(join(dist, entry))) {
    console.error(`build: dist/${entry} is missing`);
    process.exitCode = 1;
    return;
  }
  const run = await runTool(process.execPath, [join(dist, entry), '--help'], { quiet: true });
  if (run.code !== 0 || run.output.includes(join(root, 'src'))) {
    process.stdout.write(run.output);
    console.error(`build: dist/${entry} does not start`);
    process.exitCode = 1;
  } else {
    console.log(`build: dist/${entry} starts (${run.ms} ms)`);
  }
}

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from './tools.ts';

/** `npm run bench [-- NAME …]`: runs scripts/bench/NAME.ts, or all, one after the other so that none disturbs another. */
const folder = join(import.meta.dirname, 'bench');
const all = existsSync(folder)
  ? readdirSync(folder)
      .filter((file) => file.endsWith('.ts'))
      .map((file) => file.slice(0, -3))
      .sort()
  : [];
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const options = process.argv.slice(2).filter((argument) => argument.startsWith('-'));
const unknown = named.filter((name) => !all.includes(name));

if (unknown.length > 0 || all.length === 0) {
  console.error(
    `bench: ${unknown.length > 0 ? `no ${unknown.join(', ')}` : 'nothing to run'}; there are: ${all.join(', ') || 'none'}`,
  );
  process.exitCode = 1;
} else {
  for (const name of named.length > 0 ? named : all) {
    console.log(`bench ${name}`);
    const run = await runTool(process.execPath, ['--expose-gc', join(folder, `${name}.ts`), ...options]);
    if (run.code !== 0) process.exitCode = 1;
  }
}

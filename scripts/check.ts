import { runTool } from './tools.ts';

/** `npm run check`: every static check, all of them even when one refuses; `npm run check:NAME` one of them. */
const checks: readonly (readonly [name: string, command: string, ...args: readonly string[]])[] = [
  ['types', 'tsc', '--noEmit'],
  ['biome', 'biome', 'check', '--error-on-warnings'],
  ['oxlint', 'oxlint', '--type-aware', '--deny-warnings'],
  ['knip', 'knip', '--no-progress'],
];

const named = process.argv.slice(2);
const unknown = named.filter((name) => !checks.some((check) => check[0] === name));
let refused = unknown.length;
for (const name of unknown) console.log(`check ${name}: there is no such check`);
for (const [name, command, ...args] of checks.filter((check) => named.length === 0 || named.includes(check[0]))) {
  const run = await runTool(command, args, { quiet: true });
  if (run.code !== 0) {
    refused += 1;
    process.stdout.write(run.output);
  }
  console.log(`check ${name}: ${run.code === 0 ? 'ok' : 'refused'} (${run.ms} ms)`);
}
if (refused > 0) process.exitCode = 1;

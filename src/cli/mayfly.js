#!/usr/bin/env node
// Plain JavaScript, so that an older Node reads far enough to say what is wrong.
import { existsSync } from 'node:fs';

const OLDEST = 24;
if (Number.parseInt(process.versions.node, 10) < OLDEST) {
  process.stderr.write(
    `mayfly: needs Node ${OLDEST} or later, this is ${process.versions.node}\n` +
      '  in a checkout, `npm ci` brings the right one and `npm start`, `npm run mayfly -- …` and `npx mayfly …` use it\n',
  );
  process.exit(2);
}
// Beside this file in a build, as a source in a checkout, in dist/ when the package was packed from one.
const places = ['./main.js', './main.ts', '../../dist/cli/main.js'].map((place) => new URL(place, import.meta.url));
const main = places.find((place) => existsSync(place));
if (!main) throw new Error('mayfly is not built: run `npm run build`');
/** @type {{ readonly run: (argv: readonly string[]) => Promise<number> }} */
const program = /** @type {never} */ (await import(main.href));
// Whoever read standard output may leave (`| head -1`). Where it is full, a service goes on, and a command has not done its work.
let isLost = false;
process.stdout.on('error', (/** @type {NodeJS.ErrnoException} */ e) => {
  if (isLost || e.code === 'EPIPE') return;
  process.stderr.write(`mayfly: cannot write to standard output (${e.code})\n`);
  isLost = true;
  process.exitCode ||= 1;
});
process.stderr.on('error', () => undefined);
const code = await program.run(process.argv);
process.exitCode = code || (isLost ? 1 : 0);

/**
 * `node scripts/run.js NAME …` starts scripts/NAME.ts. It is plain JavaScript that an older Node understands, so that a
 * wrong Node gets one clear line. npm puts the pinned Node (node_modules/.bin) first, whatever the system has.
 */
const [major] = process.versions.node.split('.').map(Number);
const name = process.argv[2];
if (major === undefined || major < 24) {
  console.error(`mayfly needs Node 24, this is ${process.version}: run "npm ci", then start through npm, which brings its own`);
  process.exitCode = 1;
} else if (name === undefined || !/^[a-z-]+$/.test(name)) {
  console.error('usage: node scripts/run.js NAME …');
  process.exitCode = 1;
} else {
  process.argv.splice(1, 2, new URL(`${name}.ts`, import.meta.url).pathname);
  await import(`./${name}.ts`);
}

/**
 * `node scripts/run.js NAME …` starts scripts/NAME.ts (or the lab, or mayfly) under the pinned Node. It is plain JavaScript
 * that an older Node understands. npm puts node_modules/.bin first, whatever Node the system has; but npm 9 and 10, when
 * they drop the packages of other platforms, drop .bin/node with them, so an older Node looks for the pinned one itself.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const LEAST = 24;
const here = dirname(fileURLToPath(import.meta.url));

/** @param {string} name */
function programOf(name) {
  if (name === 'mayfly') return join(here, '..', 'src', 'cli', 'mayfly.js');
  return name === 'lab' ? join(here, 'lab', 'lab.ts') : join(here, `${name}.ts`);
}

function pinnedNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const folder = join(here, '..', 'node_modules', `node-${platform}-${process.arch}`, 'bin');
  return join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
}

/** What this process is told to do by a signal, the pinned Node is told. @param {string[]} args */
function runByPinnedNode(args) {
  const child = spawn(pinnedNode(), args, { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    // A terminal has told both; the child hears SIGINT once from there, and is not told a second time.
    process.on(signal, () => void (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)));
  }
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? 128 + constants.signals[signal ?? 'SIGTERM'];
      resolve(undefined);
    });
  });
}

/** @param {string} program @param {readonly string[]} args */
async function run(program, args) {
  if (Number.parseInt(process.versions.node, 10) >= LEAST) {
    process.argv.splice(1, process.argv.length, program, ...args);
    await import(pathToFileURL(program).href);
  } else if (existsSync(pinnedNode())) {
    await runByPinnedNode([program, ...args]);
  } else {
    console.error(`mayfly needs Node ${LEAST}, this is ${process.version}: "npm ci" brings one along, then start through npm`);
    process.exitCode = 1;
  }
}

const [name, ...args] = process.argv.slice(2);
if (name === undefined || !/^[a-z-]+$/.test(name) || !existsSync(programOf(name))) {
  console.error(`usage: node scripts/run.js NAME …${name === undefined ? '' : `; there is no ${name}`}`);
  process.exitCode = 1;
} else {
  await run(programOf(name), args);
}

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { formatStep, Steps } from '../../src/cli/steps.ts';
import { MayflyError } from '../../src/wire/mayfly-error.ts';
import { missingPeers } from '../peers.ts';
import { assertNamespaces, enterNamespaces } from './namespace.ts';
import { SCENARIOS } from './scenario.ts';

/** It stops by itself when the channel to it closes. */
const INSIDE = fileURLToPath(import.meta.resolve('./inside.ts'));

const USAGE = `npm run lab -- NAME [--json] [--keep]

Runs one acceptance scenario end to end against real peers, in namespaces of its own.
  --json   print one object {ok, steps: [{name, ok, ms, detail}]} and everything else to standard error
  --keep   leave the run's folder (configuration, logs, keys of the run) in place

Scenarios:
${SCENARIOS.map((scenario) => `  ${scenario.name.padEnd(8)} ${scenario.summary}`).join('\n')}`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  const { values, positionals } = parsed;
  const [name] = positionals;
  if (values.help || name === undefined) {
    console.log(USAGE);
    return 0;
  }
  if (positionals.length > 1 || !SCENARIOS.some((scenario) => scenario.name === name)) {
    console.error(`no scenario ${positionals.join(' ')}\n\n${USAGE}`);
    return 2;
  }
  return (await possible(values.json)) ? runScenario(name, values.json, values.keep) : 1;
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}

/** What this machine lacks is a failed step like any other; what it has needs no mention. */
async function possible(json: boolean): Promise<boolean> {
  const steps = new Steps((step) => (step.ok ? undefined : console.error(formatStep(step))));
  try {
    await steps.run('peers installed', assertPeers);
    await steps.run('namespaces', assertNamespaces);
    return true;
  } catch {
    if (json) {
      console.log(JSON.stringify({ ok: false, steps: steps.steps }));
    }
    return false;
  }
}

function assertPeers(): void {
  const missing = missingPeers().map((peer) => peer.name);
  if (missing.length > 0) {
    throw new MayflyError('lab-peers', `missing: ${missing.join(', ')}`, {
      next: `apt-get install -y --no-install-recommends ${missing.join(' ')}`,
    });
  }
}

async function runScenario(name: string, json: boolean, keep: boolean): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'mayfly-lab-'));
  const inside = enterNamespaces(INSIDE, [name, directory, ...(json ? ['json'] : []), ...(keep ? ['keep'] : [])]);
  let interrupted: NodeJS.Signals | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (interrupted !== undefined) {
        inside.kill('SIGKILL'); // asked twice: the kernel ends the whole run
      } else if (inside.connected) {
        inside.send(signal);
      }
      interrupted ??= signal;
    });
  }
  const code = await new Promise<number>((resolve) => {
    inside.once('error', () => resolve(1));
    inside.once('exit', (exit) => resolve(exit ?? 1));
  });
  if (keep) {
    console.error(`kept: ${directory}`);
  } else if (existsSync(directory)) {
    rmSync(directory, { recursive: true, force: true });
  }
  return interrupted === undefined ? code : 128 + constants.signals[interrupted];
}

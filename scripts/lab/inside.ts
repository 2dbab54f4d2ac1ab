import { rmSync } from 'node:fs';
import { formatStep, type Step, Steps } from '../../src/cli/steps.ts';
import { LabRun } from './lab-run.ts';
import { privateNetwork } from './namespace.ts';
import { SCENARIOS } from './scenario.ts';

/**
 * The first process of the run's namespaces: `inside.ts SCENARIO DIRECTORY [json] [keep]`. It prints the report and ends with
 * code 0 only if every step holds.
 */
const LIMIT_MS = 540_000;

const [name = '', directory = '', ...flags] = process.argv.slice(2);
const scenario = SCENARIOS.find((each) => each.name === name);
if (scenario === undefined || process.pid !== 1 || process.send === undefined) {
  console.error('inside.ts is started by lab.ts only');
  process.exit(2);
}

const json = flags.includes('json');
const say = (line: string) => void (json ? process.stderr : process.stdout).write(`${line}\n`);
const steps = new Steps((step: Step) => say(formatStep(step)));
const lab = new LabRun(directory, steps);

process.stdout.on('error', () => undefined); // a reader that went away is no reason to leave anything running

let ending = false;

/** Stops everything, prints the report, ends the process: once, whoever asks first. */
async function end(interruption?: string): Promise<void> {
  if (ending) {
    return;
  }
  ending = true;
  if (interruption !== undefined) {
    await steps.run('not interrupted', () => Promise.reject(new Error(interruption))).catch(() => undefined);
  }
  await steps.run('everything stopped', stopAll).catch(() => undefined);
  if (!flags.includes('keep')) {
    rmSync(directory, { recursive: true, force: true });
  }
  const report = { ok: steps.ok, steps: steps.steps };
  say(`${report.ok ? 'ok' : 'FAIL'}: ${name}, ${steps.steps.length} steps`);
  if (json) {
    await new Promise((resolve) => process.stdout.write(`${JSON.stringify(report)}\n`, resolve));
  }
  process.exit(report.ok ? 0 : 1);
}

async function stopAll(): Promise<void> {
  const faults = await lab.end();
  if (faults.length > 0) {
    throw new Error(faults.join(', '));
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void end(signal));
}
process.on('uncaughtException', (error) => void end(error.message));
process.on('disconnect', () => void end('the process that started this run is gone'));
process.on('message', (message) => void end(String(message)));
const limit = scenario.limitMs ?? LIMIT_MS;
setTimeout(() => void end(`not done within ${limit / 1000} s`), limit).unref();

try {
  await steps.run('network of its own', () => privateNetwork(lab));
  await scenario.run(lab);
} catch (error) {
  // what a step threw is in the report already
  if (steps.ok && !ending) {
    const thrown = error instanceof Error ? error : new Error(String(error));
    await steps.run('scenario', () => Promise.reject(thrown)).catch(() => undefined);
  }
}
await end();

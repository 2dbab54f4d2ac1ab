import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';
import { labAbsent, missingPeers } from '../../scripts/peers.ts';
import type { Step, StepsReport } from '../../src/cli/steps.ts';

const LAB = join(import.meta.dirname, '../../scripts/lab/lab.ts');

/** Where the lab is optional, peers that are missing are the reason to skip, said in the test's name; elsewhere they fail it. */
export const skipped: string = labAbsent()
  ? ` (skipped, missing: ${missingPeers()
      .map((peer) => peer.name)
      .join(', ')})`
  : '';

/** Runs a scenario that has to hold; gives its steps. @param limit milliseconds */
export async function heldScenario(name: string, limit = 560_000): Promise<readonly Step[]> {
  const { report, diagnosis } = await runScenario(name, limit);
  const failed = report.steps.filter((step) => !step.ok);
  expect(failed, diagnosis).toEqual([]);
  expect(report.ok).toBe(true);
  return report.steps;
}

export const namesOf = (steps: readonly Step[]): string[] => steps.map((step) => step.name);

function runScenario(name: string, timeout: number): Promise<{ report: StepsReport; diagnosis: string }> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [LAB, name, '--json'], { timeout }, (error, stdout, stderr) => {
      try {
        const report = JSON.parse(stdout) as StepsReport;
        expect(report.ok).toBe(error === null); // the exit code says the same
        resolve({ report, diagnosis: stderr });
      } catch (cause) {
        reject(new Error(`no report on standard output; standard error: ${stderr}`, { cause }));
      }
    });
  });
}

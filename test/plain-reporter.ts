import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule, TestRunEndReason } from 'vitest/node';
import { countTests, testCountsLine } from './test-counts.ts';

/**
 * Closes the run with one plain line: "N passed, N failed, N skipped". It is written as the process ends, so that nothing
 * comes after it. `scripts/test.ts`, which has its own steps to count, asks for the numbers in a file instead.
 */
export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[], reason: TestRunEndReason): void {
    const counts = countTests(modules, unhandled, reason);
    const file = process.env['MAYFLY_TEST_COUNTS'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(counts));
    process.once('exit', () => {
      if (counts.failed > 0) process.exitCode = 1;
      if (file === undefined) console.log(testCountsLine(counts));
    });
  }
}

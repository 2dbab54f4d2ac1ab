import type { SerializedError, TestModule, TestRunEndReason } from 'vitest/node';

export type TestCounts = { readonly passed: number; readonly failed: number; readonly skipped: number };

export const testCountsLine = ({ passed, failed, skipped }: TestCounts): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

/**
 * Counts a run so that nothing that went wrong is lost: a file that could not be loaded, a hook that threw (its tests
 * count as skipped for vitest) and an error outside any test are each one failure.
 */
export function countTests(
  modules: readonly TestModule[],
  unhandled: readonly SerializedError[],
  reason: TestRunEndReason,
): TestCounts {
  let [passed, failed, skipped] = [0, unhandled.length, 0];
  for (const module of modules) {
    failed += module.errors().length;
    for (const suite of module.children.allSuites()) failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      else if (state === 'skipped') skipped += 1;
      else failed += 1;
    }
  }
  if (reason !== 'passed' && failed === 0) failed = 1;
  return { passed, failed, skipped };
}

import { defineConfig } from 'vitest/config';
import { labAbsent } from './scripts/peers.ts';

const MINUTE = 60_000;
const fuzzing = process.env['MAYFLY_FUZZ_RUNS'] !== undefined;

export default defineConfig({
  test: {
    reporters: ['default', './test/plain-reporter.ts'],
    pool: 'forks',
    expect: { poll: { timeout: MINUTE } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          // Far beyond what is needed: what hangs is found, what is slow on a loaded machine passes.
          testTimeout: fuzzing ? 180 * MINUTE : 2 * MINUTE,
          hookTimeout: 2 * MINUTE,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Scenarios against real peers: one after the other, when the machine is otherwise quiet.
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 10 * MINUTE,
          hookTimeout: 10 * MINUTE,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          // Without the peers no name matches, so that each scenario is reported as skipped and no hook of it runs.
          ...(labAbsent() ? { testNamePattern: /^no peers, no scenario$/ } : {}),
        },
      },
    ],
  },
});

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { p256 } from '@noble/curves/nist.js';
import { afterAll, expect, test } from 'vitest';
import { countFragments } from '../memory-search/fragment-search.ts';

const cases = Number(process.env['MAYFLY_MEMORY_CASES'] ?? 2);
const folder = mkdtempSync(join(tmpdir(), 'mayfly-ec-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Children of a process, as the kernel lists them. */
const childrenOf = (pid: number): number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
  );

test.skipIf(process.platform !== 'linux').each(['idle', 'under load'])(
  'a P-256 scalar is found while it lives and nowhere afterwards, %s',
  { timeout: 120_000 + cases * 20_000 },
  async (state) => {
    const seedFile = join(folder, 'seed');
    const env = { PATH: '', NODE_OPTIONS: `--import=${here('./known-randomness.mjs')}`, MAYFLY_TEST_SEED_FILE: seedFile };
    const child = spawn(process.execPath, [here('./process-under-test.ts')], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ask = async (command: string) => {
      child.stdin.write(`${command}\n`);
      const { done } = await lines.next();
      if (done) throw new Error(`the process under test has ended at ${command}`);
    };
    const custody = child.pid ?? 0;
    try {
      // Other cards made, used and destroyed in the same process, and a busy main loop.
      if (state === 'under load') await ask('load rsa-2048');
      for (let i = 0; i < cases; i++) {
        const seed = new Uint8Array(randomBytes(48));
        writeFileSync(seedFile, seed, { mode: 0o600 });
        const scalar = p256.utils.randomSecretKey(seed);
        await ask('take p-256 1');
        await ask('use');
        const [holder = 0, ...others] = childrenOf(custody);
        expect(others).toEqual([]);
        expect(countFragments(holder, scalar)).toBeGreaterThan(0);
        expect(countFragments(custody, scalar)).toBe(0);
        await ask('destroy');
        expect(childrenOf(custody)).toEqual([]);
        expect(countFragments(custody, scalar)).toBe(0);
      }
    } finally {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
  },
);

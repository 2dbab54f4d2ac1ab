import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import { keyAgreement, keyAgreementGroups, secretLength } from '../../src/crypto/key-agreement.ts';
import { hardened } from '../../src/custody/hardening.ts';
import { countFragments } from '../memory-search/fragment-search.ts';

const cases = Number(process.env['MAYFLY_MEMORY_CASES'] ?? 1);
const folder = mkdtempSync(join(tmpdir(), 'mayfly-agreement-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
};

test.skipIf(process.platform !== 'linux').each(keyAgreementGroups)(
  'exponent and shared secret of %s are nowhere in the hardened process that dropped them',
  { timeout: 120_000 + cases * 10_000 },
  async (group) => {
    for (let i = 0; i < cases; i++) {
      const secret = new Uint8Array(randomBytes(secretLength(group)));
      const peer = keyAgreement(group, new Uint8Array(randomBytes(secretLength(group))));
      const shared = peer.agree(keyAgreement(group, secret.slice()).publicValue) ?? new Uint8Array();
      const program = new URL('./agreeing-process.ts', import.meta.url).pathname;
      const files = [file('secret', secret), file('peer', peer.publicValue)];
      const node = { command: process.execPath, args: ['--expose-gc', program, group, ...files], env: { PATH: '' } };
      const { command: shell, args, env } = hardened(node);
      const child = spawn(shell, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const found = () => [secret, shared.subarray(0, 32)].map((octets) => countFragments(child.pid ?? 0, octets));
      try {
        expect((await lines.next()).value).toBe('held');
        const isFound = [];
        for (const command of ['agree', 'destroy']) {
          child.stdin.write(`${command}\n`);
          expect((await lines.next()).value).toBe(command);
          isFound.push(found().map((count) => count > 0));
        }
        expect(isFound).toEqual([
          [true, true],
          [false, false],
        ]);
      } finally {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
    }
  },
);

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, it } from 'vitest';
import { hardened } from '../../src/custody/hardening.ts';
import { fragmentsIn, windowsOf } from '../memory-search/fragment-search.ts';

const folder = mkdtempSync(join(tmpdir(), 'mayfly-pin-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A card, its PIN written to a file as octets, garbage collected while it lives, then destroyed. */
const program = (file: string) => `
import { openSync, writeSync } from 'node:fs';
const { LiveCard } = await import(${JSON.stringify(import.meta.resolve('../../src/custody/live-card.ts'))});
const { certificate } = await import(${JSON.stringify(import.meta.resolve('../piv/card-in-hand.ts'))});
const key = { kind: 'rsa-2048', publicKey: new Uint8Array(), operate: async () => new Uint8Array(), destroy: async () => undefined };
const card = new LiveCard({ key, certificate, notAfter: 2e9, destroyed: () => undefined });
writeSync(openSync(${JSON.stringify(file)}, 'w', 0o600), card.pin);
for (let i = 0; i < 5; i++) gc();
console.log('held');
process.stdin.once('data', async () => {
  await card.destroy('released');
  for (let i = 0; i < 5; i++) gc();
  console.log('gone');
});
`;
// Up to 64 octets, V8 keeps an array in its own heap: its collector moved the PIN and left a copy behind.
it.skipIf(process.platform !== 'linux')('a PIN is wiped where it was, however often the collector ran', async () => {
  const file = join(folder, 'pin');
  const node = {
    command: process.execPath,
    args: ['--expose-gc', '--input-type=module', '--eval', program(file)],
    env: { PATH: '' },
  };
  const { command, args, env } = hardened(node);
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  try {
    expect((await lines.next()).value).toBe('held');
    const pin = new Uint8Array(readFileSync(file));
    expect(pin).toHaveLength(8);
    const found = () => fragmentsIn(child.pid ?? 0, windowsOf(pin)).size > 0;
    expect(found()).toBe(true);
    child.stdin.write('on\n');
    expect((await lines.next()).value).toBe('gone');
    expect(found()).toBe(false);
  } finally {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

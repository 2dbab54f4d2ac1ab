import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Steps } from '../../src/cli/steps.ts';
import { missingPeers } from '../peers.ts';
import { LabRun } from './lab-run.ts';
import { assertNamespaces, enterNamespaces, privateNetwork } from './namespace.ts';

/**
 * Runs a bench against peers of the lab: its file starts itself once more, as the first process of namespaces of its own. Where that
 * cannot be, it says so and is skipped.
 */
export async function benchInNamespaces(file: string, bench: (lab: LabRun) => Promise<void>): Promise<void> {
  const inside = process.argv.indexOf('--inside');
  if (inside < 0) {
    await outside(file);
    return;
  }
  const lab = new LabRun(process.argv[inside + 1] ?? '', new Steps(() => undefined));
  process.on('disconnect', () => process.exit(1)); // all others end with the first process of their namespaces
  await privateNetwork(lab);
  await bench(lab);
}
async function outside(file: string): Promise<void> {
  const missing = missingPeers();
  try {
    if (missing.length > 0) throw new Error(`missing: ${missing.map(({ name }) => name).join(', ')}`);
    assertNamespaces();
  } catch (error) {
    console.log(`${basename(file, '.ts')}: skipped, ${error instanceof Error ? error.message : String(error)}`);
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), 'mayfly-bench-'));
  try {
    const child = enterNamespaces(file, ['--inside', directory]);
    process.exitCode = await new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

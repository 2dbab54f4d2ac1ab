import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type ConfigExamination, examineConfig } from '../../src/config/load-config.ts';

/** A folder of its own for the tests of one file, gone when they are done. */
export function configFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-config-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}
export function written(folder: string, name: string, content: string | Uint8Array, mode = 0o600): string {
  const file = join(folder, name);
  writeFileSync(file, content, { mode });
  return file;
}
export async function examined(folder: string, content: string | Uint8Array, name = 'mayfly.yaml'): Promise<ConfigExamination> {
  return examineConfig({ env: { MAYFLY_HOME: '/data' }, file: written(folder, name, content) });
}
/** `7:19 cas[0].name: expected a name`, without the file. */
export async function faultsOf(folder: string, content: string | Uint8Array, name = 'mayfly.yaml'): Promise<readonly string[]> {
  const { faults, config } = await examined(folder, content, name);
  if ((config === undefined) !== faults.length > 0) throw new Error('faults and a configuration, or neither');
  return faults.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
}

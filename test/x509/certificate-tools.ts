import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** GnuTLS's certtool over `input`; what it said. A failure of its own fails the test. */
export function certtool(args: readonly string[], input: Uint8Array | string): string {
  const run = spawnSync('certtool', args, { input });
  if (run.error) throw run.error;
  const text = `${run.stdout.toString('utf8')}${run.stderr.toString('utf8')}`;
  if (run.status !== 0) throw new Error(`certtool ${args.join(' ')}: ${text}`);
  return text;
}

/** Heimdal's hxtool cannot be installed beside MIT's kinit (heimdal-clients conflicts with krb5-user): used where it is in the PATH. */
export const hasHxtool = spawnSync('hxtool', ['--version']).error === undefined;

export function hxtool(args: readonly string[], files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-hxtool-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const run = spawnSync('hxtool', args, { cwd: folder });
    if (run.error) throw run.error;
    const text = `${run.stdout.toString('utf8')}${run.stderr.toString('utf8')}`;
    if (run.status !== 0) throw new Error(`hxtool ${args.join(' ')}: ${text}`);
    return text;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

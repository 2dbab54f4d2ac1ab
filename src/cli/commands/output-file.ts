import { lstat, writeFile } from 'node:fs/promises';
import { replaceFile } from '../../ca/atomic-file.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';

/** Writes what `--out` names: a file whole or not at all. A device, a pipe or a link is written to, never replaced. */
export async function writeOutput(path: string, content: Uint8Array | string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (!found || found.isFile()) {
    await replaceFile(path, content, 0o644);
    return;
  }
  try {
    await writeFile(path, content);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown cause';
    throw new MayflyError('file-write', `cannot write ${path} (${reason})`, { cause, next: 'name a file that can be written' });
  }
}

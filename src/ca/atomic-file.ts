import { randomBytes } from 'node:crypto';
import { open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MayflyError } from '../wire/mayfly-error.ts';

/** Makes what was renamed in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
export interface FileContent {
  readonly path: string;
  readonly content: Uint8Array | string;
  /** 0600 when left out. */
  readonly mode?: number;
}
/** Replaces a file's content whole or not at all, durable when it resolves. @throws MayflyError `file-write` */
export const replaceFile = (path: string, content: Uint8Array | string, mode = 0o600): Promise<void> =>
  replaceFiles([{ path, content, mode }]);
/** Several files of one folder: all are written before the first takes its place. @throws MayflyError `file-write` */
export async function replaceFiles(files: readonly [FileContent, ...FileContent[]]): Promise<void> {
  const writes = files.map((file) => ({ ...file, temporary: `${file.path}.${randomBytes(6).toString('hex')}.new` }));
  let at = files[0].path;
  try {
    for (const { path, temporary, content, mode = 0o600 } of writes) {
      at = path;
      const file = await open(temporary, 'wx', mode);
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
    }
    for (const { path, temporary } of writes) await rename(temporary, path);
    await syncFolder(dirname(at));
  } catch (cause) {
    for (const { temporary } of writes) await unlink(temporary).catch(() => undefined);
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown cause';
    throw new MayflyError('file-write', `cannot write ${at} (${reason})`, {
      cause,
      next: 'free space or mend the rights, then try again; nothing was changed',
    });
  }
}

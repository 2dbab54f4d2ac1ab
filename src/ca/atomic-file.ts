import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, unlink } from 'node:fs/promises';
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
const reasonOf = (cause: unknown) => (cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown cause');

/** Makes a folder that only its owner can enter, and those above it. @throws MayflyError `file-write` */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new MayflyError('file-write', `cannot make the folder ${path} (${reasonOf(cause)})`, {
      cause,
      next: 'name a data folder (MAYFLY_HOME) that this user can write',
    });
  }
}
/** Makes a file that is not there yet, mode 0600, whole when it appears; whether it was made. @throws MayflyError `file-write` */
export async function makeFile(path: string, content: string): Promise<boolean> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`;
  await replaceFile(temporary, content);
  try {
    // Unlike rename(2), link(2) replaces nothing: of several who make the same file one succeeds.
    await link(temporary, path);
    await syncFolder(dirname(path));
    return true;
  } catch (cause) {
    if (reasonOf(cause) === 'EEXIST') return false;
    throw new MayflyError('file-write', `cannot write ${path} (${reasonOf(cause)})`, {
      cause,
      next: 'mend the rights, then try again',
    });
  } finally {
    await unlink(temporary).catch(() => undefined);
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
    throw new MayflyError('file-write', `cannot write ${at} (${reasonOf(cause)})`, {
      cause,
      next:
        reasonOf(cause) === 'ENOENT'
          ? `make the folder ${dirname(at)} first, or name another file; nothing was changed`
          : 'free space or mend the rights, then try again; nothing was changed',
    });
  }
}

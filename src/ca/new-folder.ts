import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MayflyError } from '../wire/mayfly-error.ts';
import { makeFolder, syncFolder } from './atomic-file.ts';
import { CaFolder } from './ca-folder.ts';

/** Fills a new CA's folder beside its place and moves it there when all of it is written: it exists whole or not at all. */
export async function newFolder(folder: CaFolder, fill: (fresh: CaFolder) => Promise<void>): Promise<void> {
  if (await folder.exists()) {
    throw new MayflyError('ca-exists', `there is a CA in ${folder.path} already`, { next: 'choose another name with --ca' });
  }
  await makeFolder(dirname(folder.path));
  const fresh = new CaFolder(join(dirname(folder.path), `.${basename(folder.path)}.${randomBytes(6).toString('hex')}.new`));
  try {
    await fresh.create();
    await fill(fresh);
    await rename(fresh.path, folder.path);
    await syncFolder(dirname(folder.path));
  } catch (cause) {
    await rm(fresh.path, { recursive: true, force: true });
    if (cause instanceof MayflyError) throw cause;
    const reason = cause instanceof Error ? cause.message : 'unknown cause';
    throw new MayflyError('ca-create', `cannot make ${folder.path} (${reason})`, {
      cause,
      next: 'free space, mend the rights or move what is there away; nothing was changed',
    });
  }
}

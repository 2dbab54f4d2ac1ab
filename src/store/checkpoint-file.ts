import { existsSync, readdirSync } from 'node:fs';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MayflyError } from '../wire/mayfly-error.ts';

/** Octets after which a file is set aside; a year of one in five minutes is some 30 MB. */
const MOST_OCTETS = 8 * 1024 * 1024;
/** Octets of one file that are read; more was not written here. */
const MOST_READ = 64 * 1024 * 1024;

const asideNumber = (file: string, name: string): number => {
  const suffix = name.startsWith(`${basename(file)}.`) ? name.slice(basename(file).length + 1) : '';
  return /^\d{1,9}$/.test(suffix) ? Number(suffix) : 0;
};
/** Those that were set aside, the oldest first, and the one that is written. @throws MayflyError `checkpoint-read` */
export function checkpointFiles(file: string): readonly string[] {
  const folder = dirname(file);
  const names = namesIn(folder);
  const aside = names.filter((name) => asideNumber(file, name) > 0).sort((a, b) => asideNumber(file, a) - asideNumber(file, b));
  return [...aside.map((name) => join(folder, name)), ...(existsSync(file) ? [file] : [])];
}
function namesIn(folder: string): readonly string[] {
  try {
    return existsSync(folder) ? readdirSync(folder) : [];
  } catch (cause) {
    throw new MayflyError('checkpoint-read', `cannot read the folder ${folder}`, {
      cause,
      next: 'name a folder that can be read',
    });
  }
}
/** All lines of all of them. @throws MayflyError `checkpoint-read` */
export async function checkpointLines(file: string): Promise<readonly { readonly where: string; readonly line: string }[]> {
  const found: { readonly where: string; readonly line: string }[] = [];
  for (const path of checkpointFiles(file)) {
    try {
      if (MOST_READ < (await stat(path)).size) throw new Error('the file is too large');
      const lines = (await readFile(path, 'utf8')).split('\n');
      for (const [i, line] of lines.entries()) if (line !== '') found.push({ where: `${path}:${i + 1}`, line });
    } catch (cause) {
      throw new MayflyError('checkpoint-read', `cannot read ${path}`, { cause, next: 'name a file that can be read' });
    }
  }
  return found;
}
/** Appends a line, on the disk when it resolves. The file is opened each time: whoever takes it away and keeps it does no harm. @throws MayflyError `checkpoint-write` */
export async function appendCheckpoint(file: string, line: string, mostOctets = MOST_OCTETS): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(file, 'a', 0o600);
    let size: number;
    try {
      // Behind a line that a full disk left unfinished a new one begins.
      const before = (await handle.stat()).size;
      await handle.appendFile(`${before > 0 && !(await endsLine(file, before)) ? '\n' : ''}${line}\n`);
      await handle.sync();
      size = before + line.length + 1;
    } finally {
      await handle.close();
    }
    if (mostOctets <= size) await rename(file, `${file}.${asideNumber(file, basename(checkpointFiles(file).at(-2) ?? '')) + 1}`);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown cause';
    throw new MayflyError('checkpoint-write', `cannot write the checkpoint to ${file} (${reason})`, {
      cause,
      next: 'mend the rights of the file, or free space there',
    });
  }
}
async function endsLine(file: string, size: number): Promise<boolean> {
  await using handle = await open(file, 'r');
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === 0x0a;
}

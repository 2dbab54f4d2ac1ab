import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { loadConfig } from '../../config/load-config.ts';
import { databaseFile } from '../../config/service-config.ts';
import { exportedLine } from '../../store/read-journal.ts';
import { MayflyError } from '../../wire/mayfly-error.ts';
import { databaseSource } from './journal-source.ts';

interface ExportOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly database?: string;
  readonly out?: string;
}
/** `mayfly journal export`: an object {seq, entry, hash} a line, as `journal verify --export` reads it. */
export async function journalExport({ config, database, out }: ExportOptions): Promise<number> {
  const { home } = await loadConfig({ env: process.env, file: config });
  const source = databaseSource(database ?? databaseFile(home));
  const file = out === undefined ? undefined : createWriteStream(out, { flags: 'wx', mode: 0o600 });
  const output = file ?? process.stdout;
  try {
    if (file) await once(file, 'open');
    for await (const row of source.rows) if (!output.write(`${exportedLine(row)}\n`)) await once(output, 'drain');
    if (file) {
      file.end();
      await finished(file);
    }
    return 0;
  } catch (cause) {
    if (cause instanceof MayflyError) throw cause;
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown cause';
    throw new MayflyError('file-write', `cannot write ${out ?? 'to standard output'} (${reason})`, {
      cause,
      next: 'name a file that is not there yet, in a folder with room',
    });
  } finally {
    source.close();
  }
}

import { loadConfig } from '../../config/load-config.ts';
import { databaseFile } from '../../config/service-config.ts';
import { backUp, restore } from '../../store/backup.ts';
import { toHex } from '../../wire/hex.ts';
import { clock } from '../clock.ts';
import { print, table } from '../print.ts';

interface BackupOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly database?: string;
  readonly args: readonly string[];
}
/** `mayfly backup FILE`: journal, sessions and tokens in one piece, whether the service runs or not. */
export async function backup({ config, json, database, args }: BackupOptions): Promise<number> {
  const { home } = await loadConfig({ env: process.env, file: config });
  const [file = ''] = args;
  const last = backUp(database ?? databaseFile(home), file);
  const hash = last && toHex(last.hash);
  const lines: (readonly [string, string])[] = [
    ['backup', file],
    ['entries', String(last?.sequence ?? 0)],
    ['last hash', hash ?? 'none'],
  ];
  print(json, { file, entries: last?.sequence ?? 0, hash }, table(lines));
  return 0;
}
/** `mayfly restore FILE`: with the service stopped. */
export async function restoreBackup({ config, json, database, args }: BackupOptions): Promise<number> {
  const { home, service } = await loadConfig({ env: process.env, file: config });
  const [file = ''] = args;
  const { last, aside } = restore(database ?? databaseFile(home), file, service.checkpoints, clock());
  const lines: (readonly [string, string])[] = [
    ['restored', `${file}, up to entry ${last}`],
    ...aside.map((path): readonly [string, string] => ['set aside', path]),
    ['next', 'start the service; entries after that one are only in what was set aside'],
  ];
  print(json, { file, last, aside }, table(lines));
  return 0;
}

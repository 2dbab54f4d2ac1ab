import { stat } from 'node:fs/promises';
import { originText } from '../../config/config.ts';
import { type Fault, faultLine } from '../../config/fault.ts';
import { examineConfig } from '../../config/load-config.ts';
import { examineSecret } from '../../config/secret.ts';
import type { Setting } from '../../config/settings.ts';

/** A value as it is shown; undefined: withheld. */
interface Shown {
  readonly path: string;
  readonly value: Setting['value'] | undefined;
  readonly source: string;
}

/** `mayfly config check`: the effective values with their sources and every fault. @returns the exit code */
export async function configCheck(options: { json?: boolean; config?: string }): Promise<number> {
  const { env } = process;
  const examined = await examineConfig({ env, file: options.config });
  const home = examined.settings.find(({ path }) => path === 'home')?.value;
  const user = await serviceUser(home);
  const shown: Shown[] = [];
  const faults: Fault[] = [...examined.faults];
  for (const setting of examined.settings) {
    const secret = await lookAt(setting, env, user);
    if (secret.fault) faults.push(secret.fault);
    shown.push({ path: setting.path, value: secret.isThere ? setting.value : undefined, source: originText(setting.origin) });
  }
  const ok = faults.length === 0;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ ok, file: examined.file ?? null, settings: shown, faults })}\n`
      : text(examined.file, shown, faults),
  );
  return ok ? 0 : 1;
}

/** Whether the place of a secret may be shown, and what is wrong with it. */
async function lookAt(
  { path, origin, secret }: Setting,
  env: NodeJS.ProcessEnv,
  user: number | undefined,
): Promise<{ readonly isThere: boolean; readonly fault?: Fault }> {
  if (secret === undefined) return { isThere: true };
  // A credential exists only while the service runs; elsewhere its absence says nothing.
  if (secret.file === undefined && !env['CREDENTIALS_DIRECTORY']) return { isThere: false };
  const error = await examineSecret({ ...secret, from: undefined }, env, user);
  if (error === undefined) return { isThere: true };
  const place = origin.from === 'file' ? origin : { file: undefined, line: undefined, column: undefined };
  return {
    isThere: error.code !== 'secret-missing' && error.code !== 'secret-unreadable',
    fault: {
      path,
      file: place.file,
      line: place.line,
      column: place.column,
      message: error.message,
      next: error.next ?? 'correct it',
    },
  };
}

/** root checks for the service, whose user owns the data folder. */
async function serviceUser(home: Setting['value'] | undefined): Promise<number | undefined> {
  const user = process.getuid?.();
  if (user !== 0 || typeof home !== 'string') return user;
  try {
    return (await stat(home)).uid;
  } catch {
    return user; // no data folder yet
  }
}

function text(file: string | undefined, settings: readonly Shown[], faults: readonly Fault[]): string {
  const lines = [
    file === undefined ? 'no configuration file (MAYFLY_CONFIG is not set): defaults' : `configuration file ${file}`,
  ];
  const rows = settings.map(({ path, value, source }) => [path, value === undefined ? '(not shown)' : valueText(value), source]);
  const widths = [0, 1].map((column) => Math.min(48, Math.max(0, ...rows.map((row) => row[column]?.length ?? 0))));
  lines.push(...rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`));
  if (faults.length > 0) lines.push(faults.length === 1 ? '1 fault' : `${faults.length} faults`);
  lines.push(...faults.flatMap((fault) => [`  ${faultLine(fault)}`, `    next: ${fault.next}`]));
  if (faults.length === 0) lines.push('no fault');
  return `${lines.join('\n')}\n`;
}

function valueText(value: Setting['value']): string {
  return typeof value === 'object' ? value.join(', ') || '(none)' : String(value);
}

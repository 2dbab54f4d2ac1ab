import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Origin } from './config.ts';

export interface DataFolder {
  readonly home: string;
  readonly origin: Origin;
}

/**
 * The data folder where the file names none: MAYFLY_HOME, else `certs/` of the checkout that runs, else systemd's StateDirectory=,
 * else the user's data (XDG Base Directory Specification 0.8). Empty variables count as unset, relative ones of systemd and XDG too.
 */
export function defaultDataFolder(env: NodeJS.ProcessEnv, from: string = import.meta.dirname): DataFolder {
  const checkout = checkoutOf(from);
  if (checkout !== undefined) return { home: join(checkout, 'certs'), origin: { from: 'default', because: 'in a checkout' } };
  const state = env['STATE_DIRECTORY']?.split(':')[0] ?? ''; // systemd.exec(5): several are separated by colons
  if (isAbsolute(state)) return { home: resolve(state), origin: { from: 'environment', variable: 'STATE_DIRECTORY' } };
  const data = env['XDG_DATA_HOME'] ?? '';
  if (isAbsolute(data)) return { home: join(data, 'mayfly'), origin: { from: 'environment', variable: 'XDG_DATA_HOME' } };
  return { home: join(env['HOME'] || homedir(), '.local', 'share', 'mayfly'), origin: { from: 'default' } };
}

/** MAYFLY_HOME beats the file. */
export function environmentDataFolder(env: NodeJS.ProcessEnv): DataFolder | undefined {
  const home = env['MAYFLY_HOME'];
  return home ? { home: resolve(home), origin: { from: 'environment', variable: 'MAYFLY_HOME' } } : undefined;
}

/** The package's root, if it is a checkout: a packed Mayfly carries neither sources nor the data folder's `.gitignore`. */
function checkoutOf(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) {
      return existsSync(join(folder, 'certs', '.gitignore')) && existsSync(join(folder, 'src')) ? folder : undefined;
    }
    if (dirname(folder) === folder) return undefined;
  }
}

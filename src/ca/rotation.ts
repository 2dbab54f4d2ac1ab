import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Errors, type XStatic } from 'typebox/schema';
import type { UnixSeconds } from '../wire/der-time.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { replaceFile } from './atomic-file.ts';
import { type CaFolder, caFolder } from './ca-folder.ts';
import { IssuanceLog } from './issuance-log.ts';

/**
 * What follows a CA: one file in its folder, replaced whole at each step. `staged`: the next CA is there, published or not, and issues
 * for nobody; `activated`: it issues in this one's place, which only makes CRLs; `retired`: this one is out of the directory, its key gone.
 */
const rotationSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['version', 'state', 'next', 'stagedAt'],
  properties: {
    version: { type: 'integer', enum: [1] },
    state: { type: 'string', enum: ['staged', 'activated', 'retired'] },
    /** The name of the next CA. */
    next: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,31}$' },
    stagedAt: { type: 'integer' },
    activatedAt: { type: 'integer' },
    retiredAt: { type: 'integer' },
  },
} as const;
export type Rotation = XStatic<typeof rotationSchema>;

const fileOf = (folder: CaFolder) => join(folder.path, 'rotation.json');

/** Undefined where nothing follows. @throws MayflyError `rotation` where the file is damaged: then nobody knows who issues */
export async function readRotation(folder: CaFolder): Promise<Rotation | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(fileOf(folder), 'utf8'));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    value = undefined;
  }
  if (Errors(rotationSchema, value)[0]) return value as Rotation;
  throw new MayflyError('rotation', `${fileOf(folder)} is damaged`, { next: 'restore it from a backup' });
}
export async function writeRotation(folder: CaFolder, rotation: Rotation): Promise<void> {
  await replaceFile(fileOf(folder), `${JSON.stringify(rotation, undefined, 2)}\n`);
}

/** One CA in a row of rotations. */
export interface Generation {
  readonly name: string;
  readonly folder: CaFolder;
  /** What follows it; undefined for the last. */
  readonly rotation: Rotation | undefined;
}
const MOST_GENERATIONS = 100;

/** A CA and all that have followed it, the first first; what is staged comes last. @throws MayflyError `rotation` */
export async function generations(home: string, name: string): Promise<readonly Generation[]> {
  const found: Generation[] = [];
  for (let next: string | undefined = name; next !== undefined; ) {
    if (found.length === MOST_GENERATIONS || found.some((each) => each.name === next))
      throw new MayflyError('rotation', `the CAs after "${name}" follow each other in a circle`, {
        next: 'restore the files rotation.json from a backup',
      });
    const folder = caFolder(home, next);
    const rotation: Rotation | undefined = await readRotation(folder);
    found.push({ name: next, folder, rotation });
    next = rotation?.next;
  }
  return found;
}
/** The one of them that issues. */
export async function activeGeneration(home: string, name: string): Promise<Generation> {
  const all = await generations(home, name);
  const active = all.find(({ rotation }) => rotation === undefined || rotation.state === 'staged');
  if (active) return active;
  throw new MayflyError('rotation', `no CA after "${name}" issues`, { next: 'restore the files rotation.json from a backup' });
}
/** `corp-2` of `corp`, `corp-3` of `corp-2`. */
export function nextName(name: string): string {
  const [, base = name, number = '1'] = /^(.*?)-(\d{1,6})$/.exec(name) ?? [];
  return `${base}-${Number(number) + 1}`;
}
/** The first of a row: whose configuration counts for all of them. */
export const firstName = (name: string): string => /^(.*?)-\d{1,6}$/.exec(name)?.[1] ?? name;

/** When the last certificate of a CA ends, by its own log; undefined where it has issued none. @throws MayflyError `log-damaged` */
export async function lastNotAfter(folder: CaFolder): Promise<UnixSeconds | undefined> {
  let last: UnixSeconds | undefined;
  const log = await IssuanceLog.open(folder.logFile, (entry) => {
    if (entry.event === 'issued') last = Math.max(last ?? 0, entry.notAfter);
  });
  await log.close();
  return last;
}

import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Errors, type XStatic } from 'typebox/schema';
import { MayflyError } from '../wire/mayfly-error.ts';
import type { Change } from './publication-plan.ts';

/** One write as it was decided; or, with `undone`, that all before it in the forest is taken back. */
const entrySchema = {
  type: 'object',
  additionalProperties: false,
  required: ['at', 'forest', 'action'],
  properties: {
    /** ISO 8601. */
    at: { type: 'string' },
    forest: { type: 'string' },
    action: { type: 'string', enum: ['create', 'add-value', 'replace-value', 'undone'] },
    name: { type: 'string' },
    attribute: { type: 'string' },
    /** Base64. */
    value: { type: 'string' },
  },
} as const;
export type UndoEntry = XStatic<typeof entrySchema>;

const NEWLINE = 0x0a;

/**
 * What was written to directories, a line of JSON each, on the disk before the directory is asked: a write that may not have happened
 * is undone without harm, one that nobody knows of is not undone at all.
 */
export class UndoRecord {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
  async append(entry: UndoEntry): Promise<void> {
    try {
      await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
      await using file = await open(this.path, 'a+', 0o600);
      const { size } = await file.stat();
      const last = Buffer.alloc(1);
      if (0 < size) await file.read(last, 0, 1, size - 1);
      // Cut short by a crash, before the directory was asked: it would damage the line that comes behind it.
      if (0 < size && last[0] !== NEWLINE) await file.truncate((await file.readFile()).lastIndexOf(NEWLINE) + 1);
      await file.appendFile(`${JSON.stringify(entry)}\n`);
      await file.datasync();
    } catch (cause) {
      throw new MayflyError('undo-record', `cannot write the undo record ${this.path}`, {
        cause,
        next: 'free space or mend the rights; nothing was written to the directory',
      });
    }
  }
  note(forest: string, at: string, { object: { name, value }, action }: Change): Promise<void> {
    const held = value && { attribute: value.attribute, value: Buffer.from(value.octets).toString('base64') };
    return this.append({ at, forest, action, name, ...held });
  }
  /** What is not undone yet in a forest, the latest first. @throws MayflyError `undo-record` */
  async open(forest: string): Promise<readonly UndoEntry[]> {
    const text = await readFile(this.path, 'utf8').catch((cause: unknown) => {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
      throw new MayflyError('undo-record', `cannot read the undo record ${this.path}`, { cause });
    });
    // A last line without its end was cut short by a crash, before anything was written to the directory.
    const entries = text
      .split('\n')
      .slice(0, -1)
      .map((line, i) => entryOf(line, `line ${i + 1} of ${this.path}`))
      .filter((entry) => entry.forest === forest);
    return entries.slice(entries.findLastIndex(({ action }) => action === 'undone') + 1).reverse();
  }
}
function entryOf(line: string, place: string): UndoEntry {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  if (Errors(entrySchema, value)[0]) return value as UndoEntry;
  throw new MayflyError('undo-record', `${place} is damaged`, {
    next: 'restore it from a backup, or take the objects back by hand',
  });
}

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultRules } from '../policy/default-rules.ts';
import { parseRules, type Rules } from '../policy/rules.ts';
import { policySchema } from '../policy/schema.ts';
import { MayflyError } from '../wire/mayfly-error.ts';
import { fileVersion, type Source } from './in-force.ts';
import { readConfigFile, Unreadable } from './read-document.ts';

const SCHEMA = 'schema.cedarschema';
const MOST_FILES = 256;
const MOST_OCTETS = 1 << 20;

/** Rules and where they were read; undefined: those that are built in. */
export interface ReadRules {
  readonly rules: Rules;
  readonly folder: string | undefined;
}
const fault = (folder: string, what: string, next: string, cause?: unknown) =>
  new MayflyError('policy-files', `the folder of rules ${folder} ${what}`, { next, ...(cause === undefined ? {} : { cause }) });
const codeOf = (e: unknown) => (e instanceof Error && 'code' in e ? String(e.code) : 'unknown cause');

/** Names of the files that count, in the order of their names; editors' own files do not. */
async function ruleFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names.filter((name) => !name.startsWith('.') && (name.endsWith('.cedar') || name === SCHEMA)).sort();
}
async function textOf(folder: string, name: string): Promise<string> {
  const file = join(folder, name);
  const read = await readConfigFile(file, MOST_OCTETS);
  if (read instanceof Unreadable) throw new MayflyError('policy-files', `${file}: ${read.message}`, { next: read.next });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(read);
  } catch (cause) {
    throw new MayflyError('policy-files', `${file}: not UTF-8`, { cause, next: 'save the file as UTF-8' });
  }
}
/** @throws MayflyError `policy-files`, `policy-schema`, PolicyError with every fault */
export async function readRuleFolder(folder: string): Promise<Rules> {
  const make = 'make it with files named *.cedar, writable by its owner alone';
  let names: readonly string[];
  try {
    const found = await stat(folder);
    if (!found.isDirectory()) throw fault(folder, 'is no folder', make);
    if (found.mode & 0o002) throw fault(folder, 'may be written by everybody', `chmod o-w ${folder}`);
    names = await ruleFiles(folder);
  } catch (e) {
    throw e instanceof MayflyError ? e : fault(folder, `cannot be read (${codeOf(e)})`, make, e);
  }
  if (MOST_FILES < names.length) throw fault(folder, `has more than ${MOST_FILES} files`, 'put several rules into one');
  const cedar = names.filter((name) => name !== SCHEMA);
  // A folder that is about to be filled is not a wish that nobody may do anything.
  if (cedar.length === 0)
    throw fault(folder, 'has no file named *.cedar', 'write one; a comment alone is enough to deny everything');
  const schema = names.includes(SCHEMA) ? await textOf(folder, SCHEMA) : policySchema;
  const files: { readonly name: string; readonly text: string }[] = [];
  for (const name of cedar) files.push({ name: join(folder, name), text: await textOf(folder, name) });
  return parseRules(files, schema);
}

/** @param isRequired false: where the folder never was, the built-in rules are in force */
export function ruleSource(folder: string, isRequired: boolean): Source<ReadRules> {
  let isExpected = isRequired;
  return {
    folder,
    async version() {
      const names = await ruleFiles(folder).catch((e: unknown) => codeOf(e));
      if (typeof names === 'string') return names;
      const { mode } = await stat(folder).catch(() => ({ mode: 0 }));
      const versions = await Promise.all(names.slice(0, MOST_FILES).map((name) => fileVersion(join(folder, name))));
      return JSON.stringify([mode, names, versions]);
    },
    async load() {
      if (!isExpected && (await fileVersion(folder)) === 'ENOENT')
        return { rules: parseRules([{ name: 'built-in.cedar', text: defaultRules }], policySchema), folder: undefined };
      // Once it was there, its going is a fault and no return to the built-in rules: these may allow what it forbids.
      isExpected = true;
      return { rules: await readRuleFolder(folder), folder };
    },
  };
}

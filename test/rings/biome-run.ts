import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

export type Refusal = { readonly rule: string; readonly message: string };

/** Lints a tree of planted files once, under the repository's own Biome configuration, and gives each file's refusals. */
export function lintPlanted(files: Readonly<Record<string, string>>): ReadonlyMap<string, readonly Refusal[]> {
  const tree = mkdtempSync(join(tmpdir(), 'mayfly-rings-'));
  try {
    for (const name of ['biome.json', 'biome.rings.json', 'package.json', '.gitignore'])
      cpSync(join(root, name), join(tree, name));
    cpSync(join(root, 'scripts', 'rings'), join(tree, 'scripts', 'rings'), { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), `${text}\n`);
    }
    const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
    const run = spawnSync(process.execPath, [biome, 'lint', '--reporter=json', '--max-diagnostics=none', 'src'], {
      cwd: tree,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    return refusals(run.stdout, run.stderr);
  } finally {
    rmSync(tree, { recursive: true });
  }
}

type Diagnostic = {
  readonly category: string;
  readonly message: unknown;
  readonly advices?: unknown;
  readonly location: { readonly path?: unknown };
};

/** The words of a diagnostic lie in its message and, for some rules, in its advices. */
function refusals(stdout: string, stderr: string): ReadonlyMap<string, readonly Refusal[]> {
  const found = new Map<string, Refusal[]>();
  let report: { readonly diagnostics: readonly Diagnostic[] };
  try {
    report = JSON.parse(stdout) as typeof report;
  } catch (cause) {
    throw new Error(`biome gave no report: ${stderr.slice(0, 2000)}`, { cause });
  }
  for (const diagnostic of report.diagnostics) {
    const path =
      typeof diagnostic.location.path === 'string' ? diagnostic.location.path : JSON.stringify(diagnostic.location.path);
    const list = found.get(path) ?? [];
    list.push({
      rule: diagnostic.category.split('/').at(-1) ?? '',
      message: `${JSON.stringify(diagnostic.message)} ${JSON.stringify(diagnostic.advices)}`,
    });
    found.set(path, list);
  }
  return found;
}

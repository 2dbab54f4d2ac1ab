import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ringsFile } from '../../scripts/rings/biome.ts';
import { folders, hostGlobals, LIBRARY_DATE, pureGlobals } from '../../scripts/rings/table.ts';
import { lintPlanted, type Refusal } from './biome-run.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const IMPORTS = 'noRestrictedImports';
const GLOBALS = 'noRestrictedGlobals';
const PROPERTIES = 'noJsRestrictedProperties';
const PLUGIN = 'plugin';

type Case = { readonly path: string; readonly text: string; readonly rule: string | undefined; readonly says: string };
const cases: Case[] = [];
const numbers = new Map<string, number>();

/** Plants `text` in a file of its own under `src/place/`; without a rule it must pass. */
function plant(place: string, text: string, rule?: string, says = rule === PROPERTIES ? 'Do not use' : 'ring'): void {
  const number = (numbers.get(place) ?? 0) + 1;
  numbers.set(place, number);
  const path = place.endsWith('.ts') ? `src/${place}` : `src/${place}/planted-${number}.ts`;
  cases.push({ path, text, rule, says });
}

const everyFolder = folders.map((folder) => folder.name);
const pureFolders = folders.filter((folder) => folder.globals === 'pure');
const builtins = [
  'node:fs',
  'node:fs/promises',
  'fs',
  'node:net',
  'net',
  'node:tls',
  'node:http',
  'node:dns',
  'node:os',
  'node:timers',
];

// Which folder imports which: every pair, one way or the other, from both depths.
for (const folder of folders) {
  for (const other of everyFolder) {
    if (other === folder.name) continue;
    const rule = folder.imports.includes(other) ? undefined : IMPORTS;
    plant(folder.name, `export { name } from '../${other}/name.ts';`, rule, `${folder.name}/ imports`);
    plant(`${folder.name}/part`, `import { name } from '../../${other}/name.ts';\nname();`, rule, `${folder.name}/ imports`);
  }
  plant(folder.name, `import { name } from './name.ts';\nimport { part } from './part/name.ts';\nname(part);`);
  plant(
    `${folder.name}/part`,
    `import { name } from '../name.ts';\nimport { part } from '../other/name.ts';\nimport { near } from './near.ts';\nname(part, near);`,
  );
  plant(`${folder.name}/part/deep`, `import { name } from './name.ts';\nname();`, IMPORTS, 'two deep');
  // Reserved modules, and the modules that lead around the rules.
  const mayCrypto = folder.packages === 'any' ? ['custody', 'ca'].includes(folder.name) : folder.packages.includes('node:crypto');
  plant(folder.name, `import { createHash } from 'node:crypto';\ncreateHash('sha256');`, mayCrypto ? undefined : IMPORTS);
  plant(
    `${folder.name}/part`,
    `import { createHash } from 'node:crypto';\ncreateHash('sha256');`,
    mayCrypto ? undefined : IMPORTS,
  );
  for (const library of ['@peculiar/x509', 'pkijs', 'asn1js']) {
    plant(
      folder.name,
      `import { name } from '${library}';\nname();`,
      ['x509', 'pki', 'ca'].includes(folder.name) ? undefined : IMPORTS,
    );
  }
  for (const module of ['node:module', 'node:vm', 'node:process'])
    plant(folder.name, `import { name } from '${module}';\nname();`, IMPORTS);
  plant(folder.name, `import { createRequire } from 'node:module';\ncreateRequire('/')('node:fs');`, IMPORTS);
  if (folder.packages !== 'any') {
    for (const module of [...builtins, 'fastify', 'ldapts', 'pg', 'commander']) {
      plant(folder.name, `import { name } from '${module}';\nname();`, IMPORTS, `${folder.name}/ imports only`);
    }
  } else {
    plant(folder.name, `import { readFileSync } from 'node:fs';\nreadFileSync('x');`);
  }
  // Files named other than by a relative path.
  for (const specifier of [
    '/src/wire/name.ts',
    'file:///src/wire/name.ts',
    'data:text/javascript,export',
    '#wire',
    'mayfly/src/wire/name.ts',
  ]) {
    plant(folder.name, `import { name } from '${specifier}';\nname();`, IMPORTS);
  }
  // Globals.
  for (const name of Object.keys(folder.globals === 'pure' ? pureGlobals : hostGlobals)) {
    plant(folder.name, `export const use = [${name}];`, GLOBALS, name);
  }
  plant(folder.name, `export const fs = require('node:fs');`, GLOBALS, 'require');
  plant(folder.name, `export const bytes = globalThis.crypto.getRandomValues(new Uint8Array(1));`, GLOBALS, 'globalThis');
  plant(folder.name, `export const random = globalThis['crypto'];`, GLOBALS, 'globalThis');
  plant(folder.name, `export const id = crypto.randomUUID();`, GLOBALS, 'crypto');
  plant(folder.name, `export const fs = process.getBuiltinModule('node:fs');`, PROPERTIES);
  plant(folder.name, `export const { getBuiltinModule } = process;`, PROPERTIES);
  plant(folder.name, `export const fs = process.binding('fs');`, PROPERTIES);
  plant(folder.name, `export const f = new Function('return process')();`, GLOBALS, 'Function');
  plant(folder.name, `export const f = eval('process');`, GLOBALS, 'eval');
}

// Ways to write an import: each is one.
for (const text of [
  `import type { Tpkt } from '../rdpdr/name.ts';\nexport type A = Tpkt;`,
  `import { type Tpkt } from '../rdpdr/name.ts';\nexport type A = Tpkt;`,
  `export { name } from '../rdpdr/name.ts';`,
  `export type { name } from '../rdpdr/name.ts';`,
  `export * as name from '../rdpdr/name.ts';`,
  `import '../rdpdr/name.ts';`,
  `import name from '../rdpdr/name.ts';\nname();`,
  `import * as name from '../rdpdr/name.ts';\nname.a();`,
  `export const name = await import('../rdpdr/name.ts');`,
  `export const name = await import("../rdpdr/name.ts");`,
  `import name = require('../rdpdr/name.ts');\nname();`,
]) {
  plant('rdp', text, IMPORTS, 'rdp/ imports only');
}
for (const text of [
  `export const name = await import(\`../rdpdr/name.ts\`);`,
  `const path = '../rdpdr/name.ts';\nexport const name = await import(path);`,
  `export const name = await import('../rdpdr/' + 'name.ts');`,
  `export const name = await import('../wire/name.ts', { with: { type: 'json' } });`,
]) {
  plant('rdp', text, PLUGIN, 'one literal path');
  plant('gateway', text, PLUGIN, 'one literal path');
}
for (const text of [
  `export type A = import('../rdpdr/name.ts').Name;`,
  `export let a: typeof import('../rdpdr/name.ts') | undefined;`,
]) {
  plant('rdp', text, PLUGIN, 'import statement');
  plant('gateway', text, PLUGIN, 'import statement');
}
for (const path of [
  './../rdpdr/name.ts',
  '../wire/../rdpdr/name.ts',
  '../wire//../rdpdr/name.ts',
  './part/../../rdpdr/name.ts',
  './%2e%2e/rdpdr/name.ts',
]) {
  plant('rdp', `import { name } from '${path}';\nname();`, PLUGIN, 'plain path');
  plant('gateway', `import { name } from '${path}';\nname();`, PLUGIN, 'plain path');
}
for (const text of [
  `declare const process: { exit(): void };\nprocess.exit();`,
  `declare global {\n  const foo: string;\n}`,
  `declare module 'fs' {}`,
]) {
  plant('wire', text, PLUGIN, 'ambient');
  plant('api', text, PLUGIN, 'ambient');
}

// Clock, randomness and code from strings, in every pure folder.
for (const { name } of pureFolders) {
  plant(name, `export const now = new Date();`, GLOBALS, 'Date');
  plant(name, `const D = Date;\nexport const now = D.now();`, GLOBALS, 'Date');
  plant(name, `export type When = Date;`, GLOBALS, 'Date');
  plant(name, `export const now = Date.now();`, PROPERTIES);
  plant(name, `setTimeout(() => undefined, 1);`, GLOBALS, 'setTimeout');
  plant(name, `export const random = Math.random();`, PROPERTIES);
  plant(name, `export const random = Math['random']();`, PROPERTIES);
  plant(name, `export const { random } = Math;`, PROPERTIES);
  plant(name, `const M = Math;\nexport const random = M.random();`, PLUGIN, 'Math');
  plant(name, `export const random = Reflect.get(Math, 'random');`, PLUGIN, 'Math');
  plant(name, `export const f = [].constructor.constructor('return process')();`, PLUGIN, 'constructor');
  plant(name, `const F = name.constructor;\nexport const f = F('return process')();`, PLUGIN, 'constructor');
  plant(name, `export const f = name['constructor']('return process')();`, PLUGIN, 'constructor');
  plant(name, `export const f = 1 + name.constructor('return process')();`, PLUGIN, 'constructor');
  plant(name, `export const { constructor: F } = name;`, PLUGIN, 'constructor');
  plant(name, "const key = `constructor`;\nexport const f = name[key]('return process')();", PLUGIN, 'constructor');
  plant(name, `export const f = Reflect.get(name, ['con', 'structor'].join(''))('return process')();`, GLOBALS, 'Reflect');
  plant(name, `export const now = new File([], '').lastModified;`, GLOBALS, 'File');
  plant(name, `export const now = new Event('').timeStamp;`, GLOBALS, 'Event');
  plant(name, `export const random = URL.createObjectURL(name);`, PROPERTIES);
  plant(name, `export const host = new URL('http://host/').hostname;\nexport const fine = URL.canParse(host);`);
  plant(name, `export const exact = (b: object) => b.constructor === Uint8Array;\nexport class A {\n  constructor() {}\n}`);
  plant(name, `export const here = import.meta.url;`, PLUGIN, 'import.meta');
  plant(name, `export const exit = process['exit'];`, GLOBALS, 'process');
  plant(name, `export const least = [Math.min(1, 2), Math.PI];\nexport const hours = { Date: 1, process: 2 }.Date;`);
}
for (const name of [
  'randomBytes',
  'randomUUID',
  'getRandomValues',
  'generateKeyPairSync',
  'webcrypto',
  'default as c',
  'randomInt as r',
]) {
  plant('crypto', `export { ${name} } from 'node:crypto';`, IMPORTS, 'by name');
}
for (const text of [
  `import * as c from 'node:crypto';\nc.randomBytes(1);`,
  `import c from 'node:crypto';\nc.randomBytes(1);`,
  `export * from 'node:crypto';`,
  `export const c = await import('node:crypto');`,
]) {
  plant('crypto', text, IMPORTS, 'by name');
}
plant(
  'crypto',
  `import { createHash, type KeyObject, timingSafeEqual } from 'node:crypto';\nexport type K = KeyObject;\ncreateHash('x');\ntimingSafeEqual;`,
);

// The one file that may say Date: it converts, and reads no clock.
plant(LIBRARY_DATE.slice(4), `export const libraryDate = (seconds: number) => new Date(seconds * 1000);`);
plant(`kerberos/library-date.ts`, `export const libraryDate = (seconds: number) => new Date(seconds * 1000);`, GLOBALS, 'Date');
plant('x509/part/library-date.ts', `export const libraryDate = (seconds: number) => new Date(seconds * 1000);`, GLOBALS, 'Date');

// Composers put everything together; no other file of cli/ does.
const all = everyFolder.filter((name) => name !== 'cli').map((name) => `import '../${name}/name.ts';`);
plant('cli/main.ts', `${all.join('\n')}\nexport const load = () => import('./commands/ca.ts');`);
plant(
  'cli/commands/compose.ts',
  `${all.join('\n').replaceAll("'../", "'../../")}\nimport { randomBytes } from 'node:crypto';\nrandomBytes(1);`,
);
plant('cli/commands/library.ts', `import { name } from 'pkijs';\nname();`, IMPORTS, 'X.509');
plant('cli/commands/require.ts', `import { createRequire } from 'node:module';\ncreateRequire('/');`, IMPORTS, 'node:module');
plant('cli/commands/part/name.ts', `import '../../../ca/name.ts';`, IMPORTS, 'two deep');

// A folder nobody has put into the table, and a file in none.
plant('utils', `import { name } from '../wire/name.ts';\nname();`, IMPORTS, 'not in the table');
plant('utils', `export const now = Date;`, GLOBALS, 'Date');
plant('stray.ts', `import { name } from './wire/name.ts';\nname();`, IMPORTS, 'not in the table');

describe('rings', () => {
  let refused: ReadonlyMap<string, readonly Refusal[]> = new Map();
  beforeAll(() => {
    refused = lintPlanted(Object.fromEntries(cases.map((planted) => [planted.path, planted.text])));
  });

  const RING_RULES = [IMPORTS, GLOBALS, PROPERTIES, PLUGIN];
  const groups = Map.groupBy(cases, (planted) => planted.path.split('/')[1] ?? '');
  describe.each([...groups])('src/%s', (_folder, planted) => {
    it.each(planted.map((one) => [one.rule === undefined ? 'allows' : 'refuses', one.text.replaceAll('\n', ' '), one] as const))(
      '%s %s',
      (_verb, _text, one) => {
        const here = (refused.get(one.path) ?? []).filter((refusal) => RING_RULES.includes(refusal.rule));
        if (one.rule === undefined) expect(here).toEqual([]);
        else expect(here).toContainEqual({ rule: one.rule, message: expect.stringContaining(one.says) as string });
      },
    );
  });

  it('biome.rings.json is what the table says (npm run rings writes it)', () => {
    expect(read('biome.rings.json') === ringsFile()).toBe(true);
  });

  it('every folder of src is in the table', () => {
    const entries = readdirSync(join(root, 'src'), { withFileTypes: true });
    expect(
      entries.filter((entry) => !entry.isDirectory() || !everyFolder.includes(entry.name)).map((entry) => entry.name),
    ).toEqual([]);
  });

  it('src has no barrel', () => {
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /(^|\/)index\.[cm]?[jt]s$/.test(file))).toEqual([]);
  });

  it('nothing in src switches a rule off', () => {
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /(^|\/)(biome\.jsonc?|\.oxlintrc\.json|[^/]*\.d\.ts)$/.test(file))).toEqual([]);
    const suppressed = files
      .filter((file) => /\.[cm]?[jt]s$/.test(file))
      .filter((file) =>
        /biome-ignore|oxlint-disable|eslint-disable|@ts-(ignore|nocheck|expect-error)|\/\/\/\s*<reference/.test(
          read(join('src', file)),
        ),
      );
    expect(suppressed).toEqual([]);
  });
});

import {
  CRYPTO_NAMES,
  composers,
  ENTRY,
  type Folder,
  folders,
  hostGlobals,
  LIBRARY_DATE,
  pureGlobals,
  reserved,
} from './table.ts';

/**
 * Biome's overrides for the table. Biome REPLACES a rule's options when a later override sets the same rule, so every
 * file of `src` must match exactly one override per rule: the globs below are disjoint.
 */
type Rules = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
type Override = { readonly includes: readonly string[]; readonly linter: { readonly rules: Rules } };
type Pattern = { readonly group: readonly string[]; readonly message: string };

const override = (includes: readonly string[], rules: Rules): Override => ({ includes, linter: { rules } });

function importRule(patterns: readonly Pattern[], paths: Readonly<Record<string, unknown>> = {}): Rules {
  return { style: { noRestrictedImports: { level: 'error', options: { paths, patterns } } } };
}

const globalsRule = (deniedGlobals: Readonly<Record<string, string>>): Rules => {
  const messages = Object.fromEntries(Object.entries(deniedGlobals).map(([name, says]) => [name, `ring: ${says}`]));
  return { style: { noRestrictedGlobals: { level: 'error', options: { deniedGlobals: messages } } } };
};

const reservedFor = (who: string): Pattern[] =>
  reserved
    .filter((entry) => !entry.only.includes(who))
    .map((entry) => ({ group: entry.modules.flatMap((module) => [module, `${module}/**`]), message: `ring: ${entry.says}` }));

/** Specifiers that name a file other than by a relative path. */
const ROUNDABOUT = [
  '/**',
  '#*',
  '#*/**',
  'data:*',
  'data:*/**',
  'file:*',
  'file:*/**',
  'http*:*',
  'http*:*/**',
  'mayfly',
  'mayfly/**',
];

/** `depth` 1 is src/FOLDER/file, 2 is src/FOLDER/PART/file. */
function folderImports(folder: Folder, depth: 1 | 2): Rules {
  const up = '../'.repeat(depth);
  const reach =
    folder.imports.length === 0 ? 'its own files' : `${folder.imports.map((name) => `${name}/`).join(', ')} and its own files`;
  const ownFiles = depth === 1 ? ['!./**'] : ['!./**', '!../**', '../../**'];
  const allowed = [...ownFiles, ...folder.imports.map((name) => `!${up}${name}/**`)];
  if (folder.packages === 'any') {
    const message = `ring ${folder.ring}: ${folder.name}/ imports, of src, only ${reach}`;
    return importRule([{ group: ['../**', ...ROUNDABOUT, ...allowed], message }, ...reservedFor(folder.name)]);
  }
  const packages =
    folder.packages.length === 0 ? 'no package and no node module' : `of packages only ${folder.packages.join(', ')}`;
  const message = `ring ${folder.ring}: ${folder.name}/ imports only ${reach}; ${packages}`;
  const paths = folder.packages.includes('node:crypto')
    ? {
        'node:crypto': {
          allowImportNames: CRYPTO_NAMES,
          message: 'ring: of node:crypto only what draws no randomness and generates no key, by name',
        },
      }
    : {};
  return importRule([{ group: ['**', ...allowed, ...folder.packages.map((name) => `!${name}`)], message }], paths);
}

const not = (globs: readonly string[]): string[] => globs.map((glob) => `!${glob}`);

function overrides(): readonly Override[] {
  const files = folders.map((folder) => `src/${folder.name}/**`);
  const pure = folders.filter((folder) => folder.globals === 'pure').map((folder) => `src/${folder.name}/**`);
  const host = folders.filter((folder) => folder.globals === 'host').map((folder) => `src/${folder.name}/**`);
  const { Date: _date, ...withDate } = pureGlobals;
  const composing = (glob: string): Rules =>
    importRule([{ group: ROUNDABOUT, message: 'ring: files of src are imported by relative path' }, ...reservedFor(glob)]);
  return [
    ...folders.flatMap((folder) => [
      override([`src/${folder.name}/*`, ...not(composers)], folderImports(folder, 1)),
      override([`src/${folder.name}/*/*`, ...not(composers)], folderImports(folder, 2)),
    ]),
    ...composers.map((glob) => override([glob], composing(glob))),
    override(
      ['src/*/*/*/**', ...not(composers)],
      importRule([{ group: ['**'], message: 'ring: folders of src are two deep at most' }]),
    ),
    override(
      ['src/**', ...not(files)],
      importRule([{ group: ['**'], message: 'ring: this folder is not in the table of rings' }]),
    ),
    override([...pure, `!${LIBRARY_DATE}`], globalsRule(pureGlobals)),
    override([LIBRARY_DATE], globalsRule(withDate)),
    override(host, globalsRule(hostGlobals)),
    override(['src/**', ...not(files)], globalsRule(pureGlobals)),
    override(['src/**', ...not(pure)], propertyRule(LOOPHOLE_PROPERTIES)),
    override(pure, propertyRule([...LOOPHOLE_PROPERTIES, ...IMPURE_PROPERTIES])),
  ];
}

const LOOPHOLE_PROPERTIES = [
  { property: 'getBuiltinModule', message: 'ring: modules are imported, so that the ring rules see them' },
  ...['mainModule', 'binding', 'dlopen'].map((property) => ({
    object: 'process',
    property,
    message: 'ring: modules are imported, so that the ring rules see them',
  })),
];

const IMPURE_PROPERTIES = [
  { object: 'Math', property: 'random', message: 'ring: no randomness here: it is asked for or passed in' },
  { object: 'URL', property: 'createObjectURL', message: 'ring: no randomness here: it is asked for or passed in' },
  { object: 'Date', property: 'now', message: 'ring: no clock here: the time is asked for or passed in' },
];

function propertyRule(entries: readonly unknown[]): Rules {
  return { nursery: { noJsRestrictedProperties: { level: 'error', options: { entries } } } };
}

/** What Biome's own rules cannot see: written in GritQL. */
const plugins = [
  { path: './scripts/rings/routes.grit', includes: ['src/**', `!${ENTRY}`] },
  {
    path: './scripts/rings/pure.grit',
    includes: [...folders.filter((folder) => folder.globals === 'pure').map((folder) => `src/${folder.name}/**`)],
  },
];

/** The whole of biome.rings.json, which biome.json extends: a line for each override. */
export function ringsFile(): string {
  const lines = (values: readonly unknown[]): string => values.map((value) => `\n    ${JSON.stringify(value)}`).join(',');
  return `{\n  "root": false,\n  "plugins": [${lines(plugins)}\n  ],\n  "overrides": [${lines(overrides())}\n  ]\n}\n`;
}
